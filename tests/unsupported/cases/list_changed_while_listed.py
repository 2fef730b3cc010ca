def f(x, xs: list[float]):
    ys = [*xs, xs.pop()]
    return sum(ys) * x


# --- value_and_grad wrt=x ---
# S2S307 a list is changed while its items are listed
#   list_changed_while_listed.py:2:  ys = [*xs, xs.pop()]
#                                         ^^^^^^^^^^^^^^^
#   change it before
