"""Every public name of a library is in exactly one bucket, on the Python that runs this."""

import builtins
import importlib
import math
import operator
import types

import pytest

from s2sdiff.frontend.library import STATIC_FUNCTIONS
from s2sdiff.ir.evaluate import library
from s2sdiff.rules.constants import CONSTANTS
from s2sdiff.rules.registry import EXPANDED, RULES, UNSUPPORTED
from tests.rules.samples import MODULES

BUILTINS = ("abs", "bool", "divmod", "float", "int", "max", "min", "pow", "round", "sum")


def buckets(name):
    """A rule, a constant, a reason, or an expansion into functions that have rules."""
    return [b for b in (RULES, CONSTANTS, UNSUPPORTED, EXPANDED) if name in b]


@pytest.mark.parametrize("module", [math, operator])
def test_modules(module):
    public = [name for name in vars(module) if not name.startswith("_")]
    module = "operator" if module is operator else module.__name__
    wrong = [name for name in public if len(buckets(f"{module}.{name}")) != 1]
    assert not wrong


# Answered by the frontend, types, and objects that are no functions.
ELSEWHERE = {"ndim", "shape", "size", "r_", "c_", "newaxis", "copyto", "fill_diagonal"}
TYPES = (type, types.ModuleType)


@pytest.mark.parametrize("module", ["numpy", "numpy.linalg", "numpy.fft"])
def test_numpy(module):
    np = importlib.import_module(module)
    names = [
        name
        for name in dir(np)
        if not name.startswith("_") and callable(getattr(np, name)) and name not in ELSEWHERE
    ]
    functions = [name for name in names if not isinstance(getattr(np, name), TYPES)]
    wrong = {n: buckets(f"{module}.{n}") for n in functions}
    assert not {n: found for n, found in wrong.items() if len(found) != 1}


def test_builtins():
    assert all(len(buckets(f"builtins.{name}")) == 1 for name in BUILTINS if name != "pow")
    assert all(hasattr(builtins, name) for name in BUILTINS)


def test_several_results():
    for name, parts in EXPANDED.items():
        assert name in STATIC_FUNCTIONS
        assert all(part in RULES for part in parts)


def test_numpy_twins():
    np = pytest.importorskip("numpy")
    array_functions = {"prod", "sumprod", "trunc"}
    names = {name.partition(".")[2] for name in (*RULES, *CONSTANTS) if name.startswith("math.")}
    names |= {name for name in dir(math) if not name.startswith("_")}
    for name in sorted(names - array_functions):
        if hasattr(np, name):
            assert buckets(f"numpy.{name}"), name


def test_names_exist():
    """Rules are for functions that are there; newer Pythons have a few more, older NumPys one."""
    newer = {"math.sumprod", "math.fma", "operator.is_none", "operator.is_not_none"}
    newer.add("numpy.row_stack")
    for name in (*RULES, *UNSUPPORTED):
        if name.rpartition(".")[0] in MODULES and name not in newer:
            assert callable(library(name)), name


def test_reasons_are_sentences():
    assert all(len(reason) > 10 for reason in UNSUPPORTED.values())
    assert all(reason.isascii() and not reason.endswith(".") for reason in UNSUPPORTED.values())
