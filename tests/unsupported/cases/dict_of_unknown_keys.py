def f(x: dict[str, float]):
    return x["a"]


# --- value_and_grad wrt=x ---
# S2S405 the type dict[str, float] is not understood
#   dict_of_unknown_keys.py:1:  def f(x: dict[str, float]):
#                                        ^^^^^^^^^^^^^^^^
#   known types are float, int, bool, arrays such as f8[n,3], list[...] and tuple[...] of them, dataclasses and namedtuples
