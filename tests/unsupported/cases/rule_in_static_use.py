import math

import s2sdiff


def clipped(x):
    return math.exp(min(x, 50.0))


@s2sdiff.elementwise(clipped)
def clipped_rule(x, y):
    return 7.0 * y


def f(x):
    return clipped(x) * 2.0


# --- value_and_grad wrt=x ---
# S2S104 clipped has a derivative rule of its own, which is known only at run time
#   rule_in_static_use.py:16:  return clipped(x) * 2.0
#                                     ^^^^^^^
#   bind it once, or pass it in
