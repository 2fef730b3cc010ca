def fact(x, n: int):
    def go(acc, k):
        if k == 0:
            return acc, acc * x
        return go(acc * x + k, k - 1)
    a, b = go(1.0, n)
    return a * b


# --- jvp wrt=x at=(0.9, 4) ---
# Written by s2sdiff from recursion_tuple_result.py, line 1.


def _go_jvp(acc, k, x, acc_dot, x_dot):
    if k == 0:
        a = acc
        b = acc * x
        a_dot = acc_dot
        b_dot = acc_dot * x + x_dot * acc
    else:
        go_0, go_1, go_0_dot, go_1_dot = _go_jvp(
            acc * x + k,
            k - 1,
            x,
            acc_dot * x + x_dot * acc,
            x_dot,
        )
        a = go_0
        b = go_1
        a_dot = go_0_dot
        b_dot = go_1_dot
    return a, b, a_dot, b_dot


def fact_jvp(x, n, x_dot):
    """Value and Jacobian-vector product of fact with respect to x."""
    a, b, a_dot, b_dot = _go_jvp(1.0, n, x, 0.0, x_dot)
    fact = a * b
    fact_dot = a_dot * b + b_dot * a
    return fact, fact_dot
