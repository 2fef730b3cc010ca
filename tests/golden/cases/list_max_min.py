def maxlist(xs: list[float]):
    return max(xs) * min(xs) + len(xs) * xs[1]


# --- value_and_grad wrt=xs at=([0.5, 3.0, 2.0],) ---
# Written by s2sdiff from list_max_min.py, line 1.


def maxlist_value_and_grad(xs):
    """Value and gradient of maxlist with respect to xs."""
    # forward sweep
    a = xs.copy()
    b = max(a)
    c = xs.copy()
    d = min(c)
    e = len(xs)
    maxlist = b * d + e * xs[1]
    # reverse sweep
    xs_bar = [0.0] * len(xs)
    xs_bar[1] += float(e)
    c_bar = [0.0] * len(c)
    f = b / c.count(d)
    for i, g in enumerate(c):
        if g == d:
            c_bar[i] += f
    xs_bar = [(p + q) for p, q in zip(xs_bar, c_bar)]
    a_bar = [0.0] * len(a)
    h = d / a.count(b)
    for i, j in enumerate(a):
        if j == b:
            a_bar[i] += h
    xs_bar = [(p + q) for p, q in zip(xs_bar, a_bar)]
    return maxlist, xs_bar
