def f(x):
    return sorted((x, 1.0))[0]


# --- value_and_grad wrt=x ---
# S2S201 no derivative rule for sorted
#   sorted_values.py:2:  return sorted((x, 1.0))[0]
#                               ^^^^^^^^^^^^^^^^
#   add one:   @s2sdiff.elementwise(sorted)
#              def sorted(x, y): ...    # the partial dy/dx
#   or declare s2sdiff.zero_derivative(...) if its derivative is zero almost everywhere
