"""Programs with `try` statements, and points on both paths."""

import math


def logarithm(x):
    try:
        y = math.log(x)
    except ValueError:
        y = x * x
    return y * 3.0


def assigned_before(x, y):
    z = x * y
    try:
        w = 2.0 * z
        v = math.sqrt(w) / z
        u = v * v
    except (ValueError, ZeroDivisionError):
        u = w
    return u * x


def returns_on_both_paths(x):
    try:
        return math.acos(x)
    except ValueError:
        return 0.5 * x


def returns_and_goes_on(x):
    try:
        return math.acos(x)
    except ValueError:
        pass
    return x * x * x


def with_else_and_finally(x):
    try:
        y = math.sqrt(x)
    except ValueError:
        y = 5.0 + x
    else:
        y = y * x * x
    finally:
        z = 2.0 * x
    return y * z


def turns_of_a_loop(x, n: int):
    s = 0.0
    for i in range(n):
        try:
            s += math.sqrt(x - i) * s + x
        except ValueError:
            s = s * x
    return s


def loop_inside(x, n: int):
    s = 0.0
    try:
        for i in range(n):
            s = s + math.sqrt(x - i)
    except ValueError:
        s = x * 4.0
    return s


def until_it_works(x):
    k = 0
    while True:
        try:
            y = math.log(x - 2.0 + k)
            break
        except ValueError:
            k += 1
    return y * x


def result_not_read(x):
    try:
        math.log(x)
    except ValueError:
        return x * 7.0
    return x * 2.0


def several_handlers(x):
    try:
        y = math.exp(x) + math.log(x)
    except OverflowError:
        y = x * x
    except ValueError:
        y = x * 2.0
    return y


def raised_by_the_program(x):
    try:
        if x < 0:
            raise ValueError("negative")
        y = x**1.5
    except ValueError:
        y = -x * 3.0
    return y


def asserted(x):
    try:
        assert x > 0, "no"
        y = x * x
    except AssertionError:
        y = 3.0 * x
    return y


def nested(x):
    try:
        try:
            y = math.log(x)
        except ValueError:
            y = math.acos(x)
    except ValueError:
        y = x * x
    return y * x


def index_out_of_range(xs: list[float], i: int):
    try:
        v = xs[i]
    except IndexError:
        v = xs[0] * 2.0
    return v * v


def appended(xs: list[float]):
    out = []
    for v in xs:
        try:
            out.append(math.log(v))
        except ValueError:
            out.append(v * v)
    return sum(out)


def safe(f, x, other):
    try:
        return f(x)
    except (ValueError, OverflowError):
        return other


def functions_as_arguments(x):
    one = safe(math.log, x, x * 2.0) * safe(math.exp, x * x, 1.0)
    return one + safe(lambda t: math.sqrt(t - 1.0), x, x)


def recursion(x, n: int):
    if n == 0:
        return math.log(x)
    try:
        return recursion(x - 0.6, n - 1) * x
    except ValueError:
        return x * x


def tangent_raises_where_the_primal_does_not(x):
    try:
        y = math.sqrt(x * x)
    except (ValueError, ZeroDivisionError):
        y = 100.0
    return y + x


POINTS = {
    logarithm: [(0.5,), (-0.5,)],
    assigned_before: [(0.5, 0.7), (-0.5, 0.7)],
    returns_on_both_paths: [(0.5,), (1.5,)],
    returns_and_goes_on: [(0.5,), (1.5,)],
    with_else_and_finally: [(0.5,), (-0.5,)],
    turns_of_a_loop: [(2.5, 5), (0.4, 4), (0.4, 0)],
    loop_inside: [(2.5, 3), (2.5, 5), (2.5, 0)],
    until_it_works: [(0.5,), (3.5,)],
    result_not_read: [(0.5,), (-0.5,)],
    several_handlers: [(0.5,), (-0.5,), (800.0,)],
    raised_by_the_program: [(0.5,), (-0.5,)],
    asserted: [(0.5,), (-0.5,)],
    nested: [(0.5,), (-0.5,), (-1.5,)],
    index_out_of_range: [([0.1, 0.2], 1), ([0.1, 0.2], 5)],
    appended: [([0.5, -0.5, 1.5],), ([],)],
    functions_as_arguments: [(0.5,), (-0.5,), (1.5,), (40.0,)],
    recursion: [(1.5, 1), (1.5, 3), (4.0, 4)],
}


def turns_left_out(xs: list[float]):
    t = 0.0
    for v in xs:
        try:
            w = math.log(v)
        except ValueError:
            continue
        t += w * w
    return t


def loop_left(x, n: int):
    s = x
    for _ in range(n):
        try:
            t = math.log(s)
        except ValueError:
            break
        s = t * x + t
    return s


POINTS[turns_left_out] = [([0.5, -0.5, 1.5],), ([],)]
POINTS[loop_left] = [(1.7, 6), (3.0, 6)]
