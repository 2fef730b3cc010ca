def f(x):
    d = {"a": x}
    d.update(a=2.0)
    return d["a"]


# --- value_and_grad wrt=x ---
# S2S307 a dict is changed by update()
#   dict_updated.py:3:  d.update(a=2.0)
#                       ^^^^^^^^^^^^^^^
#   make a new one: {**a, key: value}
