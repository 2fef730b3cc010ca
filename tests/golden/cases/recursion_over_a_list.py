def lsum(xs: list[float], k: int):
    if k == len(xs):
        return 0.0
    return xs[k] * xs[k] + lsum(xs, k + 1) * 0.5


# --- value_and_grad wrt=xs at=([1.0, 2.0, 3.0], 0) ---
# Written by s2sdiff from recursion_over_a_list.py, line 1.


def _lsum_forward(xs, k):
    if k == len(xs):
        lsum = 0.0
        residuals = None
    else:
        a = xs[k]
        b, residuals = _lsum_forward(xs, k + 1)
        lsum = a * a + b * 0.5
    residuals = (residuals,)
    return lsum, residuals


def _lsum_reverse(xs, k, lsum_bar, residuals):
    (residuals,) = residuals
    xs_bar = [0.0] * len(xs)
    if k != len(xs):
        xs_bar_2 = _lsum_reverse(xs, k + 1, lsum_bar * 0.5, residuals)
        xs_bar = [(p + q) for p, q in zip(xs_bar, xs_bar_2)]
        xs_bar[k] += lsum_bar * 2.0 * xs[k]
    return xs_bar


def lsum_value_and_grad(xs, k):
    """Value and gradient of lsum with respect to xs."""
    # forward sweep
    lsum, residuals = _lsum_forward(xs, k)
    # reverse sweep
    xs_bar = _lsum_reverse(xs, k, 1.0, residuals)
    return lsum, xs_bar
