def f(x, n: int):
    y = x * x
    s = 0.0
    for _ in range(n):
        s = s + y
        del y
    return s


# --- value_and_grad wrt=x ---
# S2S305 y was deleted
#   deleted_in_a_loop.py:5:  s = s + y
#                                    ^
#   assign it first
