def f(x, y):
    return 3.0 * x


# --- grad wrt=x,y at=(0.5, 1.5) ---
# Written by s2sdiff from unused_parameter.py, line 1.


def f_grad(x, y):
    """Gradient of f with respect to x and y."""
    return 3.0, 0.0
