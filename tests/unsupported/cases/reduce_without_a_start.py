import functools


def f(x, xs: list[float]):
    return functools.reduce(lambda s, v: s * v, xs) * x


# --- value_and_grad wrt=x ---
# S2S202 reduce() of a run-time list without a start
#   reduce_without_a_start.py:5:  return functools.reduce(lambda s, v: s * v, xs) * x
#                                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
#   pass the start as third argument
