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
        z_2 = z * x
    else:
        z_2 = y
    f = z_2 * z_2
    # reverse sweep
    z_2_bar = 2.0 * z_2  # df/dz_2
    if a:
        b = z_2_bar * x
        if y > 0:
            c = b * y
            y_bar = b * x
        else:
            c = b
            y_bar = -b
        x_bar = z_2_bar * z + c  # df/dx
    else:
        x_bar = 0.0  # df/dx
        y_bar = z_2_bar  # df/dy
    return f, (x_bar, y_bar)
