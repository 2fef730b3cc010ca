def simpson(a, b, d: int):
    m = (a + b) / 2
    if d == 0:
        return (b - a) * m * m * m
    s = 0.0
    for k in range(2):
        if k == 0:
            s += simpson(a, m, d - 1)
        else:
            s += simpson(m, b, d - 1)
    return s


# --- value_and_grad wrt=a,b at=(0.1, 1.2, 3) ---
# Written by s2sdiff from recursion_in_a_loop.py, line 1.


def _simpson_forward(a, b, d):
    m = (a + b) / 2
    residuals_tape = []
    residuals_tape_2 = []
    if d == 0:
        simpson = (b - a) * m * m * m
    else:
        s = 0.0
        for k in range(2):
            if k == 0:
                c, residuals = _simpson_forward(a, m, d - 1)
                residuals_tape.append(residuals)
                s = s + c
            else:
                e, residuals = _simpson_forward(m, b, d - 1)
                residuals_tape_2.append(residuals)
                s = s + e
        simpson = s
    residuals = residuals_tape, residuals_tape_2
    return simpson, residuals


def _simpson_reverse(a, b, d, simpson_bar, residuals):
    residuals_tape, residuals_tape_2 = residuals
    m = (a + b) / 2
    if d == 0:
        c = b - a
        e = c * m
        f = simpson_bar * m
        g = f * m
        h = g * m
        i = simpson_bar * (e * m) + f * e + g * c
        j = -h
    else:
        a_bar = 0.0
        m_bar = 0.0
        b_bar = 0.0
        for k in range(1, -1, -1):
            if k == 0:
                residuals = residuals_tape.pop()
                a_bar_2, m_bar_2 = _simpson_reverse(a, m, d - 1, simpson_bar, residuals)
                a_bar += a_bar_2
                m_bar += m_bar_2
            else:
                residuals = residuals_tape_2.pop()
                m_bar_2, b_bar_2 = _simpson_reverse(m, b, d - 1, simpson_bar, residuals)
                m_bar += m_bar_2
                b_bar += b_bar_2
        i = m_bar
        h = b_bar
        j = a_bar
    n = i * 0.5
    a_bar = j + n
    b_bar = h + n
    return a_bar, b_bar


def simpson_value_and_grad(a, b, d):
    """Value and gradient of simpson with respect to a and b."""
    # forward sweep
    simpson, residuals = _simpson_forward(a, b, d)
    # reverse sweep
    a_bar, b_bar = _simpson_reverse(a, b, d, 1.0, residuals)
    return simpson, (a_bar, b_bar)
