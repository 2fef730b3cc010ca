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
        if s > 20.0:
            break
        s_tape.append(s)
        if i % 2 == 0:
            s = s * b
        else:
            s = s + a
    converge = s
    # reverse sweep
    s_bar = 1.0
    b_bar = 0.0
    a_bar = 0.0
    for i in range(len(s_tape) - 1, -1, -1):
        if i % 2 == 0:
            s = s_tape[i]
            b_bar += s_bar * s
            s_bar = s_bar * b
        else:
            a_bar += s_bar
    a_bar += s_bar  # dconverge/da
    return converge, (a_bar, b_bar)
