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


# --- jvp wrt=x at=(0.9, 5) ---
# Written by s2sdiff from list_jvp.py, line 1.


def stores_jvp(x, n, x_dot):
    """Value and Jacobian-vector product of stores with respect to x."""
    a = [0.0] * n
    a_dot = [0.0] * len(a)
    a[0] = x
    a_dot[0] = x_dot
    for i in range(1, n):
        b = i - 1
        c = a[b]
        a[i] = c * x + 1.0
        a_dot[i] = a_dot[b] * x + x_dot * c
    d = a[2]
    a[2] = d * x
    a_dot[2] = a_dot[2] * x + x_dot * d
    s = 0.0
    s_dot = 0.0
    for i, v in enumerate(a):
        v_dot = a_dot[i]
        s = s + v * v
        s_dot += v_dot * 2.0 * v
    stores = s + a[-1]
    stores_dot = s_dot + a_dot[-1]
    return stores, stores_dot
