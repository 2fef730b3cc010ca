def f(x, y):
    a = [x]
    b = [y]
    c = a if x > 0 else b
    c.append(x * y)
    return sum(a) + sum(b)


# --- value_and_grad wrt=x ---
# S2S307 this list has several names, and on some paths they are not the same list
#   list_with_two_names.py:5:  c.append(x * y)
#                              ^^^^^^^^^^^^^^^
#   copy it first: a = list(a)
