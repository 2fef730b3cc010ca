def maxlist(xs: list[float]):
    return max(xs) * min(xs) + len(xs) * xs[1]


# --- value_and_grad wrt=xs at=([0.5, 3.0, 2.0],) ---
# Written by s2sdiff from list_max_min.py, line 1.


def maxlist_value_and_grad(xs):
    """Value and gradient of maxlist with respect to xs."""
    # forward sweep
    a = max(xs)
    b = min(xs)
    c = len(xs)
    maxlist = a * b + c * xs[1]
    # reverse sweep
    xs_bar = [0.0] * len(xs)
    xs_bar[1] = float(c)
    d = a / xs.count(b)
    for i, e in enumerate(xs):
        if e == b:
            xs_bar[i] += d
    f = b / xs.count(a)
    for i, g in enumerate(xs):
        if g == a:
            xs_bar[i] += f
    return maxlist, xs_bar
