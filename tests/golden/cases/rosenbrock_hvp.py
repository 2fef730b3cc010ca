"""The Hessian times a vector, without the Hessian."""


def rosenbrock(x, y):
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


# --- hvp wrt=x,y at=(-1.2, 1.0) ---
# Written by s2sdiff from rosenbrock_hvp.py, line 4.


def rosenbrock_hvp(x, y, x_dot, y_dot):
    """Hessian-vector product of rosenbrock with respect to x and y."""
    a = (y_dot - x_dot * 2.0 * x) * 200.0
    b = x_dot * (-200.0 * (y - x * x) * 2.0)
    return a * -2.0 * x + b + x_dot * 2.0, a
