class Diverged(RuntimeError):
    pass


def iterate(x: float, n: int) -> float:
    s = 1.0
    for i in range(n):
        if s > 1000.0:
            raise Diverged(f"after {i} turns: {s:.3g}")
        if s < -1000.0:
            raise Diverged("below") from OverflowError(s)
        s = s + x * s * s
    return s


# --- grad wrt=x at=(0.3, 4) ---
# Written by s2sdiff from raise_in_loop.py, line 5.

from raise_in_loop import Diverged


def iterate_grad(x, n):
    """Gradient of iterate with respect to x."""
    # forward sweep
    s_tape = []
    s = 1.0
    for i in range(n):
        s_tape.append(s)
        if s > 1000.0:
            raise Diverged(f"after {i} turns: {s:.3g}")
        if s < -1000.0:
            raise Diverged("below") from OverflowError(s)
        a = x * s
        s = s + a * s
    # reverse sweep
    s_bar = 1.0
    x_bar = 0.0
    for _ in range(n):
        s = s_tape.pop()
        a_bar = s_bar * s
        x_bar += a_bar * s
        s_bar = s_bar + s_bar * (x * s) + a_bar * x
    return x_bar
