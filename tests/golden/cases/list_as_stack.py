def stack(x, n: int):
    st = [x]
    s = 0.0
    while st:
        v = st.pop()
        s += v * v
        if v < 2.0:
            st.append(v * 1.5)
            if v < 1.0:
                st.append(v + x)
    return s


# --- value_and_grad wrt=x at=(0.6, 3) ---
# Written by s2sdiff from list_as_stack.py, line 1.


def stack_value_and_grad(x, n):
    """Value and gradient of stack with respect to x."""
    # forward sweep
    st = [x]
    v_tape = []
    s = 0.0
    while len(st) > 0:
        v = st.pop()
        v_tape.append(v)
        s = s + v * v
        if v < 2.0:
            a = v * 1.5
            st.append(a)
            if v < 1.0:
                b = v + x
                st.append(b)
    # reverse sweep
    st_bar = [0.0] * len(st)
    x_bar = 0.0
    for _ in range(len(v_tape)):
        v = v_tape.pop()
        if v < 2.0:
            if v < 1.0:
                b_bar = st_bar.pop()
                x_bar += b_bar
            else:
                b_bar = 0.0
            a_bar = st_bar.pop()
            c = b_bar + a_bar * 1.5
        else:
            c = 0.0
        v_bar = c + 2.0 * v
        st_bar.append(v_bar)
    x_bar += st_bar[0]  # dstack/dx
    return s, x_bar
