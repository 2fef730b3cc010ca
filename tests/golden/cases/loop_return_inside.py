def ret(xs: list[float], y):
    s = y
    for x in xs:
        if x > 10:
            return s * y * x
        s = s * x
    return s


# --- value_and_grad wrt=xs,y at=([1.0, 2.0, 11.0, 0.5], 0.7) ---
# Written by s2sdiff from loop_return_inside.py, line 1.


def ret_value_and_grad(xs, y):
    """Value and gradient of ret with respect to xs and y."""
    # forward sweep
    s_tape = []
    s = y
    returned = False
    for x in xs:
        s_tape.append(s)
        if x > 10:
            returned = True
            ret = s * y * x
            break
        s = s * x
    if not returned:
        ret = s
    # reverse sweep
    if returned:
        ret_bar = 1.0
        s_bar = 0.0
    else:
        ret_bar = 0.0
        s_bar = 1.0
    xs_bar = [0.0] * len(xs)
    y_bar = 0.0
    for i in range(len(s_tape) - 1, -1, -1):
        s = s_tape[i]
        x = xs[i]
        if x > 10:
            a = ret_bar * x
            s_bar_2 = s_bar + a * y
            x_bar = ret_bar * (s * y)
            y_bar += a * s
            ret_bar = 0.0
        else:
            s_bar_2 = s_bar * x
            x_bar = s_bar * s
        xs_bar[i] += x_bar
        s_bar = s_bar_2
    y_bar += s_bar  # dret/dy
    return ret, (xs_bar, y_bar)
