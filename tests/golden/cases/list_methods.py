def zipped(xs: list[float], ys: list[float]):
    zs = [x * y for x, y in zip(xs, ys)]
    ws = zs[1:] + [xs[0]]
    ws.insert(0, ys[0])
    t = ws.pop(1)
    ws.reverse()
    return sum(w * w * (i + 1) for i, w in enumerate(ws)) * t


# --- value_and_grad wrt=xs,ys at=([0.5, 3.0, 2.0], [1.5, -1.0, 0.3]) ---
# Written by s2sdiff from list_methods.py, line 1.


def zipped_value_and_grad(xs, ys):
    """Value and gradient of zipped with respect to xs and ys."""
    # forward sweep
    a = min(len(xs), len(ys))
    b = []
    for x, y in zip(xs, ys):
        c = x * y
        b.append(c)
    d = b[1:]
    e = [xs[0]]
    ws = d + e
    f = ys[0]
    ws.insert(0, f)
    t = ws.pop(1)
    ws.reverse()
    ws_bar = [0.0] * len(ws)
    total = 0
    for i, w in enumerate(ws):
        g = i + 1
        total += w * w * g
        w_bar = t * g * 2.0 * w
        ws_bar[i] += w_bar
    zipped = total * t
    # reverse sweep
    ws_bar.reverse()
    ws_bar.insert(1, total)
    f_bar = ws_bar.pop(0)  # dzipped/df
    ys_bar = [0.0] * len(ys)
    ys_bar[0] = f_bar
    h = len(ws_bar) - len(e)
    d_bar = ws_bar[:h]
    xs_bar = [0.0] * len(xs)
    xs_bar[0] = ws_bar[h:][0]
    b_bar = [0.0] * len(b)
    for i, j in enumerate(d_bar):
        b_bar[1 + i] += j
    for i in range(a - 1, -1, -1):
        x = xs[i]
        y = ys[i]
        c_bar = b_bar.pop()
        y_bar = c_bar * x
        ys_bar[i] += y_bar
        x_bar = c_bar * y
        xs_bar[i] += x_bar
    return zipped, (xs_bar, ys_bar)
