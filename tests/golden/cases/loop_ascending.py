def distance(p: list[float], q: list[float]):
    s = 0.0
    for a, b in zip(p, q):
        s += (a - b) * (a - b)
    return s


# --- value_and_grad wrt=p at=([1.0, 2.0, 3.0], [0.5, 2.5, 1.0]) ---
# Written by s2sdiff from loop_ascending.py, line 1.


def distance_value_and_grad(p, q):
    """Value and gradient of distance with respect to p."""
    # forward sweep
    p_bar = [0.0] * len(p)
    s = 0.0
    for i, (a, b) in enumerate(zip(p, q)):
        c = a - b
        s = s + c * c
        p_bar[i] += 2.0 * c
    return s, p_bar
