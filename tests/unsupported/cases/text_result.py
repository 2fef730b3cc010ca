def f(x):
    return 'a'


# --- value_and_grad wrt=x ---
# S2S402 value_and_grad needs one float as the result of f, not 'a'
#   text_result.py:1:  def f(x):
#                      ^^^^^^^^^
#   return a number
