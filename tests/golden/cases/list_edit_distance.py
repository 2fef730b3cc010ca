def distance(gap, a: list[float], b: list[float]):
    d = [[0.0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i in range(len(a) + 1):
        d[i][0] = gap * i
    for j in range(len(b) + 1):
        d[0][j] = gap * j
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            step = d[i - 1][j - 1] + (a[i - 1] - b[j - 1]) ** 2
            d[i][j] = min(d[i - 1][j] + gap, d[i][j - 1] + gap, step)
    return d[-1][-1]


# --- value_and_grad wrt=gap,a,b at=(0.5, [0.3, 1.2, 2.0], [0.2, 1.9]) ---
# Written by s2sdiff from list_edit_distance.py, line 1.


def distance_value_and_grad(gap, a, b):
    """Value and gradient of distance with respect to gap, a and b."""
    # forward sweep
    c = len(a)
    e = c + 1
    d = []
    for _ in range(e):
        d.append([0.0] * (len(b) + 1))
    for i in range(e):
        d[i][0] = gap * i
    f = len(b)
    g = f + 1
    for j in range(g):
        d[0][j] = gap * j
    step_tape = []
    for i in range(1, e):
        for j in range(1, g):
            h = i - 1
            k = d[h]
            m = j - 1
            n = a[h] - b[m]
            step = k[m] + n * n
            o = k[j] + gap
            p = d[i][m] + gap
            step_tape.append((step, o, p))
            d[i][j] = min(o, p, step)
    distance = d[-1][-1]
    # reverse sweep
    d_bar = [([0.0] * len(row)) for row in d]
    d_bar[-1][-1] = 1.0
    b_bar = [0.0] * len(b)
    a_bar = [0.0] * len(a)
    gap_bar = 0.0
    for i in range(c, 0, -1):
        for j in range(f, 0, -1):
            step, q, r = step_tape.pop()
            s = i - 1
            t = j - 1
            u = min(q, r, step)
            v = d_bar[i][j]
            d_bar[i][j] = 0.0
            w = q == u
            x = r == u
            y = step == u
            ties = sum((w, x, y))
            p_bar = v * (1.0 / ties if x else 0.0 if ties else 0.0 * u)
            gap_bar += p_bar
            d_bar[i][t] += p_bar
            o_bar = v * (1.0 / ties if w else 0.0 if ties else 0.0 * u)
            gap_bar += o_bar
            d_bar[s][j] += o_bar
            step_bar = v * (1.0 / ties if y else 0.0 if ties else 0.0 * u)
            n_bar = step_bar * 2.0 * (a[s] - b[t])
            b_bar[t] -= n_bar
            a_bar[s] += n_bar
            d_bar[s][t] += step_bar
    for j in range(f, -1, -1):
        z = d_bar[0][j]
        d_bar[0][j] = 0.0
        gap_bar += z * j
    for i in range(c, -1, -1):
        a1 = d_bar[i][0]
        d_bar[i][0] = 0.0
        gap_bar += a1 * i
    return distance, (gap_bar, a_bar, b_bar)
