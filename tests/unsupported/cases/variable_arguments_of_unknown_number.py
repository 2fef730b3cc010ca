def f(*xs):
    return xs[0]


# --- grad wrt=xs ---
# S2S405 the number of arguments in *xs is not known
#   variable_arguments_of_unknown_number.py:1:  def f(*xs):
#                                               ^^^^^^^^^^^
#   give it, for example --types "xs: tuple[float, float]"
