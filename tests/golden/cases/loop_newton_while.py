def newton(a):
    x = a
    while True:
        step = (x * x - a) / (2 * x)
        x = x - step
        if abs(step) < 1e-12:
            break
    return x


# --- value_and_grad wrt=a at=(2.0,) ---
# Written by s2sdiff from loop_newton_while.py, line 1.


def newton_value_and_grad(a):
    """Value and gradient of newton with respect to a."""
    # forward sweep
    x_tape = []
    x = a
    while True:
        x_tape.append(x)
        b = x * x - a
        step = b / (2 * x)
        x = x - step
        if abs(step) < 1e-12:
            break
    newton = x
    # reverse sweep
    x_bar = 1.0
    a_bar = 0.0
    for _ in range(len(x_tape)):
        x = x_tape.pop()
        c = 2 * x
        step = (x * x - a) / c
        step_bar = -x_bar
        b_bar = step_bar / c
        a_bar -= b_bar
        x_bar = x_bar - b_bar * step * 2.0 + b_bar * 2.0 * x
    a_bar += x_bar  # dnewton/da
    return newton, a_bar
