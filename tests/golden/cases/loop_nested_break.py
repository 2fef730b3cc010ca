def nested(x, n: int):
    s = 0.0
    for i in range(n):
        t = x
        for j in range(i):
            t = t * x + s
            if t > 3.0:
                break
        s = s + t * 0.1
    return s


# --- value_and_grad wrt=x at=(0.9, 6) ---
# Written by s2sdiff from loop_nested_break.py, line 1.


def nested_value_and_grad(x, n):
    """Value and gradient of nested with respect to x."""
    # forward sweep
    t_tape = []
    turns_tape = []
    s = 0.0
    for i in range(n):
        t = x
        turns = 0
        for _ in range(i):
            turns += 1
            t_tape.append(t)
            t = t * x + s
            if t > 3.0:
                break
        turns_tape.append(turns)
        s = s + t * 0.1
    # reverse sweep
    s_bar = 1.0
    x_bar = 0.0
    for _ in range(n):
        turns = turns_tape.pop()
        t_bar = s_bar * 0.1
        for _ in range(turns):
            t = t_tape.pop()
            s_bar += t_bar
            x_bar += t_bar * t
            t_bar = t_bar * x
        x_bar += t_bar
    return s, x_bar
