import math


def huber(x, delta=1.0):
    if abs(x) <= delta:
        return 0.5 * x**2
    return delta * (abs(x) - 0.5 * delta)


# --- value_and_grad wrt=x at=(0.4,) ---
# Written by s2sdiff from early_return.py, line 4.


def huber_value_and_grad(x, delta=1.0):
    """Value and gradient of huber with respect to x."""
    # forward sweep
    a = abs(x)
    b = a <= delta
    huber = 0.5 * (x * x) if b else delta * (a - 0.5 * delta)
    # reverse sweep
    if b:
        c = x
        a_bar = 0.0  # dhuber/da
    else:
        c = 0.0
        a_bar = delta  # dhuber/da
    # dhuber/dx, through a and huber
    x_bar = c + a_bar * (1.0 if x > 0 else -1.0 if x < 0 else 0.0 * x)
    return huber, x_bar
