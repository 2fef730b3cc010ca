"""The verdicts: what is right is proved, what is wrong is found, and nothing else is claimed."""

import dataclasses
import math
import subprocess
import sys

import pytest

import s2sdiff
from s2sdiff import grad, hessian, hvp, jacobian, jvp, vjp
from s2sdiff.check import gradient as gradient_room
from s2sdiff.check import symbolic
from s2sdiff.check.gradient import check, check_text
from s2sdiff.cli import main
from s2sdiff.frontend import rule_bodies
from s2sdiff.frontend.lower import lower
from s2sdiff.frontend.modules import module_from_text
from s2sdiff.frontend.signatures import types_from_annotations
from s2sdiff.frontend.targets import find_target
from s2sdiff.pipeline import Step, compile_text
from s2sdiff.rules.registry import RULES

EXAMPLE = """\
import math


def f(x):
    return math.sqrt(x**2 + math.exp(x**2)) + math.cos(x**2 + math.exp(x**2))
"""


def compiled(text):
    function = find_target(module_from_text("program.py", text), "f")
    plan = (Step("value_and_grad"),)
    primal = lower(function, types_from_annotations(function, {})).function
    return primal, plan, compile_text(primal, plan)


def test_example_5_14():
    report = check_text(*compiled(EXAMPLE))
    assert report.verdict == "EXACT" and report.ok
    assert report.headline == "EXACT: 2 entries proved by SymPy"
    assert str(report) == report.headline


def polar(r, t):
    return r * math.cos(t), r * math.sin(t)


def polynomial(x, y):
    return x**3 * y - y / (1.0 + x**2)


def leaky(x):
    return x if x > 0 else 0.01 * x


def tupled(p, k=2):
    (a, b), c = p
    return a * b**k + math.log(c)


EXACT = {
    "grad": grad(polynomial, (0, 1)),
    "jacobian": jacobian(polar, (0, 1)),
    "vjp": vjp(polar, (0, 1)),
    "jvp": jvp(polar, (0, 1)),
    "hessian": hessian(polynomial, (0, 1)),
    "hvp": hvp(polynomial, (0, 1)),
    "second": grad(grad(lambda x: math.sin(x) * x)),
    "branch": grad(leaky),
    "variable arguments": grad(lambda *xs: math.hypot(*xs)),
}
ARGUMENTS = {"variable arguments": (1.0, 2.0)}


@pytest.mark.parametrize("name", EXACT)
def test_exact(name):
    report = check(EXACT[name], args=ARGUMENTS.get(name))
    assert report.verdict == "EXACT", report


def test_structures_and_integers():
    assert check(tupled, args=(((1.0, 2.0), 3.0), 2)).verdict == "EXACT"
    assert check(polynomial, wrt=("y", "x"), operator="jacobian").verdict == "EXACT"


def test_paths_are_counted():
    assert check(leaky).headline == "EXACT: 4 entries proved by SymPy on 2 paths"


def wrong_sine(x, y):
    return -math.cos(x)


def test_a_wrong_rule_is_found(monkeypatch):
    rule = dataclasses.replace(RULES["math.sin"], partials=wrong_sine)
    monkeypatch.setitem(RULES, "math.sin", rule)
    report = check(grad(lambda x: math.sin(x) * 2.0))
    assert report.verdict == "DIFFERENT" and not report.ok
    assert "entry 0 is " in report.detail and ", at x = " in report.detail


def test_a_subtly_wrong_rule_is_found(monkeypatch):
    def nearly(x, y):
        return math.cos(x) * 1.000000000001

    rule = dataclasses.replace(RULES["math.sin"], partials=nearly)
    monkeypatch.setitem(RULES, "math.sin", rule)
    assert check(grad(lambda x: math.sin(x) * 3.0)).verdict == "DIFFERENT"


def test_rule_bodies_are_cached_by_function():
    assert rule_bodies._body.cache_info().currsize > 0


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("- sin(c)", "+ sin(c)"), ("0.5 / d", "0.5 * d"), ("* 2.0 * x", "* 2.0"), ("d + e", "d - e")],
)
def test_an_edited_text_is_found(right, wrong):
    primal, plan, emitted = compiled(EXAMPLE)
    assert right in emitted.source
    edited = dataclasses.replace(emitted, source=emitted.source.replace(right, wrong))
    report = check_text(primal, plan, edited)
    assert report.verdict == "DIFFERENT", report


def test_a_text_that_raises_is_found():
    primal, plan, emitted = compiled(EXAMPLE)
    edited = dataclasses.replace(emitted, source=emitted.source.replace("0.5 / d", "0.5 / (d - d)"))
    assert check_text(primal, plan, edited).verdict == "DIFFERENT"


def test_an_error_at_one_branch_only_is_found():
    text = "def f(x):\n    return x * x if x > 0 else x * 3.0\n"
    primal, plan, emitted = compiled(text)
    edited = dataclasses.replace(emitted, source=emitted.source.replace("3.0", "3.5"))
    assert edited.source != emitted.source
    assert check_text(primal, plan, edited).verdict == "DIFFERENT"


def test_numerical_evidence_only(monkeypatch):
    monkeypatch.setattr(symbolic, "equal", lambda one, two: False)
    report = check_text(*compiled(EXAMPLE))
    assert report.verdict == "EQUAL TO 50 DIGITS"
    assert report.detail == "at 8 random points; 2 of 2 entries not proved"


def test_differences_only(monkeypatch):
    monkeypatch.setattr(gradient_room, "LARGEST", 0)
    report = check_text(*compiled(EXAMPLE))
    assert report.verdict == "DIFFERENCE TESTS PASSED"
    assert "forward equals reverse" in report.detail


def test_unknown():
    report = check_text(
        *compiled("import math\n\n\ndef f(x):\n    return math.log(-1.0 - x * x)\n")
    )
    assert report.verdict == "UNKNOWN" and report.ok
    assert report.detail == "only 0 points could be evaluated"
    report = check_text(*compiled("import math\n\n\ndef f(x):\n    return x + math.ulp(x)\n"))
    assert report.detail == "math.ulp has no SymPy twin"
    counted = "    for i in range(2):\n        m = i\n"
    never = "    for i in range(m, 1):\n        y = x * i\n    return x * y\n"
    report = check_text(*compiled(f"def f(x):\n{counted}{never}"))
    assert report.verdict == "UNKNOWN" and "0 points" in report.detail


def test_a_function_that_is_not_its_trace(monkeypatch):
    gradient = grad(lambda x: x * 2.0)
    monkeypatch.setattr(gradient, "call_base", lambda args, function: args[0] * 3.0)
    report = check(gradient)
    assert report.verdict == "DIFFERENT" and "its trace" in report.detail


def test_forward_against_reverse(monkeypatch):
    monkeypatch.setattr(gradient_room, "dot_product_gap", lambda *rest: (1.0, 2.0))
    report = check_text(*compiled(EXAMPLE))
    assert report.verdict == "DIFFERENT" and "forward gives 1.0, reverse 2.0" in report.detail


def test_command(tmp_path, capsys):
    path = tmp_path / "program.py"
    path.write_text(EXAMPLE)
    assert main(["check", f"{path}:f"]) == 0
    assert capsys.readouterr().out == "EXACT: 2 entries proved by SymPy\n"
    assert main(["emit", f"{path}:f", "--check"]) == 0
    assert "# Checked: EXACT: 2 entries proved by SymPy.\n" in capsys.readouterr().out


def test_command_with_a_wrong_rule(tmp_path, capsys, monkeypatch):
    rule = dataclasses.replace(RULES["math.sqrt"], partials=wrong_sine)
    monkeypatch.setitem(RULES, "math.sqrt", rule)
    path, target = tmp_path / "program.py", tmp_path / "out.py"
    path.write_text(EXAMPLE)
    assert main(["check", f"{path}:f"]) == 1
    assert capsys.readouterr().out.startswith("DIFFERENT: entry 1 is ")
    assert main(["emit", f"{path}:f", "--check", "-o", str(target)]) == 1
    assert capsys.readouterr().err.startswith("DIFFERENT: ") and not target.exists()


def test_public_name():
    assert s2sdiff.check(lambda x: x * x).verdict == "EXACT"


def test_sympy_is_imported_by_checks_only():
    code = (
        "import sys, s2sdiff, s2sdiff.cli, s2sdiff.check.gradient; "
        "assert 'sympy' not in sys.modules and 'numpy' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


EFFECTS = """
import sys


class Bad(Exception):
    pass


def f(x, y):
    if x < 0.3:
        raise Bad(f"{x}")
    print("value", x, file=sys.stderr)
    print("other", y)
    return x * x * y
"""


def test_a_function_that_raises_and_prints_is_proven_in_silence(tmp_path, capsys):
    path = tmp_path / "effects.py"
    path.write_text(EFFECTS)
    assert main(["check", f"{path}:f"]) == 0
    said = capsys.readouterr()
    assert said.out.startswith("EXACT")
    assert "value" not in said.out + said.err
    assert "other" not in said.out + said.err
