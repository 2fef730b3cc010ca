import math


def settled(u, t):
    for _ in range(3):
        u = math.sin(u) * math.sqrt(t)
    return u


def f(x, n: int):
    s = x
    for i in range(n):
        try:
            s = settled(s, x - i)
        except ValueError:
            s = s * 2.0
    return s


# --- value_and_grad wrt=x ---
# S2S301 a try statement in a loop, around another loop or a branch whose values are recorded
#   try_around_a_loop_in_a_loop.py:13:  try:
#                                       ^^^^
#   put only what may raise into the try statement
