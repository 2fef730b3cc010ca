def f(x):
    return x


# --- value_and_grad wrt=x at=(0.5,) ---
# Written by s2sdiff from identity.py, line 1.


def f_value_and_grad(x):
    """Value and gradient of f with respect to x."""
    return x, 1.0
