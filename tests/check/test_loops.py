"""Checks of programs with loops, lists and recursion: proved where the turns are few."""

import dataclasses
import textwrap

import pytest

from s2sdiff.check.gradient import check_text
from s2sdiff.frontend.lower import lower
from s2sdiff.frontend.modules import module_from_text
from s2sdiff.frontend.signatures import types_from_annotations
from s2sdiff.frontend.targets import find_target
from s2sdiff.pipeline import Step, compile_text

PROGRAMS = {
    "horner": """
        def f(x: float, n: int):
            y = 0.0
            for k in range(n):
                y = y * x + k
            return y
        """,
    "early_break": """
        def f(x: float):
            y = x
            for _ in range(100000):
                if y > 4.0:
                    break
                y = y * y + 1.0
            return y
        """,
    "nested": """
        import math

        def f(x: float, y: float):
            s = 0.0
            for i in range(3):
                t = x
                for j in range(i):
                    t = t * y + math.sin(s)
                s = s + t
            return s
        """,
    "items": """
        def f(xs: list[float], k: float):
            s = 0.0
            for x in xs:
                s += x * x * k
            return s * max(xs)
        """,
    "appended": """
        def f(x: float, n: int):
            ys = [x]
            for _ in range(n):
                ys.append(ys[-1] * x)
            return sum(ys)
        """,
    "recursion": """
        def f(x: float, n: int):
            return 1.0 if n <= 0 else x * f(x, n - 1) + x
        """,
    "bools_and_counts": """
        def f(x: float, n: int, up: bool):
            y = x
            while n > 0:
                y = y * x if up else y / x
                n -= 1
            return y
        """,
}


def compiled(text):
    module = module_from_text("program.py", textwrap.dedent(text))
    function = find_target(module, "f")
    plan = (Step("value_and_grad"),)
    primal = lower(function, types_from_annotations(function, {})).function
    return primal, plan, compile_text(primal, plan)


@pytest.mark.parametrize("name", PROGRAMS)
def test_proved(name):
    report = check_text(*compiled(PROGRAMS[name]))
    assert report.verdict == "EXACT", str(report)


def test_the_headline_says_for_what_it_holds():
    assert check_text(*compiled(PROGRAMS["horner"])).headline.endswith(" for n = 0, 1, 2, 4")
    assert check_text(*compiled(PROGRAMS["items"])).headline.endswith(" for lists of 3")


LONG = """
    import math

    def f(x: float):
        y = x
        for k in range(200):
            y = y + 0.01 * math.sin(y) * x
        return y
    """


@pytest.mark.slow
def test_too_many_turns_for_sympy_are_compared_with_differences():
    report = check_text(*compiled(LONG))
    assert report.verdict == "DIFFERENCE TESTS PASSED"
    assert "SymPy came to no result" in report.detail


def test_a_mistake_in_the_third_turn_is_found():
    primal, plan, emitted = compiled(PROGRAMS["horner"])
    line = next(text for text in emitted.source.splitlines() if "x_bar +=" in text)
    pad = line[: len(line) - len(line.lstrip())]
    wrong = f"{line}\n{pad}if k == 2:\n{pad}    x_bar += 1e-30"
    text = emitted.source.replace("for _ in range", "for k in range").replace(line, wrong)
    assert text != emitted.source
    report = check_text(primal, plan, dataclasses.replace(emitted, source=text))
    assert report.verdict == "DIFFERENT"
    assert "differences give" in report.detail


@pytest.mark.slow
def test_points_where_a_loop_does_not_end_are_left_out():
    text = """
        def f(x: float):
            y = 1.0
            while abs(y * y - x) > 0.3:
                y = 0.5 * (y + x / y)
            return y
        """
    report = check_text(*compiled(text))
    assert report.ok and report.verdict != "UNKNOWN"
    assert report.points >= 3


CAUGHT = """
    import math

    def f(x: float):
        try:
            y = math.log(x)
        except ValueError:
            y = x * x * x
        return y * x
    """
NEVER = CAUGHT.replace("math.log(x)", "math.log(x + 50.0)")


def test_both_paths_of_a_try_statement():
    report = check_text(*compiled(CAUGHT))
    assert report.headline == "EXACT: 4 entries proved by SymPy on 2 paths"
    assert "not taken" in check_text(*compiled(NEVER)).headline


def test_a_mistake_behind_the_handler_is_found():
    primal, plan, emitted = compiled(CAUGHT)
    assert "a * 2.0 * x" in emitted.source
    text = emitted.source.replace("a * 2.0 * x", "a * 2.5 * x")
    report = check_text(primal, plan, dataclasses.replace(emitted, source=text))
    assert report.verdict == "DIFFERENT"
    assert "x = -" in report.detail
