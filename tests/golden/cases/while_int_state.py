def collatz(x, n: int):
    k = n
    s = x
    while k != 1:
        if k % 2 == 0:
            k = k // 2
            s = s * 1.1
        else:
            k = 3 * k + 1
            s = s + x * k * 0.01
    return s


# --- value_and_grad wrt=x at=(0.5, 6) ---
# Written by s2sdiff from while_int_state.py, line 1.


def collatz_value_and_grad(x, n):
    """Value and gradient of collatz with respect to x."""
    # forward sweep
    tape = []
    k_tape = []
    k = n
    s = x
    while k != 1:
        a = k % 2 == 0
        tape.append(a)
        if a:
            k = k // 2
            s = s * 1.1
        else:
            k = 3 * k + 1
            k_tape.append(k)
            s = s + x * k * 0.01
    # reverse sweep
    s_bar = 1.0
    x_bar = 0.0
    for _ in range(len(tape)):
        b = tape.pop()
        if b:
            s_bar = s_bar * 1.1
        else:
            k = k_tape.pop()
            x_bar += s_bar * 0.01 * k
    x_bar += s_bar  # dcollatz/dx
    return s, x_bar
