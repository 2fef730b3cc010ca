def f(x):
    return x, 2.0 * x


# --- value_and_grad wrt=x ---
# S2S402 value_and_grad needs one float as the result of f, not a tuple of 2
#   tuple_result.py:1:  def f(x):
#                       ^^^^^^^^^
#   use jacobian for several results, or vjp for a combination of them
