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
        b = x * x - a
        step = b / (2 * x)
        x_tape.append((x, step))
        x = x - step
        if abs(step) < 1e-12:
            break
    # reverse sweep
    x_bar = 1.0  # dnewton/dx
    a_bar = 0.0  # dnewton/da
    for _ in range(len(x_tape)):
        x_2, step = x_tape.pop()
        step_bar = -x_bar
        b_bar = step_bar / (2 * x_2)
        a_bar -= b_bar
        x_bar = x_bar - b_bar * step * 2.0 + b_bar * 2.0 * x_2
    a_bar += x_bar  # dnewton/da
    return x, a_bar
