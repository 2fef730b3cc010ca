def f(x: complex):
    return x


# --- value_and_grad wrt=x ---
# S2S405 the type complex is not understood
#   unknown_annotation.py:1:  def f(x: complex):
#                                      ^^^^^^^
#   known types are float, int, bool, arrays such as f8[n,3], list[...] and tuple[...] of them, dataclasses and namedtuples
