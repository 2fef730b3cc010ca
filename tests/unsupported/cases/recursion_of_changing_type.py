def f(x, n: int):
    if n == 0:
        return x
    return (f(x, n - 1), x)


# --- value_and_grad wrt=x ---
# S2S304 the result of the recursive function f has different kinds of values after the if in line 2
#   recursion_of_changing_type.py:1:  def f(x, n: int):
#                                     ^^^^^^^^^^^^^^^^^
#   pass and return values of one type
