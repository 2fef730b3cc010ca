"""`raise` and `print`: once, in the primal's order, with its values, in every mode."""

import math

import pytest

import s2sdiff


class Diverged(ArithmeticError):
    def __init__(self, message, *, at):
        super().__init__(message)
        self.at = at


def talking(x, n):
    s, k = 0, 0
    print("start", s)
    while k < n:
        k += 1
        if k == 2:
            print(f"turn {k}: {s!r}", end=";\n")
            continue
        if s > 5.0:
            print("left")
            break
        for j in range(k):
            print(k, j, s, sep="-")
            s = s + x * x
    y = s * x if s > 1 else show(s)
    print([s, y], {"k": k}, True, None)
    return y


def show(s):
    print("small", s)
    return s


def failing(x, n):
    s = 1.0
    for i in range(n):
        print("turn", i)
        if s > 4.0:
            print("too large")
            raise Diverged(f"s = {s:.4f} in turn {i}", at=i) from KeyError("cause", x)
        if s < 0.0:
            raise ValueError
        s = s + x * s
    if n > 0:
        if x < 0.0:
            raise ValueError("negative", x)
        else:  # noqa: RET506
            raise OverflowError(f"{s}") from None
    return s


def checked(x):
    require_positive(x)
    y = x * x
    if y > 100:
        raise LookupError("large")
    return y * x


def require_positive(x):
    if x <= 0:
        raise ValueError(f"{x} is not positive")


MODES = ("grad", "value_and_grad", "jvp", "hessian", "vjp", "hvp")
SEEDED = ("jvp", "vjp", "hvp")


def derivative(mode, function, *args):
    seeds = (1.0,) if mode in SEEDED else ()
    return getattr(s2sdiff, mode)(function)(*args, *seeds)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("args", [(1.5, 5), (0.25, 4), (2.0, 0), (3.0, 1)])
def test_printed_once_and_in_order(mode, args, capsys):
    talking(*args)
    wanted = capsys.readouterr()
    derivative(mode, talking, *args)
    assert capsys.readouterr() == wanted


def test_what_is_printed_does_not_change_the_derivative():
    value, gradient = s2sdiff.value_and_grad(talking)(1.5, 5)
    step = 1e-5
    slope = (talking(1.5 + step, 5) - talking(1.5 - step, 5)) / (2 * step)
    assert value == talking(1.5, 5)
    assert gradient == pytest.approx(slope, rel=1e-8)


def caught(function, *args):
    try:
        function(*args)
    except Exception as problem:
        cause = problem.__cause__
        return (
            type(problem),
            problem.args,
            vars(problem),
            type(cause),
            getattr(cause, "args", None),
            problem.__suppress_context__,
        )
    raise AssertionError("nothing was raised")


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("args", [(1.0, 9), (0.1, 3), (-0.5, 2), (-3.0, 5)])
def test_raised_as_by_the_primal(mode, args, capsys):
    wanted = caught(failing, *args), capsys.readouterr()
    found = caught(lambda *given: derivative(mode, failing, *given), *args)
    assert (found, capsys.readouterr()) == wanted


@pytest.mark.parametrize("mode", MODES)
def test_helpers_that_only_raise(mode):
    assert caught(lambda x: derivative(mode, checked, x), -1.0) == caught(checked, -1.0)
    assert caught(lambda x: derivative(mode, checked, x), 11.0) == caught(checked, 11.0)
    value, gradient = s2sdiff.value_and_grad(checked)(3.0)
    assert (value, gradient) == (27.0, 27.0)


def shown(x):
    print("shown", x)
    return x > 0.5


def in_expressions(x, n):
    s = x
    while shown(s) and s < n:
        s = s * 1.5 if shown(s) or shown(-s) else s + 1.0
    values = [tell(s * i) for i in range(2)]
    for i in range(n):
        t = tell(s + i) if i % 2 else s * i
        s = s + 0.1 * math.sin(t) * tell(math.cos(t))
    total = sum(tell(v) for v in values)
    return s * total + values[1]


def tell(v):
    print(v, end="|")
    return v * v


def fail(s):
    raise RuntimeError("no way", s)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("args", [(0.6, 3), (0.4, 2), (2.0, 1), (0.9, 0)])
def test_effects_inside_expressions(mode, args, capsys):
    value = in_expressions(*args)
    wanted = capsys.readouterr()
    found = derivative(mode, in_expressions, *args)
    assert capsys.readouterr() == wanted
    if mode == "value_and_grad":
        x, n = args
        step = 1e-6
        slope = (in_expressions(x + step, n) - in_expressions(x - step, n)) / (2 * step)
        assert found[0] == value
        assert found[1] == pytest.approx(slope, rel=1e-6, abs=1e-8)


def both_sides(x, n):
    s = x
    for i in range(n):
        if s > 2.0:
            if i > 3:
                raise ValueError(i)
            if x > 1.5:
                print("about to fail")
                fail(s)
            else:
                raise Diverged("both", at=s)
        else:
            if s < 0.1:
                return s * x
            s = s * (1.0 + x)
    else:
        if x > 1.0:
            raise LookupError(f"{s:>10.3f}")
        s = s + 1.0
    return s


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("args", [(0.2, 20), (1.6, 3), (0.9, 4), (1.2, 1)])
def test_raised_on_both_sides(mode, args, capsys):
    wanted = caught(both_sides, *args), capsys.readouterr()
    found = caught(lambda *given: derivative(mode, both_sides, *given), *args)
    assert (found, capsys.readouterr()) == wanted


@pytest.mark.parametrize("args", [(0.05, 3), (0.3, 2), (0.9, 1)])
def test_the_paths_that_do_not_raise(args):
    x, n = args
    step = 1e-6
    slope = (both_sides(x + step, n) - both_sides(x - step, n)) / (2 * step)
    value, gradient = s2sdiff.value_and_grad(both_sides)(x, n)
    assert value == both_sides(x, n)
    assert gradient == pytest.approx(slope, rel=1e-7)
