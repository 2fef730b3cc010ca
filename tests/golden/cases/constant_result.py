def f(x):
    return 2.0


# --- value_and_grad wrt=x at=(0.5,) ---
# Written by s2sdiff from constant_result.py, line 1.


def f_value_and_grad(x):
    """Value and gradient of f with respect to x."""
    return 2.0, 0.0
