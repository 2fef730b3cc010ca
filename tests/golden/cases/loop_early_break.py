def converge(a, b, limit: int):
    s = a
    for i in range(limit):
        if s > 20.0:
            break
        if i % 2 == 0:
            s = s * b
        else:
            s = s + a
    return s


# --- value_and_grad wrt=a,b at=(1.1, 2.0, 1000) ---
# Written by s2sdiff from loop_early_break.py, line 1.


def converge_value_and_grad(a, b, limit):
    """Value and gradient of converge with respect to a and b."""
    # forward sweep
    s_tape = []
    s = a
    for i in range(limit):
        s_tape.append(s)
        c = s > 20.0
        if c:
            if c:
                break
        elif i % 2 == 0:
            s = s * b
            if c:
                break
        else:
            s = s + a
            if c:
                break
    # reverse sweep
    s_bar = 1.0  # dconverge/ds
    b_bar = 0.0  # dconverge/db
    a_bar = 0.0  # dconverge/da
    for i in range(len(s_tape) - 1, -1, -1):
        s_2 = s_tape.pop()
        if not s_2 > 20.0:
            if i % 2 == 0:
                b_bar += s_bar * s_2
                s_bar = s_bar * b
            else:
                a_bar += s_bar
    a_bar += s_bar  # dconverge/da
    return s, (a_bar, b_bar)
