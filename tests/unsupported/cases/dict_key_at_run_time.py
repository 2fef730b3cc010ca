def f(x):
    return {"a": x}[x]


# --- value_and_grad wrt=x ---
# S2S302 a key of a dict is not constant
#   dict_key_at_run_time.py:2:  return {"a": x}[x]
#                                      ^^^^^^^^^^^
#   use constant keys
