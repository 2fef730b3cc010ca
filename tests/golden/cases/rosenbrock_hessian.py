"""Forward over reverse; of the symmetric pair one is computed."""


def rosenbrock(x, y):
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


# --- hessian wrt=x,y at=(-1.2, 1.0) ---
# Written by s2sdiff from rosenbrock_hessian.py, line 4.


def rosenbrock_hessian(x, y):
    """Hessian of rosenbrock with respect to x and y."""
    a = 2.0 * x * 200.0 * 2.0 * x
    b = -400.0 * x
    return (a - 200.0 * (y - x * x) * 2.0 + 2.0, b), (b, 200.0)
