"""What is known while compiling leaves no trace."""
import math

ORDER = 2


def f(x, kind="sine"):
    if ORDER == 2:
        x = x * x
    return math.sin(x) if kind == "sine" else math.cos(x)


# --- value_and_grad wrt=x at=(0.4,) ---
# Written by s2sdiff from static_condition.py, line 7.

from math import cos, sin


def f_value_and_grad(x, kind="sine"):
    """Value and gradient of f with respect to x."""
    # forward sweep
    if kind != "sine":
        raise ValueError("this derivative is for kind = 'sine' only")
    x_2 = x * x
    f = sin(x_2)
    # reverse sweep
    x_2_bar = cos(x_2)  # df/dx_2
    x_bar = x_2_bar * 2.0 * x  # df/dx
    return f, x_bar
