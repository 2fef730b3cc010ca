"""Literal factors are multiplied together; shared values are computed once."""


def rosenbrock(x, y):
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


# --- value_and_grad wrt=x,y at=(-1.2, 1.0) ---
# Written by s2sdiff from rosenbrock.py, line 4.


def rosenbrock_value_and_grad(x, y):
    """Value and gradient of rosenbrock with respect to x and y."""
    # forward sweep
    a = 1 - x
    b = y - x * x
    rosenbrock = a * a + 100 * (b * b)
    # reverse sweep
    b_bar = 200.0 * b  # drosenbrock/db
    x_bar = b_bar * -2.0 * x - 2.0 * a  # drosenbrock/dx
    return rosenbrock, (x_bar, b_bar)
