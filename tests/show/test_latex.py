"""The trace as LaTeX: its structure, its symbols, and that pdflatex sets it where there is one."""

import math
import re
import shutil
import subprocess

import pytest

from s2sdiff.show.symbols import latex_names, latex_number
from s2sdiff.show.trace import render_latex, trace_table


def example(x):
    return math.sqrt(x**2 + math.exp(x**2)) + math.cos(x**2 + math.exp(x**2))


def odd_names_(learning_rate, σ, größe, x_2, sigma, 变量):
    Δx = learning_rate * σ - größe**x_2
    _tmp = math.copysign(Δx, sigma) if Δx > 0 or sigma <= 1e-7 else math.fmod(变量, 3.5)
    return _tmp * 2.5e-9, not Δx > 1, max(Δx, sigma, 变量), abs(sigma), 7 // sigma % 2


def conditional(x, y):
    u = math.exp(x) if x > y else y * math.sin(x * y) if x > -1 and y != 2 else math.pi
    return -u * u / (x - y) ** 2 + (x / y) ** 2 - (-x) + math.log(y, 3) * math.log2(y)


def held(x):
    a = math.sin(x)
    return a * math.exp(a)


def nothing(x):
    return None


FUNCTIONS = [
    (example, {"x": 0.7}),
    (odd_names_, {"learning_rate": 0.5, "σ": 2, "größe": 3, "x_2": 2, "sigma": 1, "变量": 8}),
    (conditional, {"x": 0.7, "y": 1.5e-9}),
    (held, {"x": 1e-30}),
    (nothing, {"x": 1.0}),
]


def documents(lowered):
    for function, point in FUNCTIONS:
        primal = lowered(function)
        trace = trace_table(primal, tuple(range(len(primal.parameters))))
        yield function.__name__, render_latex(trace, None)
        yield f"{function.__name__}_at", render_latex(trace, point)


def test_example_5_14(lowered):
    text = render_latex(trace_table(lowered(example), (0,)), None)
    for line in (
        r"a &= x^{2} \\",
        r"d &= \sqrt{c} \\",
        r"\frac{\partial a}{\partial x} &= 2 x \\",
        r"\frac{\partial d}{\partial c} &= \frac{1}{2 \sqrt{c}} \\",
        r"\frac{\partial e}{\partial c} &= -\sin(c) \\",
        r"\frac{\partial f}{\partial c} &= 1 \cdot \frac{1}{2 \sqrt{c}} "
        r"+ 1 \cdot \left(-\sin(c)\right) \\",
        r"\frac{\partial f}{\partial x} &= \frac{\partial f}{\partial a} \cdot \left(2 x\right)",
    ):
        assert line in text.splitlines()


def test_values_stand_in_a_column(lowered):
    text = render_latex(trace_table(lowered(example), (0,)), {"x": 0.7})
    assert r"a &= x^{2} &&= 0.49 \\" in text
    assert "At $x = 0.7$." in text


def test_structure(lowered):
    for name, text in documents(lowered):
        assert text.isascii(), name
        bare = re.sub(r"\\[{}\\]", "", text)
        depth = 0
        for char in bare:
            depth += (char == "{") - (char == "}")
            assert depth >= 0, name
        assert depth == 0, name
        open_environments = []
        for kind, environment in re.findall(r"\\(begin|end)\{([\w*]+)\}", text):
            if kind == "begin":
                open_environments.append(environment)
            else:
                assert open_environments.pop() == environment, name
        assert not open_environments, name
        assert text.count(r"\left") == text.count(r"\right"), name
        assert re.findall(r"\\usepackage\{(\w+)\}", text) == ["amsmath"]


def test_formulas(lowered):
    text = render_latex(trace_table(lowered(conditional), (0,)), None)
    assert r"\begin{cases} \exp(x) & \text{if } x > y \\ " in text
    assert r"& \text{if } x > -1 \land y \ne 2 \\ \pi & \text{otherwise} \end{cases}" in text
    assert r"\log_{3}(y)" in text
    assert r"\log_{2}(y)" in text
    held_text = render_latex(trace_table(lowered(held), (0,)), None)
    assert r"\left.\frac{\partial c}{\partial a}\right|_{b} &= b" in held_text


def test_symbols():
    names = ["x", "x_2", "alpha", "α", "learning_rate", "größe", "a1", "_x", "变", "w_0_1", "Δx"]
    assert list(latex_names(names).values()) == [
        "x",
        "x_{2}",
        r"\alpha",
        r"\mathrm{u03b1}",
        r"\mathrm{learning\_rate}",
        r"\mathrm{gr\ddot{o}u00dfe}",
        r"\mathrm{a1}",
        r"\mathrm{\_x}",
        r"\mathrm{u53d8}",
        "{w_{0}}_{1}",
        r"\mathrm{\Delta x}",
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.5, "0.5"),
        (2e-07, r"2 \cdot 10^{-7}"),
        (-1.5e300, r"-1.5 \cdot 10^{300}"),
        (math.inf, r"\infty"),
        (-math.inf, r"-\infty"),
        (math.nan, r"\mathrm{nan}"),
        (True, r"\text{True}"),
        (None, r"\text{None}"),
        ("a_b", r"\text{'a\_b'}"),
    ],
)
def test_numbers(value, text):
    assert latex_number(value) == text


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="there is no pdflatex")
def test_pdflatex_sets_it(lowered, tmp_path):
    for name, text in documents(lowered):
        (tmp_path / f"{name}.tex").write_text(text)
        command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", f"{name}.tex"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout[-2000:]
