def f(a, b):
    a, b = b * 2.0, a * b
    return a / b


# --- value_and_grad wrt=a,b at=(0.7, 1.9) ---
# Written by s2sdiff from swap.py, line 1.


def f_value_and_grad(a, b):
    """Value and gradient of f with respect to a and b."""
    # forward sweep
    a_2 = b * 2.0
    b_2 = a * b
    f = a_2 / b_2
    # reverse sweep
    b_2_bar = -f / b_2  # df/db_2
    a_bar = b_2_bar * b  # df/da
    b_bar = b_2_bar * a + 2.0 / b_2  # df/db, through a_2 and b_2
    return f, (a_bar, b_bar)
