def even(x, n):
    if n <= 0:
        return x
    return odd(x * x, n - 1) + x
def odd(x, n):
    if n <= 0:
        return 1.0
    return even(x + 1.0, n - 1) * x
def rtop(x, n: int):
    def rec(k):
        return 1.0 if k == 0 else x * rec(k - 1)
    s = 0.0
    for i in range(n):
        s += even(x, i) * rec(i)
    return s


# --- value_and_grad wrt=x at=(0.7, 4) ---
# Written by s2sdiff from recursion_mutual_and_closure.py, line 9.


def _rec_forward(k, x):
    if k == 0:
        rec = 1.0
        a = None
        residuals = None
    else:
        a, residuals = _rec_forward(k - 1, x)
        rec = x * a
    residuals = a, residuals
    return rec, residuals


def _rec_reverse(k, x, rec_bar, residuals):
    a, residuals = residuals
    if k == 0:
        b = 0.0
    else:
        x_bar = _rec_reverse(k - 1, x, rec_bar * x, residuals)
        b = rec_bar * a + x_bar
    return b


def _even_forward(x, n):
    if n <= 0:
        even = x
        a = None
        residuals = None  # recursion_mutual_and_closure.py:8
    else:
        b = x * x
        if n - 1 <= 0:
            c = 1.0
            a = None
            residuals = None  # recursion_mutual_and_closure.py:8
        else:
            a, residuals = _even_forward(b + 1.0, n - 2)
            c = a * b
        even = c + x
    residuals = a, residuals
    return even, residuals


def _even_reverse(x, n, even_bar, residuals):
    a, residuals = residuals
    if n <= 0:
        b = even_bar
    else:
        c = x * x
        if n - 1 <= 0:
            d = 0.0
        else:
            e = _even_reverse(c + 1.0, n - 2, even_bar * c, residuals)
            d = even_bar * a + e
        b = even_bar + d * 2.0 * x
    return b


def rtop_value_and_grad(x, n):
    """Value and gradient of rtop with respect to x."""
    # forward sweep
    s = 0.0
    x_bar = 0.0
    for i in range(n):
        a, residuals = _even_forward(x, i)
        b, residuals_2 = _rec_forward(i, x)
        s = s + a * b
        x_bar_2 = _rec_reverse(i, x, a, residuals_2)
        x_bar += x_bar_2
        x_bar_2 = _even_reverse(x, i, b, residuals)
        x_bar += x_bar_2
    return s, x_bar
