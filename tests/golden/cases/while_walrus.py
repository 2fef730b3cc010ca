def walrus(x):
    s = x
    c = 0
    while (s := s * 0.9) > 0.2:
        c += 1
        s = s - 0.01 * c * x
    return s + c * x


# --- value_and_grad wrt=x at=(1.3,) ---
# Written by s2sdiff from while_walrus.py, line 1.


def walrus_value_and_grad(x):
    """Value and gradient of walrus with respect to x."""
    # forward sweep
    tape = []
    tape_2 = []
    s = x
    c = 0
    while True:
        s = s * 0.9
        a = s > 0.2
        tape.append(a)
        if not a:
            break
        c = c + 1
        b = 0.01 * c
        tape_2.append(b)
        s = s - b * x
    walrus = s + c * x
    # reverse sweep
    x_bar = float(c)
    s_bar = 1.0
    for _ in range(len(tape)):
        d = tape.pop()
        if d:
            e = tape_2.pop()
            x_bar -= s_bar * e
        s_bar = s_bar * 0.9
    x_bar += s_bar  # dwalrus/dx
    return walrus, x_bar
