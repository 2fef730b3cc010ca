def f(x):
    return eval('x')


# --- value_and_grad wrt=x ---
# S2S201 no derivative rule for eval
#   unknown_builtin.py:2:  return eval('x')
#                                 ^^^^^^^^^
#   add one:   @s2sdiff.elementwise(eval)
#              def eval(x, y): ...    # the partial dy/dx
#   or declare s2sdiff.zero_derivative(...) if its derivative is zero almost everywhere
