"""abs' is 0 at 0, and ties share equally."""


def f(x, y):
    return abs(x) + max(x, y) * min(x, 0.1)


# --- grad wrt=x,y at=(0.4, 0.9) ---
# Written by s2sdiff from kinks.py, line 4.


def f_grad(x, y):
    """Gradient of f with respect to x and y."""
    # forward sweep
    a = min(x, 0.1)
    # reverse sweep
    b = 0.1 == x
    c = y > x
    d = y == x
    e = max(x, y) * (0.0 if 0.1 < x else 0.5 if b else 1.0)
    f = 1.0 if x > 0 else -1.0 if x < 0 else 0.0 * x
    x_bar = e + a * (0.0 if c else 0.5 if d else 1.0) + f  # df/dx
    y_bar = a * (1.0 if c else 0.5 if d else 0.0)  # df/dy
    return x_bar, y_bar
