def f(x):
    match (x, 1):
        case (a, 1):
            return a
    return x


# --- value_and_grad wrt=x ---
# S2S301 a match pattern other than a value, a name or a choice of values is not in the accepted subset
#   match_sequence.py:3:  case (a, 1):
#                              ^^^^^^
#   test with if and isinstance outside, and match on values
