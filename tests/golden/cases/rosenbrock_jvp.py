"""Forward mode: tangents beside the primal."""


def rosenbrock(x, y):
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


# --- jvp wrt=x,y at=(-1.2, 1.0) ---
# Written by s2sdiff from rosenbrock_jvp.py, line 4.


def rosenbrock_jvp(x, y, x_dot, y_dot):
    """Value and Jacobian-vector product of rosenbrock with respect to x and y."""
    a = 1 - x
    b = y - x * x
    rosenbrock = a * a + 100 * (b * b)
    c = (y_dot - x_dot * 2.0 * x) * 2.0 * b * 100.0
    rosenbrock_dot = x_dot * -2.0 * a + c
    return rosenbrock, rosenbrock_dot
