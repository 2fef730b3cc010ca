def mutual(x, n: int):
    s = x
    t = 1.0
    for i in range(n, 0, -2):
        if s > 1.0:
            u = s * t
            s = u - 0.5
        else:
            u = t + s
            t = u * x
        s, t = t + 0.1 * i, s
    return s * t


# --- value_and_grad wrt=x at=(0.8, 9) ---
# Written by s2sdiff from loop_branch_step.py, line 1.


def mutual_value_and_grad(x, n):
    """Value and gradient of mutual with respect to x."""
    # forward sweep
    s_tape = []
    s = x
    t = 1.0
    for i in range(n, 0, -2):
        s_tape.append((s, t))
        if s > 1.0:
            u = s * t
            s = u - 0.5
        else:
            u = t + s
            t = u * x
        s_2 = t + 0.1 * i
        t = s
        s = s_2
    mutual = s * t
    # reverse sweep
    s_bar = t  # dmutual/ds
    t_bar = s  # dmutual/dt
    x_bar = 0.0
    for _ in range(n, 0, -2):
        s, t = s_tape.pop()
        if s > 1.0:
            s_bar, t_bar = t_bar * t, s_bar + t_bar * s
        else:
            u = t + s
            a = s_bar * x
            x_bar += s_bar * u
            s_bar = t_bar + a
            t_bar = a
    x_bar += s_bar  # dmutual/dx
    return mutual, x_bar
