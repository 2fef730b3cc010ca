import math


def f(xs: tuple[float, float, float]):
    return math.prod(xs) + sum(x * x for x in xs) + math.fsum(xs)


# --- value_and_grad wrt=xs at=((0.5, 1.5, 2.5),) ---
# Written by s2sdiff from variadic.py, line 4.

from math import fsum, prod


def f_value_and_grad(xs):
    """Value and gradient of f with respect to xs."""
    # forward sweep
    xs_0, xs_1, xs_2 = xs
    a = sum((xs_0 * xs_0, xs_1 * xs_1, xs_2 * xs_2))
    f = prod((xs_0, xs_1, xs_2)) + a + fsum((xs_0, xs_1, xs_2))
    # reverse sweep
    xs_0_bar = 1.0 + 2.0 * xs_0 + prod((xs_1, xs_2))  # df/dxs_0
    xs_1_bar = 1.0 + 2.0 * xs_1 + prod((xs_0, xs_2))  # df/dxs_1
    xs_2_bar = 1.0 + 2.0 * xs_2 + prod((xs_0, xs_1))  # df/dxs_2
    return f, (xs_0_bar, xs_1_bar, xs_2_bar)
