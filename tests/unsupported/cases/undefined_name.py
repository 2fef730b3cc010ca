def f(x):
    return x * missing


# --- value_and_grad wrt=x ---
# S2S104 the name missing is not defined
#   undefined_name.py:2:  return x * missing
#                                    ^^^^^^^
#   define or import it
