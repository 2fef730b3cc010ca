"""A tuple is unpacked even where its items are not read: its length is what was compiled for."""


def f(p: tuple[float, float, float]):
    return 2.0 * sum(p)


# --- grad wrt=p at=((1.0, 2.0, 3.0),) ---
# Written by s2sdiff from unfinished_tuple.py, line 4.


def f_grad(p):
    """Gradient of f with respect to p."""
    # forward sweep
    p_0, p_1, p_2 = p
    return 2.0, 2.0, 2.0
