"""Numbers of operations: the function, its derivative by trace, SymPy's expanded derivative."""

import math

from s2sdiff.pipeline import Step, derive
from s2sdiff.show.count import Counts, count_operations, operations, render_counts


def example(x):
    return math.sqrt(x**2 + math.exp(x**2)) + math.cos(x**2 + math.exp(x**2))


def test_example_5_14(lowered):
    counts = count_operations(lowered(example), (0,))
    assert counts.function == 6
    assert counts.trace <= 13
    assert counts.expanded is not None
    assert counts.expanded > 3 * (counts.trace - counts.function)


def test_text(lowered):
    text = render_counts(Counts(6, 13, 24))
    assert [line.split()[-1] for line in text.splitlines()[2:]] == ["6", "13", "24"]
    assert "not computed: too large" in render_counts(Counts(6, 13, None, "too large"))


def product(x):
    a = math.sin(x) * x
    b = math.sin(a) * a
    c = math.sin(b) * b
    return math.sin(c) * c


def test_expanded_derivatives_grow_and_traces_do_not(lowered):
    counts = count_operations(lowered(product), (0,))
    assert counts.trace <= 4 * counts.function
    assert counts.expanded is not None and counts.expanded > 5 * counts.trace


def conditional(x, y):
    return math.sin(x) * y + 1 if x > y else y


def test_a_branch_counts_its_dearer_side(lowered):
    assert operations(lowered(conditional)) == 4
    counts = count_operations(lowered(conditional), (0, 1))
    assert counts.expanded is not None
    assert operations(derive(lowered(conditional), (Step("grad", (0, 1)),))) >= 2


def several(p: tuple[float, float], q):
    return p[0] * p[1], (math.log(q) * p[0], 0.1 * q)


def test_tuples_cost_nothing(lowered):
    counts = count_operations(lowered(several), (0, 1))
    assert counts.function == 4
    assert counts.expanded is not None


def rounded(x):
    return math.ulp(x) * math.ldexp(x, 3)


def deep(x):
    for_now = x
    y = math.sin(for_now) * for_now
    y = math.sin(y) * y * y * y
    y = math.sin(y) * y * y * y
    y = math.sin(y) * y * y * y
    y = math.sin(y) * y * y * y
    return math.sin(y) * y * y * y


def test_where_sympy_has_no_answer(lowered):
    assert "math.ulp" in count_operations(lowered(rounded), (0,)).reason
    counts = count_operations(lowered(deep), (0,))
    assert counts.expanded is None
    assert "written as one expression" in counts.reason
