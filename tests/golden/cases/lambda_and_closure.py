def f(x, y):
    scale = x * y
    apply = lambda u, k=2.0: u * scale + k
    return apply(x) * apply(y, k=3.0)


# --- value_and_grad wrt=x,y at=(0.4, 1.5) ---
# Written by s2sdiff from lambda_and_closure.py, line 1.


def f_value_and_grad(x, y):
    """Value and gradient of f with respect to x and y."""
    # forward sweep
    scale = x * y
    a = x * scale + 2.0
    b = y * scale + 3.0
    f = a * b
    # reverse sweep
    scale_bar = a * y + b * x  # df/dscale
    x_bar = b * scale + scale_bar * y  # df/dx
    y_bar = a * scale + scale_bar * x  # df/dy
    return f, (x_bar, y_bar)
