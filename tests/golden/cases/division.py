def f(a, b):
    q = a / b
    return q / (1 + q)


# --- value_and_grad wrt=a,b at=(1.4, 0.3) ---
# Written by s2sdiff from division.py, line 1.


def f_value_and_grad(a, b):
    """Value and gradient of f with respect to a and b."""
    # forward sweep
    q = a / b
    c = 1 + q
    f = q / c
    # reverse sweep
    q_bar = 1.0 / c - f / c  # df/dq, through c and f
    a_bar = q_bar / b  # df/da
    b_bar = -a_bar * q  # df/db
    return f, (a_bar, b_bar)
