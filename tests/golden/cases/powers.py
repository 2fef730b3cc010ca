"""A variable exponent; constant ones of several kinds."""


def f(x, n):
    return x**n + x**3 - 2.0 * x**0.5 + 2**x


# --- value_and_grad wrt=x,n at=(1.4, 2.5) ---
# Written by s2sdiff from powers.py, line 4.

from math import log

LOG_2 = log(2)


def f_value_and_grad(x, n):
    """Value and gradient of f with respect to x and n."""
    # forward sweep
    a = x**n
    b = 2**x
    f = a + x**3 - 2.0 * x**0.5 + b
    # reverse sweep
    n_bar = a * log(x) if x != 0 else 0.0  # df/dn
    c = b * LOG_2 - x**-0.5 + 3.0 * (x * x)
    x_bar = c + (n * x ** (n - 1) if n != 0 else 0.0)  # df/dx, through a and b
    return f, (x_bar, n_bar)
