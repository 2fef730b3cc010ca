def srt(xs: list[float]):
    ys = sorted(xs, key=lambda v: -v)
    s = 0.0
    for i, y in enumerate(ys):
        s += (i + 1) * y * y
    return s


# --- value_and_grad wrt=xs at=([0.5, 3.0, 2.0],) ---
# Written by s2sdiff from list_sorted_by_key.py, line 1.


def srt_value_and_grad(xs):
    """Value and gradient of srt with respect to xs."""
    # forward sweep
    a = xs.copy()
    b = []
    for c in a:
        b.append(-c)
    d = sorted(range(len(b)), key=lambda i: b[i])
    e = len(d)
    f = []
    for g in d:
        h = a[g]
        f.append(h)
    f_bar = [0.0] * len(f)
    s = 0.0
    for i, y in enumerate(f):
        j = (i + 1) * y
        s = s + j * y
        y_bar = 2.0 * j
        f_bar[i] += y_bar
    # reverse sweep
    a_bar = [0.0] * len(a)
    for i in range(e - 1, -1, -1):
        h_bar = f_bar.pop()
        a_bar[d[i]] += h_bar
    return s, a_bar
