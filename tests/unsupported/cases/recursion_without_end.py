def f(x):
    y = f(x - 1.0) if x > 0 else f(x + 1.0)
    return y * x


# --- value_and_grad wrt=x ---
# S2S304 f calls itself on every path
#   recursion_without_end.py:1:  def f(x):
#                                ^^^^^^^^^
#   return without a call of it at the end of the recursion
