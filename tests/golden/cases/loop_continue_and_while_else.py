def lists(xs: list[float], y):
    ys = []
    s = 0
    for k, x in enumerate(xs):
        if x < 0:
            continue
        if x > 10:
            return s + k
        ys.append(x * y)
        s += x
    while s > 1.0:
        s = s / 2
    else:
        s = s + 0.5
    return s + sum(ys) + sum(v * v for v in ys)


# --- value_and_grad wrt=xs,y at=([1.0, -2.0, 3.0, 0.5], 0.7) ---
# Written by s2sdiff from loop_continue_and_while_else.py, line 1.


def lists_value_and_grad(xs, y):
    """Value and gradient of lists with respect to xs and y."""
    # forward sweep
    ys = []
    s = 0
    returned = False
    turns = 0
    for k, x in enumerate(xs):
        turns += 1
        if not x < 0:
            if x > 10:
                returned = True
                lists = s + k
                break
            a = x * y
            ys.append(a)
            s = s + x
    if not returned:
        turns_2 = 0
        while s > 1.0:
            turns_2 += 1
            s = s / 2
        s = s + 0.5
        total = 0
        for v in ys:
            total += v * v
        lists = s + sum(ys) + total
    # reverse sweep
    ys_bar = [0.0] * len(ys)
    if returned:
        lists_bar = 1.0
        s_bar = 0.0
    else:
        for i, v in enumerate(ys):
            v_bar = 2.0 * v
            ys_bar[i] += v_bar
        b = len(ys)
        for i in range(b):
            ys_bar[i] += 1.0
        s_bar = 1.0
        for _ in range(turns_2):
            s_bar = s_bar * 0.5
        lists_bar = 0.0
    xs_bar = [0.0] * len(xs)
    y_bar = 0.0
    for k in range(turns - 1, -1, -1):
        x = xs[k]
        if x < 0:
            x_bar = 0.0
        elif x > 10:
            s_bar += lists_bar
            lists_bar = 0.0
            x_bar = 0.0
        else:
            a_bar = ys_bar.pop()
            x_bar = s_bar + a_bar * y
            y_bar += a_bar * x
        xs_bar[k] += x_bar
    return lists, (xs_bar, y_bar)
