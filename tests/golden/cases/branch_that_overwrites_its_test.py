def f(x):
    y = x * 3.0
    if x < 0:
        x = -x
    return x * y


# --- value_and_grad wrt=x at=(-0.4,) ---
# Written by s2sdiff from branch_that_overwrites_its_test.py, line 1.


def f_value_and_grad(x):
    """Value and gradient of f with respect to x."""
    # forward sweep
    y = x * 3.0
    a = x < 0
    x = -x if a else x
    f = x * y
    # reverse sweep
    x_bar = (-y if a else y) + x * 3.0  # df/dx, through y and x
    return f, x_bar
