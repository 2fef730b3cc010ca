def f(x, n: int):
    s = 0.0
    for i in range(n):
        if i > 0:
            s += y * y * x
        y = x * s + i
    return s


# --- value_and_grad wrt=x ---
# S2S305 y is not assigned yet where it is used
#   maybe_unassigned_and_needed.py:5:  s += y * y * x
#                                           ^
#   assign it first
