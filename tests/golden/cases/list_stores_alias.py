def stores(x, n: int):
    a = [0.0] * n
    a[0] = x
    for i in range(1, n):
        a[i] = a[i - 1] * x + 1.0
    b = a
    b[2] = b[2] * x
    s = 0.0
    for v in a:
        s += v * v
    return s + a[-1]


# --- value_and_grad wrt=x at=(0.9, 5) ---
# Written by s2sdiff from list_stores_alias.py, line 1.


def stores_value_and_grad(x, n):
    """Value and gradient of stores with respect to x."""
    # forward sweep
    a = [0.0] * n
    a[0] = x
    tape = []
    for i in range(1, n):
        b = a[i - 1]
        tape.append(b)
        a[i] = b * x + 1.0
    c = a[2]
    a[2] = c * x
    a_bar = [0.0] * len(a)
    a_bar[-1] = 1.0
    s = 0.0
    for i, v in enumerate(a):
        s = s + v * v
        v_bar = 2.0 * v
        a_bar[i] += v_bar
    stores = s + a[-1]
    # reverse sweep
    d = a_bar[2]
    a_bar[2] = d * x
    x_bar = d * c  # dstores/dx
    for i in range(n - 1, 0, -1):
        e = tape.pop()
        f = a_bar[i]
        a_bar[i] = 0.0
        x_bar += f * e
        a_bar[i - 1] += f * x
    x_bar_2 = a_bar[0]  # dstores/dx
    x_bar += x_bar_2  # dstores/dx
    return stores, x_bar
