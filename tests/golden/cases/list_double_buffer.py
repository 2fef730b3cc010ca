def smoothed(xs: list[float], n: int):
    cur = list(xs)
    nxt = [0.0] * len(xs)
    for _ in range(n):
        for i in range(len(xs)):
            nxt[i] = cur[i] * cur[i - 1]
        cur, nxt = nxt, cur
    return sum(cur)


# --- value_and_grad wrt=xs at=([0.9, 0.8, 1.1], 2) ---
# Written by s2sdiff from list_double_buffer.py, line 1.


def smoothed_value_and_grad(xs, n):
    """Value and gradient of smoothed with respect to xs."""
    # forward sweep
    cur = xs.copy()
    a = len(xs)
    nxt = [0.0] * a
    tape = []
    for _ in range(n):
        for i in range(a):
            b = cur[i]
            c = cur[i - 1]
            tape.append((b, c))
            nxt[i] = b * c
        cur, nxt = nxt, cur
    smoothed = sum(cur)
    # reverse sweep
    cur_bar = [1.0] * len(cur)
    nxt_bar = [0.0] * len(nxt)
    for _ in range(n):
        nxt_bar, cur_bar = cur_bar, nxt_bar
        for i in range(a - 1, -1, -1):
            d, e = tape.pop()
            f = nxt_bar[i]
            nxt_bar[i] = 0.0
            cur_bar[i - 1] += f * d
            cur_bar[i] += f * e
    return smoothed, cur_bar
