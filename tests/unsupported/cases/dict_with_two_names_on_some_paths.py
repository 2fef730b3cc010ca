def f(x):
    d = {"a": x}
    e = {"a": 2.0 * x}
    if x > 0:
        e = d
    e["a"] = x * x
    return d["a"] + e["a"]


# --- value_and_grad wrt=x ---
# S2S307 this dict has several names, and on some paths they are not the same dict
#   dict_with_two_names_on_some_paths.py:6:  e["a"] = x * x
#                                            ^^^^^^
#   copy it first: a = dict(a)
