import math
import sys

import s2sdiff


def clipped(x):
    return math.exp(min(x, 50.0))


if sys.flags.optimize:

    @s2sdiff.elementwise(clipped)
    def clipped_rule(x, y):
        return 7.0 * y


def f(x):
    return clipped(x) * 2.0


# --- value_and_grad wrt=x ---
# S2S104 clipped has a rule that is known only at run time (line 13)
#   rule_on_some_paths.py:19:  return clipped(x) * 2.0
#                                     ^^^^^^^
#   bind it once, or pass it in
