def f(x, d: list[list[float]]):
    row = [x, x * x]
    d.append(row)
    d.append(row)
    d[-1][0] = 5.0
    return d[-2][0] * x


# --- value_and_grad wrt=x ---
# S2S307 a list that several lists may hold is changed
#   row_put_in_twice.py:5:  d[-1][0] = 5.0
#                           ^^^^^^^^
#   copy it first: row = list(row)
