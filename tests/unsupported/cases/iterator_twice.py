def f(x, xs: list[float]):
    pairs = zip(xs, xs)
    once = sum(a * b for a, b in pairs)
    return x * once + sum(a for a, _ in pairs)


# --- value_and_grad wrt=x ---
# S2S302 an iterator is run through twice
#   iterator_twice.py:4:  return x * once + sum(a for a, _ in pairs)
#                                           ^^^^^^^^^^^^^^^^^^^^^^^^
#   make a list of it
