def smooth(x, alpha, n: int):
    y = x
    for i in range(n):
        y = x * y + 0.1 * i
    return alpha * y


# --- hessian wrt=x at=(1.5, 0.3, 6) ---
# Written by s2sdiff from loop_hessian.py, line 1.


def smooth_hessian(x, alpha, n):
    """Hessian of smooth with respect to x."""
    y_tape = []
    y_tape_dot = []
    y = x
    y_dot = 1.0
    for i in range(n):
        y_tape.append(y)
        y_tape_dot.append(y_dot)
        y_2 = x * y + 0.1 * i
        y_dot = y + y_dot * x
        y = y_2
    y_bar = alpha
    y_bar_dot = 0.0
    x_bar_dot = 0.0
    for _ in range(n):
        y = y_tape.pop()
        y_dot = y_tape_dot.pop()
        y_bar_2 = y_bar * x
        x_bar_dot += y_bar_dot * y + y_dot * y_bar
        y_bar_dot = y_bar_dot * x + y_bar
        y_bar = y_bar_2
    return x_bar_dot + y_bar_dot
