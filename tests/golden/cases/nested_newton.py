from s2sdiff import value_and_grad


def residual(x, a):
    return x * x * x - a


def root(a, n: int):
    x = 1.0
    for _ in range(n):
        value, slope = value_and_grad(residual)(x, a)
        x = x - value / slope
    return x


# --- value_and_grad wrt=a at=(2.0, 6) ---
# Written by s2sdiff from nested_newton.py, line 8.


def root_value_and_grad(a, n):
    """Value and gradient of root with respect to a."""
    # forward sweep
    x_tape = []
    x = 1.0
    for _ in range(n):
        x_tape.append(x)
        b = x * x
        residual = b * x - a
        x_bar = b + x * 2.0 * x
        x = x - residual / x_bar
    root = x
    # reverse sweep
    x_bar = 1.0
    a_bar = 0.0
    for _ in range(n):
        x = x_tape.pop()
        c = x * x
        residual = c * x - a
        d = x * 2.0
        x_bar_2 = c + d * x
        residual_bar = -x_bar / x_bar_2
        e = residual_bar * (residual / x_bar_2)
        x_bar_bar = -e
        a_bar -= residual_bar
        b_bar = residual_bar * x - e
        f = x_bar + x_bar_bar * d + x_bar_bar * x * 2.0
        x_bar = f + residual_bar * c + b_bar * 2.0 * x
    return root, a_bar
