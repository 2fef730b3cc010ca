def f(x: float, xs: list[float]):
    for e in xs:
        if e < x:
            xs.append(e * x)
    return sum(xs)


# --- value_and_grad wrt=x ---
# S2S307 the list that this loop runs over changes its length
#   loop_over_growing_list.py:2:  for e in xs:
#                                          ^^
#   loop over a copy: for x in list(xs)
