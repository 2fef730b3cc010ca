def f(x):
    w = 3
    assert x > 0, f'{x:{w}}'
    return x


# --- value_and_grad wrt=x ---
# S2S302 a computed format is not accepted
#   computed_format.py:3:  assert x > 0, f'{x:{w}}'
#                                        ^^^^^^^^^^
#   write it out
