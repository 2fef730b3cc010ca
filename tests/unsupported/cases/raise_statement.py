def f(x):
    if x < 0:
        raise ValueError('negative')
    return x


# --- value_and_grad wrt=x ---
# S2S301 a raise statement is not in the accepted subset
#   raise_statement.py:3:  raise ValueError('negative')
#                          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
#   use assert, or check arguments before the call
