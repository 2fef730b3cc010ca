def f(d: dict[str, float]):
    d.update(a=2.0)
    return d["a"]


# --- value_and_grad wrt=d ---
# S2S405 the type dict[str, float] is not understood
#   dict_updated.py:1:  def f(d: dict[str, float]):
#                                ^^^^^^^^^^^^^^^^
#   known types are float, int, bool, arrays such as f8[n,3], list[...] and tuple[...] of them, dataclasses and namedtuples
