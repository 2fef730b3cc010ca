def f(x, xs: list[float]):
    return max(xs, key=abs) * x


# --- value_and_grad wrt=x ---
# S2S202 max() of a run-time list with key=
#   keyed_maximum.py:2:  return max(xs, key=abs) * x
#                               ^^^^^^^^^^^^^^^^
#   write a loop
