"""A branch on a flag that the branch before it set is joined with it."""

from s2sdiff import value_and_grad


def first_large(u, v):
    for each in (u, u + v, u * v):
        if each > 1.0:
            return each * each
    return v


def no_flags(x, n: int):
    s = 0.5
    for i in range(n):
        s = 0.1 * i + first_large(s, x)
    return s


def long_sides(x, n: int):
    s = x
    for _ in range(n):
        done = False
        if s > 2.0:
            done = True
            s = s * 0.5
        elif s < 0.1:
            done = True
        if done:
            t = s * x
            t = t * t + s
            t = t * 0.25 + x
            s = t * 0.5
        else:
            s = s * 1.5
    return s


def slope(function, x, n, step=1e-6):
    return (function(x + step, n) - function(x - step, n)) / (2.0 * step)


def test_no_flag_is_left():
    source = value_and_grad(no_flags).source
    assert "returned" not in source and "stop" not in source


def test_values_and_slopes():
    for function in (no_flags, long_sides):
        for x in (0.05, 0.3, 0.8, 2.3):
            for n in (0, 1, 5):
                value, gradient = value_and_grad(function)(x, n)
                assert value == function(x, n)
                assert abs(gradient - slope(function, x, n)) <= 1e-5 * max(1.0, abs(gradient))
