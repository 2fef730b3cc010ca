def f(x):
    return {"a": x}["b"]


# --- value_and_grad wrt=x ---
# S2S306 a dict is read with a key that it does not have
#   dict_without_the_key.py:2:  return {"a": x}["b"]
#                                      ^^^^^^^^^^^^^
#   check the key
