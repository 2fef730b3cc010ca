def power_from(start):
    def power(x, n):
        return start if n <= 0 else x * power(x, n - 1)

    return power


def f(x: float, n: int):
    return power_from(2.0)(x, n) + power_from(x)(x, n)


# --- value_and_grad wrt=x at=(0.8, 4) ---
# Written by s2sdiff from recursion_of_closures.py, line 8.


def _power_2_forward(x, n, x_2):
    if n <= 0:
        power = x_2
        a = None
        residuals = None
    else:
        a, residuals = _power_2_forward(x, n - 1, x_2)
        power = x * a
    residuals = a, residuals
    return power, residuals


def _power_2_reverse(x, n, power_2_bar, residuals):
    a, residuals = residuals
    if n <= 0:
        b = power_2_bar
        c = 0.0
    else:
        x_bar, x_bar_2 = _power_2_reverse(x, n - 1, power_2_bar * x, residuals)
        b = x_bar_2
        c = power_2_bar * a + x_bar
    return c, b


def _power_forward(x, n):
    if n <= 0:
        power = 2.0
        a = None
        residuals = None
    else:
        a, residuals = _power_forward(x, n - 1)
        power = x * a
    residuals = a, residuals
    return power, residuals


def _power_reverse(x, n, power_bar, residuals):
    a, residuals = residuals
    if n <= 0:
        b = 0.0
    else:
        x_bar = _power_reverse(x, n - 1, power_bar * x, residuals)
        b = power_bar * a + x_bar
    return b


def f_value_and_grad(x, n):
    """Value and gradient of f with respect to x."""
    # forward sweep
    a, residuals = _power_forward(x, n)
    b, residuals_2 = _power_2_forward(x, n, x)
    f = a + b
    # reverse sweep
    x_bar, x_bar_2 = _power_2_reverse(x, n, 1.0, residuals_2)
    x_bar_3 = _power_reverse(x, n, 1.0, residuals)  # df/dx
    x_bar = x_bar + x_bar_2 + x_bar_3  # df/dx, through a and b
    return f, x_bar
