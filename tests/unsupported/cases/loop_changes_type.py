def f(x, n: int):
    best = None
    for i in range(n):
        if best is None:
            best = x * i
    return best


# --- value_and_grad wrt=x ---
# S2S305 best has different kinds of values
#   loop_changes_type.py:4:  if best is None:
#                               ^^^^
#   assign it first
