def first_large(u, v):
    for each in (u, u + v):
        if each > 1.0:
            return each * each
    return v


def f(x: float, n: int):
    u = 0.5
    for i in range(n):
        u = 0.1 * i + first_large(u, x)
    return u


# --- value_and_grad wrt=x at=(0.8, 4) ---
# Written by s2sdiff from loop_calls_with_returns.py, line 8.


def f_value_and_grad(x, n):
    """Value and gradient of f with respect to x."""
    # forward sweep
    u_tape = []
    u = 0.5
    for i in range(n):
        u_tape.append(u)
        a = u + x
        b = u * u if u > 1.0 else a * a if a > 1.0 else x
        u = 0.1 * i + b
    f = u
    # reverse sweep
    u_bar = 1.0
    x_bar = 0.0
    for _ in range(n):
        u = u_tape.pop()
        c = u + x
        if u > 1.0:
            d = u_bar * 2.0 * u
            a_bar = 0.0
        else:
            if c > 1.0:
                a_bar = u_bar * 2.0 * c
            else:
                a_bar = 0.0
                x_bar += u_bar
            d = 0.0
        x_bar += a_bar
        u_bar = d + a_bar
    return f, x_bar
