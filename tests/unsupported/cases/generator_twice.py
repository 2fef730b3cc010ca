def f(x):
    g = (x * k for k in range(3))
    return sum(g) + sum(g)


# --- value_and_grad wrt=x ---
# S2S302 an iterator is run through twice
#   generator_twice.py:3:  return sum(g) + sum(g)
#                                          ^^^^^^
#   make a list of it
