import math


def f(x):
    try:
        return math.sqrt(x) * x
    except ArithmeticError:
        return x
    finally:
        print("done")


# --- jvp wrt=x at=(2.5,) ---
# Written by s2sdiff from try_return_jvp.py, line 4.

from math import sqrt


def f_jvp(x, x_dot):
    """Value and Jacobian-vector product of f with respect to x."""
    try:
        try:
            a = sqrt(x)
            f = a * x
            caught = False
        except ArithmeticError:
            f = x
            caught = True
        if caught:
            f_dot = x_dot
        else:
            b = sqrt(x)
            f_dot = x_dot * 0.5 / b * x + x_dot * b
    except BaseException:
        print("done")
        raise
    print("done")
    return f, f_dot
