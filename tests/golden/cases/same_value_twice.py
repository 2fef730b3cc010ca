def f(x):
    return x + x


# --- value_and_grad wrt=x at=(0.5,) ---
# Written by s2sdiff from same_value_twice.py, line 1.


def f_value_and_grad(x):
    """Value and gradient of f with respect to x."""
    # forward sweep
    f = 2.0 * x
    return f, 2.0
