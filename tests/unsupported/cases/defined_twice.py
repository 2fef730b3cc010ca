def f(x):
    return x


def f(x):
    return 2.0 * x


# --- value_and_grad wrt=x ---
# S2S104 f is defined more than once in defined_twice.py
#   defined_twice.py:5:  def f(x):
#                        ^^^^^^^^^
#   give the functions different names
