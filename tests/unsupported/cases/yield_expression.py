def f(x):
    yield x


# --- value_and_grad wrt=x ---
# S2S302 yield is not in the accepted subset
#   yield_expression.py:2:  yield x
#                           ^^^^^^^
#   return a tuple
