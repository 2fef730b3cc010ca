def f(x):
    return f'{x}', x


# --- jacobian wrt=x ---
# S2S402 the result is a text
#   text_result_of_jacobian.py:1:  def f(x):
#                                  ^^^^^^^^^
#   return numbers, or tuples, lists, dicts and records of them
