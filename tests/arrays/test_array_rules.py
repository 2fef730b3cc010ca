"""Every function of arrays that has a rule: called in many ways, differentiated in both modes and twice."""

from __future__ import annotations

import numpy as np
import pytest

from s2sdiff.ir.evaluate import library
from s2sdiff.rules.registry import RULES
from tests.arrays.cases import CASES
from tests.arrays.checking import check, check_returned, leaves


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.text}-{case.shapes}")
def test_derivatives(case):
    function, text = case.function()
    check(function, *case.args(), source=text, second=case.second)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.text}-{case.shapes}")
def test_result_is_returned(case):
    """The function's own result as that of the program, not a sum of it."""
    function, text = case.function(plain=True)
    if any(np.iscomplexobj(part) for part in leaves(function(*case.args()))):
        pytest.skip("the result is complex")
    check_returned(function, *case.args(), source=text)


def test_every_rule_is_called():
    called = {name for case in CASES for name in case.calls()}
    smooth = {n for n, r in RULES.items() if r.call is not None and r.form != "zero_derivative"}
    ours = {name for name in smooth if name.startswith(("s2sdiff.", "operator."))}
    functions = {id(library(name)) for name in called & smooth - ours}
    assert not {name for name in smooth - ours if id(library(name)) not in functions}


def test_types(case_count=0):
    """What is inferred of a result is what NumPy gives."""
    for case in CASES:
        function, text = case.function(plain=True)
        value = function(*case.args())
        type_ = case.type_of_result(function, text)
        shape = np.shape(value)
        axes = getattr(type_, "axes", ())
        assert axes is None or len(axes) == len(shape), case.text
        for axis, length in zip(axes or (), shape, strict=axes is not None):
            assert not isinstance(axis, int) or axis == length, case.text
        case_count += 1
    assert case_count > 100
