def f(t: float):
    g = [[1.0], [t]]
    h = (g[0], g)
    g[0] = h
    return t * g[1][0]


# --- value_and_grad wrt=t ---
# S2S307 a list is put into itself
#   list_put_into_itself.py:4:  g[0] = h
#                               ^^^^
#   put a copy there
