def f(x):
    match x:
        case 1.0:
            return x
    return -x


# --- value_and_grad wrt=x ---
# S2S301 a match statement is not in the accepted subset
#   match_statement.py:2:  match x:
#                          ^^^^^^^^
#   use conditional expressions
