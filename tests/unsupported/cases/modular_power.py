def f(x, n: int):
    return pow(x, n, 5)


# --- value_and_grad wrt=x ---
# S2S202 pow() with a modulus is for integers
#   modular_power.py:2:  return pow(x, n, 5)
#                               ^^^^^^^^^^^^
#   use x**y
