def last_of(u, n):
    while n > 0:
        a = u * 2
        n -= 1
    return a


def f(x, n: int):
    s = 0.0
    for i in range(n):
        s += last_of(x, 2 - i)
    return s


# --- value_and_grad wrt=x ---
# S2S305 a may be unassigned here in one turn of a loop, and assigned in one before it
#   unassigned_in_a_later_turn.py:5:  return a
#                                            ^
#   assign a on every path
