def energy(xs: list[float], n: int):
    ys = [x * x for x in xs if x > 0]
    return sum(y * k for k, y in enumerate(ys)) + sum(xs[i] for i in range(n))


# --- value_and_grad wrt=xs at=([1.0, -2.0, 3.0, 0.5], 2) ---
# Written by s2sdiff from comprehension_at_run_time.py, line 1.


def energy_value_and_grad(xs, n):
    """Value and gradient of energy with respect to xs."""
    # forward sweep
    a = len(xs)
    b = []
    for x in xs:
        if x > 0:
            c = x * x
            b.append(c)
    b_bar = [0.0] * len(b)
    total = 0
    for k, y in enumerate(b):
        total += y * k
        y_bar = 1.0 * k
        b_bar[k] += y_bar
    xs_bar = [0.0] * len(xs)
    total_2 = 0
    for i in range(n):
        total_2 += xs[i]
        xs_bar[i] += 1.0
    energy = total + total_2
    # reverse sweep
    for i in range(a - 1, -1, -1):
        x = xs[i]
        if x > 0:
            c_bar = b_bar.pop()
            x_bar = c_bar * 2.0 * x
        else:
            x_bar = 0.0
        xs_bar[i] += x_bar
    return energy, xs_bar
