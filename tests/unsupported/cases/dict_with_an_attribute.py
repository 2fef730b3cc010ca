def f(x):
    return {"a": x}.a


# --- value_and_grad wrt=x ---
# S2S104 a dict has no attribute a
#   dict_with_an_attribute.py:2:  return {"a": x}.a
#                                        ^^^^^^^^^^
#   check the spelling
