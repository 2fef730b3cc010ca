def f(x):
    match x:
        case 1 | 2 as y if x > 0:
            return y
    return x


# --- value_and_grad wrt=x ---
# S2S301 a guarded pattern that captures what it tests is not in the accepted subset
#   match_guarded_as.py:3:  case 1 | 2 as y if x > 0:
#                                ^^^^^^^^^^
#   match on values and on tuples, or test with if
