def f(x):
    match x:
        case float():
            return x
    return -x


# --- value_and_grad wrt=x ---
# S2S301 a match pattern other than a value, a name, a tuple or a choice is not in the accepted subset
#   match_statement.py:3:  case float():
#                               ^^^^^^^
#   match on values and on tuples, or test with if
