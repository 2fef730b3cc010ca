def f(x, n: int):
    if x > 2.0:
        q = []
        q.append(x)
    for i in range(n):
        q = [1.0] + [x]
    return q[0] * x


# --- value_and_grad wrt=x ---
# S2S305 q is assigned on one path only before this loop, which assigns it too
#   list_on_one_path_before_a_loop.py:5:  for i in range(n):
#                                                  ^^^^^^^^
#   assign it before the loop on every path
