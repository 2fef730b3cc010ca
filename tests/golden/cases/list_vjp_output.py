def running(xs: list[float], k):
    ys = []
    s = 0.0
    for x in xs:
        s = s * k + x
        ys.append(s)
    return ys[-1] * ys[0]


# --- vjp wrt=xs,k at=([1.0, 2.0, 3.0], 0.5) ---
# Written by s2sdiff from list_vjp_output.py, line 1.


def running_vjp(xs, k, running_bar):
    """Value and vector-Jacobian product of running with respect to xs and k."""
    # forward sweep
    a = len(xs)
    ys = []
    s_tape = []
    s = 0.0
    for x in xs:
        s_tape.append(s)
        s = s * k + x
        ys.append(s)
    b = ys[-1]
    c = ys[0]
    running = b * c
    # reverse sweep
    ys_bar = [0.0] * len(ys)
    ys_bar[0] = running_bar * b
    ys_bar[-1] += running_bar * c
    xs_bar = [0.0] * len(xs)
    s_bar = 0.0
    k_bar = 0.0
    for i in range(a - 1, -1, -1):
        s = s_tape[i]
        s_bar_2 = ys_bar.pop()
        s_bar += s_bar_2
        k_bar += s_bar * s
        xs_bar[i] += s_bar
        s_bar = s_bar * k
    return running, (xs_bar, k_bar)
