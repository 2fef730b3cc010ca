def f(x):
    print(x)
    return x


# --- value_and_grad wrt=x ---
# S2S201 no derivative rule for print
#   print_call.py:2:  print(x)
#                     ^^^^^^^^
#   add one:   @s2sdiff.elementwise(print)
#              def print(x, y): ...    # the partial dy/dx
#   or declare s2sdiff.zero_derivative(...) if its derivative is zero almost everywhere
