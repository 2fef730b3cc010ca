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
    stop_tape = []
    u_tape = []
    u = 0.5
    for i in range(n):
        a = u + x
        if u > 1.0:
            returned = True
            stop = True
            b = u * u
        else:
            returned = False
            stop = False
        if not stop:
            if a > 1.0:
                returned = True
                stop = True
                b = a * a
            else:
                stop = False
            stop_tape.append(stop)
        u_tape.append((u, returned))
        u = 0.1 * i + (b if returned else x)
    f = u
    # reverse sweep
    u_bar = 1.0
    x_bar = 0.0
    for _ in range(n):
        u, returned = u_tape.pop()
        c = u + x
        d = u > 1.0
        if returned:
            b_bar = u_bar
        else:
            b_bar = 0.0
            x_bar += u_bar
        if d:
            a_bar = 0.0
        else:
            stop = stop_tape.pop()
            e = b_bar if stop else 0.0
            b_bar = 0.0
            a_bar = e * 2.0 * c if c > 1.0 else 0.0
        x_bar += a_bar
        u_bar = (b_bar * 2.0 * u if d else 0.0) + a_bar
    return f, x_bar
