def f(x):
    return x


# --- grad wrt=z ---
# S2S401 wrt names 'z', which is no parameter of f
#   wrt_names_nothing.py:1:  def f(x):
#                            ^^^^^^^^^
#   its parameters are x
