def f(x, xs: list[float]):
    scaled = (e * x for e in xs)
    xs[0] = 5.0 * x
    return sum(scaled)


# --- value_and_grad wrt=x ---
# S2S302 a generator is run through after xs, which it reads, has changed
#   generator_read_late.py:4:  return sum(scaled)
#                                     ^^^^^^^^^^^
#   make a list instead: [...]
