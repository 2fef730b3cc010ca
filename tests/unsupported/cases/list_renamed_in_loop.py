def f(x, n: int):
    a = [x]
    b = [0.0]
    s = 0.0
    for i in range(n):
        s += b[0]
        a[0] = a[0] * x
        s += b[0]
        b = a
    return s


# --- value_and_grad wrt=x ---
# S2S307 a list is changed in this loop that gets another name in it
#   list_renamed_in_loop.py:5:  for i in range(n):
#                                        ^^^^^^^^
#   copy it first: a = list(a)
