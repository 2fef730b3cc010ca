def f(x, y):
    if x > 0:
        if y > 0:
            z = x * y
        else:
            z = x - y
        z = z * x
    else:
        z = y
    return z * z


# --- value_and_grad wrt=x,y at=(0.4, 0.9) ---
# Written by s2sdiff from nested_branches.py, line 1.


def f_value_and_grad(x, y):
    """Value and gradient of f with respect to x and y."""
    # forward sweep
    a = x > 0
    if a:
        z = x * y if y > 0 else x - y
        z = z * x
    else:
        z = y
    f = z * z
    # reverse sweep
    z_bar = 2.0 * z  # df/dz
    if a:
        b = y > 0
        z = x * y if b else x - y
        c = z_bar * x
        if b:
            d = c * y
            e = c * x
        else:
            d = c
            e = -c
        x_bar = z_bar * z + d  # df/dx
        y_bar = e  # df/dy
    else:
        x_bar = 0.0  # df/dx
        y_bar = z_bar  # df/dy
    return f, (x_bar, y_bar)
