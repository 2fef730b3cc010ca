def f(x, d: list[list[float]]):
    row = d[0] if x > 0 else d[1]
    row[0] = x
    return d[0][0]


# --- value_and_grad wrt=x ---
# S2S307 this list has several names, and on some paths they are not the same list
#   row_of_either_list.py:3:  row[0] = x
#                             ^^^^^^
#   copy it first: a = list(a)
