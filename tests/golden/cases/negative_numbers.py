"""(-2.0) ** 2 is not -2.0 ** 2."""


def f(x):
    return (-2.0) ** 2 * x**-2 - -x * -3.0 - (-x) ** 2


# --- value_and_grad wrt=x at=(1.4,) ---
# Written by s2sdiff from negative_numbers.py, line 4.


def f_value_and_grad(x):
    """Value and gradient of f with respect to x."""
    # forward sweep
    a = -x
    f = 4.0 * x**-2 + a * 3.0 - a * a
    # reverse sweep
    a_bar = -2.0 * a + 3.0  # df/da
    x_bar = -8.0 * x**-3 - a_bar  # df/dx
    return f, x_bar
