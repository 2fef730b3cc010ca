def running(x, d: list[list[float]]):
    s = 1.0
    for i in range(len(d)):
        row = d[i]
        for j in range(len(row)):
            s += row[j] * x * s
        d[i][0] = s
    return s * d[0][0]


# --- value_and_grad wrt=x,d at=(0.5, [[0.3, -0.2], [0.7, 0.4]]) ---
# Written by s2sdiff from list_rows_kept.py, line 1.


def running_value_and_grad(x, d):
    """Value and gradient of running with respect to x and d."""
    # forward sweep
    a = len(d)
    if len(set(map(id, d))) < len(d):
        raise ValueError("the lists in d must be different: one of them is changed")
    row_tape = []
    s_tape = []
    s = 1.0
    for i in range(a):
        row = d[i]
        row_tape.append(row.copy())
        for b in row:
            s_tape.append(s)
            c = b * x
            s = s + c * s
        d[i][0] = s
    s_bar = d[0][0]
    running = s * s_bar
    # reverse sweep
    d_bar = [([0.0] * len(row)) for row in d]
    d_bar[0][0] = s
    x_bar = 0.0
    for i in range(a - 1, -1, -1):
        row = row_tape.pop()
        s_bar_2 = d_bar[i][0]
        d_bar[i][0] = 0.0
        s_bar += s_bar_2
        for j in range(len(row) - 1, -1, -1):
            s = s_tape.pop()
            e = row[j]
            c_bar = s_bar * s
            x_bar += c_bar * e
            d_bar[i][j] += c_bar * x
            s_bar += s_bar * (e * x)
    return running, (x_bar, d_bar)
