"""Programs with loops: the user's function, and its gradient as a careful person writes it by hand.

The hand-written gradients record on plain lists what the reverse sweep reads and nothing else, count down
where the index is read, and keep products that both sweeps need.
"""

import math
from dataclasses import dataclass
from math import cos, sin


def horner(coefficients: list[float], x):
    y = 0.0
    for c in coefficients:
        y = y * x + c
    return y


def horner_by_hand(coefficients, x):
    y_tape = []
    y = 0.0
    for c in coefficients:
        y_tape.append(y)
        y = y * x + c
    value = y
    y_bar = 1.0
    x_bar = 0.0
    for _ in range(len(coefficients)):
        y = y_tape.pop()
        x_bar += y_bar * y
        y_bar = y_bar * x
    return value, x_bar


def pendulum(x0, v0, k, dt, n: int):
    x, v = x0, v0
    for _ in range(n):
        a = -k * math.sin(x)
        v = v + dt * a
        x = x + dt * v
    return x


def pendulum_by_hand(x0, v0, k, dt, n):
    x = x0
    v = v0
    x_tape = []
    for _ in range(n):
        x_tape.append(x)
        a = -k * sin(x)
        v = v + dt * a
        x = x + dt * v
    value = x
    x_bar = 1.0
    v_bar = 0.0
    k_bar = 0.0
    for _ in range(n):
        x = x_tape.pop()
        v_bar += dt * x_bar
        a_bar = dt * v_bar
        k_bar -= sin(x) * a_bar
        x_bar -= k * cos(x) * a_bar
    return value, (x_bar, v_bar, k_bar)


def logistic(x, r, n: int):
    for _ in range(n):
        x = r * x * (1.0 - x)
    return x


def logistic_by_hand(x, r, n):
    x_tape = []
    for _ in range(n):
        x_tape.append(x)
        x = r * x * (1.0 - x)
    value = x
    x_bar = 1.0
    r_bar = 0.0
    for _ in range(n):
        x = x_tape.pop()
        r_bar += x_bar * x * (1.0 - x)
        x_bar = x_bar * r * (1.0 - 2.0 * x)
    return value, (x_bar, r_bar)


def newton(a, x):
    while abs(x * x - a) > 1e-12:
        x = 0.5 * (x + a / x)
    return x


def newton_by_hand(a, x):
    x_tape = []
    while abs(x * x - a) > 1e-12:
        x_tape.append(x)
        x = 0.5 * (x + a / x)
    value = x
    x_bar = 1.0
    a_bar = 0.0
    for _ in range(len(x_tape)):
        x = x_tape.pop()
        half = 0.5 * x_bar
        b = half / x
        a_bar += b
        x_bar = half - b * a / x
    return value, (a_bar, x_bar)


def grid(x, y, rows: int, columns: int):
    s = 0.0
    for i in range(rows):
        for j in range(columns):
            s = s + x * math.sin(y * i + s * j)
    return s


def grid_by_hand(x, y, rows, columns):
    s_tape = []
    s = 0.0
    for i in range(rows):
        for j in range(columns):
            s_tape.append(s)
            s = s + x * sin(y * i + s * j)
    value = s
    s_bar = 1.0
    x_bar = 0.0
    y_bar = 0.0
    for i in range(rows - 1, -1, -1):
        for j in range(columns - 1, -1, -1):
            s = s_tape.pop()
            angle = y * i + s * j
            x_bar += s_bar * sin(angle)
            angle_bar = s_bar * x * cos(angle)
            y_bar += angle_bar * i
            s_bar += angle_bar * j
    return value, (x_bar, y_bar)


def converge(a, b, limit: int):
    s = a
    for i in range(limit):
        if s > 1000.0:
            break
        if i % 2 == 0:
            s = s * b
        else:
            s = s + a
    return s


def converge_by_hand(a, b, limit):
    s = a
    s_tape = []
    for i in range(limit):
        if s > 1000.0:
            break
        s_tape.append(s)
        if i % 2 == 0:
            s = s * b
        else:
            s = s + a
    value = s
    s_bar = 1.0
    a_bar = 0.0
    b_bar = 0.0
    for i in range(len(s_tape) - 1, -1, -1):
        if i % 2 == 0:
            b_bar += s_bar * s_tape[i]
            s_bar = s_bar * b
        else:
            a_bar += s_bar
    a_bar += s_bar
    return value, (a_bar, b_bar)


def smooth(x, alpha, n: int):
    y = x
    for i in range(n):
        y = 0.9 * y + 0.1 * i
    return alpha * y


def smooth_by_hand(x, alpha, n):
    y = x
    for i in range(n):
        y = 0.9 * y + 0.1 * i
    y_bar = alpha
    for _ in range(n):
        y_bar = 0.9 * y_bar
    return alpha * y, (y_bar, y)


@dataclass(frozen=True)
class Program:
    """A function and its gradient by hand; `wrt` are the arguments differentiated for. `jax` says
    whether JAX can run it: it cannot where a test reads a traced value."""

    function: object
    by_hand: object
    args: tuple
    wrt: tuple[int, ...]
    jax: bool = True


COEFFICIENTS = [math.cos(3.0 * index) for index in range(100)]
PROGRAMS = {
    "Horner": Program(horner, horner_by_hand, (COEFFICIENTS, 0.97), (1,)),
    "pendulum": Program(pendulum, pendulum_by_hand, (0.3, -0.1, 9.81, 0.01, 200), (0, 1, 2)),
    "logistic map": Program(logistic, logistic_by_hand, (0.3, 2.8, 200), (0, 1)),
    "Newton": Program(newton, newton_by_hand, (2.0, 40.0), (0, 1), jax=False),
    "nested loops": Program(grid, grid_by_hand, (0.01, 0.2, 15, 15), (0, 1)),
    "early break": Program(converge, converge_by_hand, (1.1, 3.0, 100_000), (0, 1), jax=False),
    "linear loop": Program(smooth, smooth_by_hand, (1.5, 0.3, 200), (0, 1)),
}
