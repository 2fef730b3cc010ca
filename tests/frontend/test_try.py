"""`try` statements: the derivative of the path taken, in both modes and twice."""

import math

import pytest

from s2sdiff import grad, hessian, jvp, value_and_grad
from s2sdiff.errors import S2SDiffError
from tests.frontend import programs_with_try
from tests.frontend.programs_with_try import POINTS

CASES = [
    pytest.param(function, args, id=f"{function.__name__}-{at}")
    for function, points in POINTS.items()
    for at, args in enumerate(points)
]
STEP = 1e-6


def wrt_of(args):
    return tuple(at for at, arg in enumerate(args) if not isinstance(arg, int))


def flat(tree):
    if isinstance(tree, tuple | list):
        return [leaf for part in tree for leaf in flat(part)]
    return [tree] if isinstance(tree, float) else []


def moved(args, index, by):
    remaining = iter(range(100))

    def visit(tree):
        if isinstance(tree, list):
            return [visit(part) for part in tree]
        return tree + by * (next(remaining) == index) if isinstance(tree, float) else tree

    return tuple(visit(arg) for arg in args)


def slopes(function, args):
    return [
        (function(*moved(args, at, STEP)) - function(*moved(args, at, -STEP))) / (2 * STEP)
        for at in range(len(flat(args)))
    ]


@pytest.mark.parametrize(("function", "args"), CASES)
def test_against_differences(function, args):
    value, gradient = value_and_grad(function, wrt_of(args))(*args)
    assert value == function(*args)
    assert flat(gradient) == pytest.approx(slopes(function, args), rel=1e-5, abs=1e-7)
    assert flat(grad(function, wrt_of(args))(*args)) == flat(gradient)


@pytest.mark.parametrize(("function", "args"), CASES)
def test_forward_against_reverse(function, args):
    wrt = wrt_of(args)
    seeds = [[1.0] * len(args[at]) if isinstance(args[at], list) else 1.0 for at in wrt]
    value, slope = jvp(function, wrt)(*args, *seeds)
    assert value == function(*args)
    assert slope == pytest.approx(sum(flat(grad(function, wrt)(*args))))


NUMBERS = [case for case in CASES if not any(isinstance(a, list) for a in case.values[1])]


@pytest.mark.parametrize(("function", "args"), NUMBERS)
def test_second_order(function, args):
    wrt = wrt_of(args)
    rows = hessian(function, wrt)(*args)
    for at, row in zip(wrt, rows, strict=True):
        first = grad(function, at)
        assert list(row) == pytest.approx(slopes(first, args), rel=1e-4, abs=1e-6)


def test_a_tangent_that_raises_does_not_lead_to_the_handler():
    function = programs_with_try.tangent_raises_where_the_primal_does_not
    assert function(0.0) == 0.0
    with pytest.raises(ZeroDivisionError):
        jvp(function)(0.0, 1.0)
    assert jvp(function)(2.0, 1.0) == (4.0, 2.0)


def cleans_up(x):
    try:
        print("in")
        y = math.log(x)
    except ValueError:
        print("caught")
        y = x
    finally:
        print("done")
    return y * x


def cleans_up_and_raises(x):
    try:
        y = math.log(x)
    finally:
        print("done")
    return y


@pytest.mark.parametrize("x", [0.5, -0.5])
def test_prints_come_once_and_in_order(x, capsys):
    cleans_up(x)
    expected = capsys.readouterr().out
    for call in (lambda: grad(cleans_up)(x), lambda: jvp(cleans_up)(x, 1.0)):
        call()
        assert capsys.readouterr().out == expected


def test_finally_runs_where_the_exception_goes_on(capsys):
    with pytest.raises(ValueError, match="math domain error"):
        grad(cleans_up_and_raises)(-1.0)
    assert capsys.readouterr().out == "done\n"
    assert grad(cleans_up_and_raises)(2.0) == 0.5


class Refused(Exception):
    pass


def raises_its_own(x):
    try:
        y = math.log(x)
    except ValueError:
        raise Refused("no logarithm") from None
    return y


def raises_again(x):
    try:
        y = math.log(x)
    except ValueError:
        print("seen")
        raise
    return y * y


def test_exceptions_of_handlers(capsys):
    with pytest.raises(Refused, match="no logarithm"):
        grad(raises_its_own)(-1.0)
    assert grad(raises_its_own)(4.0) == 0.25
    with pytest.raises(ValueError, match="math domain error"):
        grad(raises_again)(-1.0)
    assert capsys.readouterr().out == "seen\n"


def half_assigned(x):
    try:
        y = math.log(x)
        z = math.sqrt(y)
    except ValueError:
        z = y
    return z


def changed_list(x):
    xs = [x]
    try:
        xs.append(math.sqrt(x))
        y = math.log(x)
    except ValueError:
        y = x
    return y + xs[-1]


def reads_the_exception(x):
    try:
        y = math.log(x)
    except ValueError as problem:
        print(problem)
        y = x
    return y


def leaves_in_finally(x):
    try:
        return math.log(x)
    finally:
        return x  # noqa: B012, SIM107


def handlers_that_raise(x):
    try:
        y = math.log(x)
    except ValueError:
        y = math.sqrt(x)
    except ArithmeticError:
        y = x
    return y


def no_exception(x):
    try:
        y = math.log(x)
    except math.pi:
        y = x
    return y


@pytest.mark.parametrize(
    ("function", "sentence"),
    [
        (half_assigned, "S2S305 y may be assigned or not where the exception is raised"),
        (changed_list, "S2S307 a list is changed in a try statement whose handler goes on"),
        (reads_the_exception, "is an exception that was caught"),
        (leaves_in_finally, "S2S301 a finally clause that leaves the function or loop"),
        (handlers_that_raise, "S2S301 a handler that may raise, with others behind it"),
        (no_exception, "S2S306 a float is caught"),
    ],
)
def test_refusals(function, sentence):
    with pytest.raises(S2SDiffError) as caught:
        grad(function)(0.5)
    assert sentence in str(caught.value)
