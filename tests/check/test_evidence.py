"""Traps: what must not be taken for evidence, neither for a derivative nor against it."""

import dataclasses
import math
import threading
import time

import pytest

from s2sdiff import grad, hessian, value_and_grad
from s2sdiff.check import symbolic
from s2sdiff.check.exact import Arithmetic
from s2sdiff.check.finite_differences import central
from s2sdiff.check.gradient import check, check_text
from s2sdiff.check.points import defined_points, example_point
from s2sdiff.frontend.lower import lower
from s2sdiff.frontend.modules import module_from_text
from s2sdiff.frontend.signatures import types_from_annotations
from s2sdiff.frontend.targets import find_target
from s2sdiff.options import Step
from s2sdiff.pipeline import compile_text

SINE = "import math\n\n\ndef f(x):\n    return math.sin(x) * x\n"


def lowered(text):
    function = find_target(module_from_text("program.py", text), "f")
    return lower(function, types_from_annotations(function, {})).function


def compiled(text, operator="value_and_grad"):
    primal, plan = lowered(text), (Step(operator),)
    return primal, plan, compile_text(primal, plan)


def edited(text, right, wrong, operator="value_and_grad"):
    primal, plan, emitted = compiled(text, operator)
    assert emitted.source.count(right) == 1, emitted.source
    source = emitted.source.replace(right, wrong)
    return check_text(primal, plan, dataclasses.replace(emitted, source=source))


def test_small_numbers_are_compared_in_proportion():
    text = "def f(x):\n    return 1e-34 * 1e-34 * x**3\n"
    assert check_text(*compiled(text)).verdict == "EXACT"
    report = edited(text, "a * 3.0", "a * 4.0")
    assert report.verdict == "DIFFERENT" and "e-68" in report.detail


@pytest.mark.parametrize("order", [3, 4, 5])
def test_high_orders(order):
    derivative = math_sine
    for _ in range(order):
        derivative = grad(derivative)
    assert check(derivative).verdict == "EXACT"


def math_sine(x):
    return math.sin(5.0 * x)


def test_a_text_that_names_nothing_is_found():
    report = edited(SINE, "cos(x)", "coz(x)")
    assert report.verdict == "DIFFERENT"
    assert report.detail.startswith("the emitted text raises NameError: name 'coz' is not defined")


def test_another_structure_is_found():
    report = edited(SINE, "return f, x_bar", "return f, (x_bar,)")
    assert report.verdict == "DIFFERENT" and "another structure" in report.detail


def test_names_of_the_user_are_not_ours():
    text = "def f(_literal, _truth=2.0):\n    return _literal * 3.0 if _literal > 0 else _truth\n"
    assert check_text(*compiled(text)).verdict == "EXACT"


def squared_root(x):
    return math.sqrt(x) ** 2 + x


def far_domains(a, b, c, d, e):
    return math.acosh(a) * math.acos(b) + math.log(c) * math.asin(d) + math.atanh(e)


def test_python_says_where_a_function_is_defined():
    assert check(squared_root).headline == "EXACT: 2 entries proved by SymPy for x > 0"
    assert check(far_domains, wrt=(0, 4)).headline.endswith("proved by SymPy for a, c > 0")


def test_the_other_sign_is_tried():
    points = defined_points(lowered("def f(x, y):\n    return x * y\n"), 2)
    assert all(any(point[at] < 0 for point in points) for at in range(2))


def rounding_off(x):
    return (x + 1e16) - 1e16


def test_rounding_is_no_mistake_of_the_frontend():
    assert check(rounding_off).verdict == "EXACT"


def test_an_exception_of_the_function_only_is_found(monkeypatch):
    def raises(args, function):
        raise KeyError("k")

    gradient = grad(lambda x: x * 2.0)
    monkeypatch.setattr(gradient, "call_base", raises)
    report = check(gradient)
    assert report.verdict == "DIFFERENT"
    assert report.detail.startswith("the function raises KeyError: 'k'; its trace gives ")


def leaky(x):
    return x if x > 0 else 0.01 * x


def test_no_differences_across_a_kink():
    assert check(leaky, args=(0.0,)).headline == "EXACT: 4 entries proved by SymPy on 2 paths"
    assert check(leaky, args=(0.0,)).points == check(leaky).points


def same_derivative(x):
    return x * 2.0 if x > 0 else x * 2.0 + 1.0


def steps(x, y):
    return x % y + math.floor(x) * y


def flagged(x: float, up: bool, n: int):
    return x * n if up else x**n


def test_paths_of_the_primal_count():
    assert check(grad(same_derivative)).detail.endswith("on 2 paths")
    assert check(steps, wrt=(0, 1)).verdict == "EXACT"
    assert check(flagged).verdict == "EXACT"
    assert check(flagged, wrt=(0, "n")).verdict == "EXACT"


def test_example_arguments_are_a_point():
    random = check(math_sine)
    assert check(math_sine, args=(3.0,)).points == random.points + 1
    report = check(squared_root, args=(-3.0,))
    assert report.verdict == "EXACT"
    assert report.detail.splitlines()[1].startswith("not at the example arguments")


def test_example_arguments_are_bound():
    primal, _, _ = compiled("def f(x: float, k: int = 2):\n    return x * k\n")
    point = example_point(primal, (1.5,))
    assert point is not None and tuple(map(float, point)) == (1.5, 2.0)
    assert example_point(primal, ()) is None
    variable = lambda x, *more: x * math.hypot(*more)  # noqa: E731
    function, _ = value_and_grad(variable).compiled_for((1.0, 2.0, 3.0))
    point = example_point(function, (1.0, 2.0, 3.0))
    assert point is not None and tuple(map(float, point)) == (1.0, 2.0, 3.0)


def far_branch(x):
    return x * x if x < 1000.0 else x * 3.0


def never(x):
    return x * x if math.sqrt(x * x + 4.0) < 1.0 else x * 3.0


def test_points_lie_on_both_sides_of_literals():
    text = "def f(x):\n    return x * x if x < 1000.0 else x * 3.0\n"
    assert check(grad(far_branch)).headline == "EXACT: 2 entries proved by SymPy on 2 paths"
    report = edited(text, "else 3.0  #", "else 3.5  #")
    assert report.verdict == "DIFFERENT" and "at x = 1071.43" in report.detail


def test_branches_not_taken_are_counted():
    assert check(grad(never)).headline == "EXACT: 1 entry proved by SymPy; 1 branch not taken"


def test_differences_reach_as_far_as_they_say():
    numbers = Arithmetic(numeric=True)
    x = numbers.literal(0.5)
    ((slope,),) = central(1)(lambda x: numbers.function("math.exp")(x), (x,), (0,))
    assert abs(slope - numbers.function("math.exp")(x)) < 1e-99


@pytest.mark.parametrize("threads", [False, True])
def test_time_is_limited(threads):
    def task(send):
        send("first")
        while True:
            math_sine(1.0)

    assert with_threads(threads, lambda: symbolic.bounded(task, 0.3)) == ["first"]


@pytest.mark.parametrize("threads", [False, True])
def test_what_sympy_raises_is_no_evidence(threads):
    def task(send):
        send("first")
        raise RuntimeError("SymPy gave up")

    assert with_threads(threads, lambda: symbolic.bounded(task, 3.0)) == ["first"]


def test_proofs_beside_other_threads():
    assert with_threads(True, lambda: check(leaky)).verdict == "EXACT"


def with_threads(wanted, action):
    """The result of `action`, with another thread running if wanted."""
    done = threading.Event()
    other = threading.Thread(target=done.wait)
    if wanted:
        other.start()
    try:
        return action()
    finally:
        done.set()
        if wanted:
            other.join()


def black_scholes(s, k, t, r, v):
    d1 = (math.log(s / k) + (r + 0.5 * v**2) * t) / (v * math.sqrt(t))
    d2 = d1 - v * math.sqrt(t)
    first, second = (0.5 * (1.0 + math.erf(d / math.sqrt(2.0))) for d in (d1, d2))
    return s * first - k * math.exp(-r * t) * second


def test_black_scholes_within_seconds():
    start = time.monotonic()
    assert check(black_scholes, wrt=(0, 1, 2, 3, 4)).verdict == "EXACT"
    assert time.monotonic() - start < 20.0


def test_hessian_is_deterministic():
    derivative = hessian(lambda x, y: math.exp(x * y) / (1.0 + x**2), (0, 1))
    first, second = check(derivative), check(derivative)
    assert first == second and first.verdict == "EXACT"
