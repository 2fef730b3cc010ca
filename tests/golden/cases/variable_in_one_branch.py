def branchy(x, y):
    if x > 0:
        z = x * y
        w = z * z
    elif x < -1:
        w = y
    else:
        w = x * x * y
        z = w
    if y > 0 and x > 0:
        w = w * z
    return w


# --- value_and_grad wrt=x,y at=(0.5, 0.6) ---
# Written by s2sdiff from variable_in_one_branch.py, line 1.


def branchy_value_and_grad(x, y):
    """Value and gradient of branchy with respect to x and y."""
    # forward sweep
    a = x > 0
    if a:
        z = x * y
        w = z * z
    elif x < -1:
        w = y
    else:
        w = x * x * y
        z = w
    b = y > 0 and a
    w_2 = w * z if b else w
    # reverse sweep
    if b:
        w_bar = z  # dbranchy/dw
        z_bar = w  # dbranchy/dz
    else:
        w_bar = 1.0  # dbranchy/dw
        z_bar = 0.0  # dbranchy/dz
    if a:
        z = x * y
        c = z_bar + w_bar * 2.0 * z
        x_bar = c * y  # dbranchy/dx
        y_bar = c * x  # dbranchy/dy
    elif x < -1:
        y_bar = w_bar
        x_bar = 0.0
    else:
        d = w_bar + z_bar
        y_bar = d * (x * x)
        x_bar = d * y * 2.0 * x
    return w_2, (x_bar, y_bar)
