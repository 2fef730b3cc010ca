import numpy as np


def scaled_rows(A: "f8[m,n]", s: "f8[m]"):
    B = A.copy()
    for row, factor in zip(B, s):
        row *= factor
    B.T[0] = s
    return np.sum(B**2)


# --- value_and_grad wrt=A,s at=(np.array([[4.0, 1.0], [1.0, 3.0], [0.5, 0.2]]), np.array([1.5, 0.2, -0.3])) ---
# Written by s2sdiff from stores_views.py, line 4.

import numpy as np


def scaled_rows_value_and_grad(A, s):
    """Value and gradient of scaled_rows with respect to A and s."""
    # forward sweep
    B = A.copy()
    row_tape = []
    a = min(B.shape[0], s.shape[0])
    for i in range(a):
        row = B[i]
        row_tape.append(row.copy())
        factor = s[i]
        B[i] = row * factor
    B.T[0] = s
    scaled_rows = np.sum(B * B)
    # reverse sweep
    B_bar = 2.0 * B
    s_bar = B_bar.T[0].copy()  # dscaled_rows/ds
    B_bar.T[0] = 0.0
    for i in range(a):
        row = row_tape[i]
        factor = s[i]
        b = B_bar[i]
        factor_bar = np.sum(b * row)
        s_bar[i] += factor_bar
        row_bar = b * factor
        B_bar[i] = row_bar
    return scaled_rows, (B_bar, s_bar)
