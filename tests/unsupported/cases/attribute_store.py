class Holder:
    value = 0.0


def f(x):
    Holder.value = x
    return x


# --- value_and_grad wrt=x ---
# S2S307 an assignment to an attribute is not in the accepted subset
#   attribute_store.py:6:  Holder.value = x
#                          ^^^^^^^^^^^^
#   assign to a local name and return it
