def f(x):
    return x * 2j


# --- value_and_grad wrt=x ---
# S2S402 value_and_grad needs one float as the result of f, not a complex
#   complex_number.py:1:  def f(x):
#                         ^^^^^^^^^
#   return a number
