def blend(a, b, *, weight=0.25):
    return weight * a + (1 - weight) * b


def f(x, y):
    return blend(x * x, y, weight=x)


# --- value_and_grad wrt=x at=(0.4, 2.0) ---
# Written by s2sdiff from keyword_arguments.py, line 5.


def f_value_and_grad(x, y):
    """Value and gradient of f with respect to x."""
    # forward sweep
    a = x * x
    f = x * a + (1 - x) * y  # keyword_arguments.py:2
    # reverse sweep
    x_bar = a - y + x * 2.0 * x  # df/dx
    return f, x_bar
