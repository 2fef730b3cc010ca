LOG = [0.0]


def f(x):
    LOG.append(x)
    return x * x


# --- value_and_grad wrt=x ---
# S2S307 a list from outside the function is changed
#   list_from_outside_changed.py:5:  LOG.append(x)
#                                    ^^^^^^^^^^^^^
#   copy it first: a = list(a)
