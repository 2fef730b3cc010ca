LOG = [0.0]


def f(x):
    LOG.append(x)
    return x * x


# --- value_and_grad wrt=x ---
# S2S104 LOG may be changed in line 5 of list_from_outside_changed.py
#   list_from_outside_changed.py:5:  LOG.append(x)
#                                    ^^^
#   bind it once, or pass it in
