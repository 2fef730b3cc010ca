def useafter(x, n: int):
    for i in range(n):
        y = x * i
        if y > 2.0:
            break
    else:
        y = x
    return y * i


# --- value_and_grad wrt=x at=(0.6, 10) ---
# Written by s2sdiff from loop_else_and_variable_after.py, line 1.


def useafter_value_and_grad(x, n):
    """Value and gradient of useafter with respect to x."""
    # forward sweep
    broke = False
    turns = 0
    for i in range(n):
        turns += 1
        y = x * i
        if y > 2.0:
            broke = True
            break
    if not broke:
        y = x
    useafter = y * i
    # reverse sweep
    if broke:
        y_bar = float(i)
        x_bar = 0.0  # duseafter/dx
    else:
        y_bar = 0.0
        x_bar = float(i)  # duseafter/dx
    for i in range(turns - 1, -1, -1):
        x_bar += y_bar * i
        y_bar = 0.0
    return useafter, x_bar
