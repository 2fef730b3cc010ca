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
        f = gap * i
        d[i][0] = f
    g = len(b)
    h = g + 1
    for j in range(h):
        k = gap * j
        d[0][j] = k
    step_tape = []
    for i in range(1, e):
        for j in range(1, h):
            m = i - 1
            n = d[m]
            o = j - 1
            p = a[m] - b[o]
            step = n[o] + p * p
            q = n[j] + gap
            r = d[i][o] + gap
            step_tape.append((step, q, r))
            s = min(q, r, step)
            d[i][j] = s
    distance = d[-1][-1]
    # reverse sweep
    d_bar = [([0.0] * len(row)) for row in d]
    d_bar[-1][-1] = 1.0
    b_bar = [0.0] * len(b)
    a_bar = [0.0] * len(a)
    gap_bar = 0.0
    for i in range(c, 0, -1):
        for j in range(g, 0, -1):
            step, t, u = step_tape.pop()
            v = i - 1
            w = j - 1
            x = min(t, u, step)
            s_bar = d_bar[i][j]
            d_bar[i][j] = 0.0
            y = t == x
            z = u == x
            a1 = step == x
            ties = sum((y, z, a1))
            r_bar = s_bar * (1.0 / ties if z else 0.0 if ties else 0.0 * x)
            gap_bar += r_bar
            d_bar[i][w] += r_bar
            q_bar = s_bar * (1.0 / ties if y else 0.0 if ties else 0.0 * x)
            gap_bar += q_bar
            d_bar[v][j] += q_bar
            step_bar = s_bar * (1.0 / ties if a1 else 0.0 if ties else 0.0 * x)
            p_bar = step_bar * 2.0 * (a[v] - b[w])
            b_bar[w] -= p_bar
            a_bar[v] += p_bar
            d_bar[v][w] += step_bar
    for j in range(g, -1, -1):
        k_bar = d_bar[0][j]
        d_bar[0][j] = 0.0
        gap_bar += k_bar * j
    for i in range(c, -1, -1):
        f_bar = d_bar[i][0]
        d_bar[i][0] = 0.0
        gap_bar += f_bar * i
    return distance, (gap_bar, a_bar, b_bar)
