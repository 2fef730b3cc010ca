def f(x):
    d = {"a": x, "b": 2.0 * x}
    for key in d:
        d[key + "c" if False else "c"] = x
    return d["a"]


# --- value_and_grad wrt=x ---
# S2S307 the dict that this loop runs over changes its keys
#   dict_changed_in_its_loop.py:3:  for key in d:
#                                              ^
#   loop over a copy: for key in list(d)
