def scale(xs: list[float], k):
    for i in range(len(xs)):
        xs[i] *= k
    return xs[0] * xs[-1]


# --- value_and_grad wrt=xs,k at=([1.0, 2.0, 3.0], 0.5) ---
# Written by s2sdiff from list_changed_argument.py, line 1.


def scale_value_and_grad(xs, k):
    """Value and gradient of scale with respect to xs and k."""
    # forward sweep
    a = len(xs)
    tape = []
    for i in range(a):
        b = xs[i]
        tape.append(b)
        xs[i] = b * k
    c = xs[0]
    d = xs[-1]
    scale = c * d
    # reverse sweep
    xs_bar = [0.0] * len(xs)
    xs_bar[-1] = c
    xs_bar[0] += d
    k_bar = 0.0
    for i in range(a - 1, -1, -1):
        e = xs_bar[i]
        k_bar += e * tape[i]
        xs_bar[i] = e * k
    return scale, (xs_bar, k_bar)
