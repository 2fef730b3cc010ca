def f(x, xs: list[float]):
    match xs:
        case [a, 1]:
            return a
    return x


# --- value_and_grad wrt=x ---
# S2S301 a pattern of a list whose length is known only at run time
#   match_sequence.py:3:  case [a, 1]:
#                              ^^^^^^
#   test len() with if, and take the items by index
