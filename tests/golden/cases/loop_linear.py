def smooth(x, alpha, n: int):
    y = x
    for i in range(n):
        y = 0.9 * y + 0.1 * i
    return alpha * y


# --- value_and_grad wrt=x,alpha at=(1.5, 0.3, 50) ---
# Written by s2sdiff from loop_linear.py, line 1.


def smooth_value_and_grad(x, alpha, n):
    """Value and gradient of smooth with respect to x and alpha."""
    # forward sweep
    y = x
    y_bar = alpha  # dsmooth/dy
    for i in range(n):
        y = 0.9 * y + 0.1 * i
        y_bar = y_bar * 0.9
    smooth = alpha * y
    return smooth, (y_bar, y)
