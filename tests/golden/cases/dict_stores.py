def f(x, y):
    d = {"a": x, "b": y}
    d["a"] *= d["b"]
    e = d
    e["b"] = d["a"] + x
    return d["a"] * d["b"]


# --- value_and_grad wrt=x,y at=(0.7, 0.4) ---
# Written by s2sdiff from dict_stores.py, line 1.


def f_value_and_grad(x, y):
    """Value and gradient of f with respect to x and y."""
    # forward sweep
    a = x * y
    b = a + x
    f = a * b
    # reverse sweep
    a_bar = b + a  # df/da, through b and f
    x_bar = a + a_bar * y  # df/dx, through a and b
    y_bar = a_bar * x  # df/dy
    return f, (x_bar, y_bar)
