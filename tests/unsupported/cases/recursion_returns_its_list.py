def same(v, n: int):
    return v if n == 0 else same(v, n - 1)


def f(x, n: int):
    v = [x] * n
    w = same(v, n)
    w[0] = x * x
    return v[0]


# --- value_and_grad wrt=x ---
# S2S307 this list has several names, and on some paths they are not the same list
#   recursion_returns_its_list.py:8:  w[0] = x * x
#                                     ^^^^
#   copy it first: a = list(a)
