"""A condition stays one, in both sweeps."""


def leaky(x):
    y = x if x > 0 else 0.01 * x
    return y * y


# --- value_and_grad wrt=x at=(-0.4,) ---
# Written by s2sdiff from conditional_expression.py, line 4.


def leaky_value_and_grad(x):
    """Value and gradient of leaky with respect to x."""
    # forward sweep
    a = x > 0
    y = x if a else 0.01 * x
    leaky = y * y
    # reverse sweep
    y_bar = 2.0 * y  # dleaky/dy
    x_bar = y_bar if a else 0.02 * y  # dleaky/dx
    return leaky, x_bar
