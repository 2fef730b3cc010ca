def f(x, y):
    a = [x]
    b = [y]
    if x > y:
        a = [y * y]
        b = a
    a[0] += x
    return b[0]


# --- value_and_grad wrt=x ---
# S2S307 this list has several names, and on some paths they are not the same list
#   two_names_became_one.py:7:  a[0] += x
#                               ^^^^^^^^^
#   copy it first: a = list(a)
