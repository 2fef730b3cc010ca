def f(x, n: int):
    s = 0.0
    for i in range(n):
        if i > 2:
            y = y * x
            s += y
    return s


# --- value_and_grad wrt=x ---
# S2S305 y is not assigned yet where it is used
#   maybe_unassigned_and_needed.py:5:  y = y * x
#                                          ^
#   assign it first
