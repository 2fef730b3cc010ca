def horner(x, cs: list[float]):
    p = 0.0
    for c in reversed(cs):
        p = p * x + c
    return p


# --- value_and_grad wrt=x,cs at=(0.7, [1.0, 2.0, 3.0, 0.5]) ---
# Written by s2sdiff from loop_horner.py, line 1.


def horner_value_and_grad(x, cs):
    """Value and gradient of horner with respect to x and cs."""
    # forward sweep
    a = len(cs)
    p_tape = []
    p = 0.0
    for i in range(a - 1, -1, -1):
        p_tape.append(p)
        c = cs[i]
        p = p * x + c
    horner = p
    # reverse sweep
    cs_bar = [0.0] * len(cs)
    p_bar = 1.0
    x_bar = 0.0
    for i in range(a):
        p = p_tape.pop()
        x_bar += p_bar * p
        cs_bar[i] += p_bar
        p_bar = p_bar * x
    return horner, (x_bar, cs_bar)
