def f(x, n: int):
    return sum(x for i in range(n))


# --- value_and_grad wrt=x ---
# S2S302 the bounds of range() are not constant
#   range_at_run_time.py:2:  return sum(x for i in range(n))
#                                                  ^^^^^^^^
#   use constant bounds
