"""Emitted code on display: each case is a function, a line that says what is asked, and the answer.

    # --- value_and_grad wrt=x,y at=(0.7, 2.0) ---

The emitted text is compared byte by byte, run, and compared with central differences of the primal.
`pytest --update-golden` writes what is emitted now; read the difference before committing it.
"""

import ast
import contextlib
import copy
import dataclasses
import itertools
import re
import subprocess
import sys
import types
from pathlib import Path

import numpy as np
import pytest

from s2sdiff.errors import S2SDiffError
from s2sdiff.frontend.lower import lower
from s2sdiff.frontend.modules import module_from_text
from s2sdiff.frontend.targets import find_target
from s2sdiff.frontend.signatures import types_from_annotations
from s2sdiff.ir.types import Array
from s2sdiff.pipeline import Step, compile_text

CASES = sorted((Path(__file__).parent / "cases").glob("*.py"))
LINE = re.compile(r"^# --- ([\w,]+) wrt=([\w,]+) at=(.*) ---$", re.MULTILINE)


def parts(path):
    text = path.read_text()
    found = LINE.search(text)
    assert found, f"{path.name} has no line that says what is asked"
    return text[: found.start()], found, text[found.end() :].lstrip("\n")


def plan_of(modes, names):
    wrt = tuple(names.split(",")) if "," in names else names
    return tuple(Step(mode, wrt) for mode in modes.split(","))


def emitted_now(path):
    primal, asked, _ = parts(path)
    module = module_from_text(path.name, primal)
    name = next(n.name for n in reversed(module.tree.body) if isinstance(n, ast.FunctionDef))
    function = find_target(module, name)
    lowered = lower(function, types_from_annotations(function, {}))
    return compile_text(lowered.function, plan_of(asked[1], asked[2])), name


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_text(path, request):
    primal, asked, expected = parts(path)
    emitted, _ = emitted_now(path)
    if request.config.getoption("--update-golden"):
        path.write_text(f"{primal}{asked[0]}\n{emitted.source}")
        return
    assert emitted.source == expected


def parts_in(tree):
    """What a tuple, a list, a dict or a dataclass instance holds; None for a leaf."""
    if isinstance(tree, dict):
        return list(tree.values())
    if dataclasses.is_dataclass(tree):
        return [getattr(tree, field.name) for field in dataclasses.fields(tree)]
    return list(tree) if isinstance(tree, tuple | list) else None


def mapped(tree, change):
    """`tree` with its numbers changed, in the same structure."""
    if isinstance(tree, str) or tree is None:
        return tree
    if isinstance(tree, np.ndarray):
        return np.array([change(entry) for entry in tree.ravel()]).reshape(tree.shape)
    parts = parts_in(tree)
    if parts is None:
        return change(tree)
    parts = [mapped(part, change) for part in parts]
    if isinstance(tree, dict):
        return dict(zip(tree, parts, strict=True))
    if dataclasses.is_dataclass(tree) or hasattr(tree, "_fields"):
        return type(tree)(*parts)
    return type(tree)(parts)


def floats(tree):
    if isinstance(tree, np.ndarray):
        return tree.ravel().tolist()
    parts = parts_in(tree)
    if parts is not None:
        return [leaf for part in parts for leaf in floats(part)]
    return [] if isinstance(tree, str) or tree is None else [float(tree)]


@contextlib.contextmanager
def imported(path, primal):
    """The primal as a module, under the name that the emitted text imports classes from."""
    module = types.ModuleType(path.stem)
    module.__file__ = str(path)
    sys.modules[path.stem] = module
    try:
        exec(compile(primal, str(path), "exec"), module.__dict__)
        yield module.__dict__
    finally:
        del sys.modules[path.stem]


def seeds_like(trees):
    """0.5, 1.5, ... in the structure of each of `trees`."""
    numbers = itertools.count()
    return tuple(mapped(tree, lambda _: 0.5 + next(numbers)) for tree in trees)


def moved(args, at, step):
    """`args` with the float number `at` changed by `step`."""
    remaining = [at]

    def visit(value):
        remaining[0] -= 1
        return value + step if remaining[0] == -1 else value

    return mapped(args, visit)


def richardson(function, args, at):
    """The derivative of every float result by a float argument, by central differences (order 4)."""
    rows = []
    for step in (1e-3, 5e-4):
        above, below = (floats(function(*moved(args, at, sign * step))) for sign in (1, -1))
        rows.append([(a - b) / (2 * step) for a, b in zip(above, below, strict=True)])
    coarse, fine = rows
    return [(4 * f - c) / 3 for c, f in zip(coarse, fine, strict=True)]


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_derivatives(path):
    """The committed text, run, agrees with differences of the primal."""
    primal, asked, expected = parts(path)
    modes, names = asked[1], asked[2].split(",")
    own = {}
    with imported(path, primal) as scope:
        exec(expected, own)
    emitted, name = emitted_now(path)
    args = eval(asked[3], scope)
    code = scope[name].__code__
    function, derivative = with_copies(scope[name]), with_copies(own[emitted.name])
    parameters = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    offsets, at = {}, 0
    for parameter, value in zip(parameters, args, strict=False):
        size = len(floats(value))
        offsets[parameter] = range(at, at + size)
        at += size
    spots = [spot for parameter in names for spot in offsets[parameter]]
    columns = [richardson(function, args, spot) for spot in spots]
    if modes == "value_and_grad":
        value, gradient = derivative(*args)
        assert value == pytest.approx(function(*args), rel=1e-14)
        wanted = [column[0] for column in columns]
    elif modes == "grad":
        gradient, wanted = derivative(*args), [column[0] for column in columns]
    elif modes == "jacobian":
        gradient = derivative(*args)
        wanted = [column[row] for row in range(len(columns[0])) for column in columns]
    elif modes == "jvp":
        seeds = seeds_like(args[parameters.index(name)] for name in names)
        _, gradient = derivative(*args, *seeds)
        wanted = [
            sum(s * column[row] for s, column in zip(floats(seeds), columns, strict=True))
            for row in range(len(columns[0]))
        ]
    elif modes == "vjp":
        (seed,) = seeds_like([function(*args)])
        _, gradient = derivative(*args, seed)
        wanted = [
            sum(s * g for s, g in zip(floats(seed), column, strict=True)) for column in columns
        ]
    else:
        first = {"hessian": "grad", "hvp": "grad", "grad,grad": "grad"}[modes]
        inner = inner_derivative(path, first)
        second = [richardson(inner, args, spot) for spot in spots]
        if modes == "hvp":
            seeds = seeds_like(args[parameters.index(name)] for name in names)
            gradient = derivative(*args, *seeds)
            wanted = [
                sum(s * column[row] for s, column in zip(floats(seeds), second, strict=True))
                for row in range(len(second[0]))
            ]
        else:
            gradient = derivative(*args)
            wanted = [column[row] for row in range(len(second[0])) for column in second]
    assert floats(gradient) == pytest.approx(wanted, rel=1e-6, abs=1e-7)


def with_copies(function):
    """`function`, called with copies of its arguments: it may change lists in place."""
    return lambda *args: function(*copy.deepcopy(args))


def inner_derivative(path, mode):
    primal, asked, _ = parts(path)
    module = module_from_text(path.name, primal)
    name = next(n.name for n in reversed(module.tree.body) if isinstance(n, ast.FunctionDef))
    function = find_target(module, name)
    lowered = lower(function, types_from_annotations(function, {}))
    emitted = compile_text(lowered.function, plan_of(mode, asked[2]))
    scope = {}
    with imported(path, primal):
        exec(emitted.source, scope)
    return with_copies(scope[emitted.name])


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_emitted_code_is_accepted_again(path):
    """What is emitted lies in the accepted subset: differentiate it once more."""
    _, asked, expected = parts(path)
    emitted, _ = emitted_now(path)
    module = module_from_text(str(path.parent / "emitted.py"), expected)
    module.loaded[str(path)] = module_from_text(str(path), parts(path)[0])
    function = find_target(module, emitted.name)
    known = types_from_annotations(primal_function(path), {})
    known.update({k: v for k, v in types_from_annotations(function, {}).items() if k not in known})
    if asked[1] == "vjp" or "residuals" in expected:  # a type that contains itself is refused
        return
    known.update({f"{k}_dot": v for k, v in known.items() if isinstance(v, Array)})
    lowered = lower(function, known)
    again = compile_text(lowered.function, (Step("jvp", tuple(asked[2].split(","))),))
    compile(again.source, "again.py", "exec")


def primal_function(path):
    primal, _, _ = parts(path)
    module = module_from_text(path.name, primal)
    name = next(n.name for n in reversed(module.tree.body) if isinstance(n, ast.FunctionDef))
    return find_target(module, name)


def test_black_leaves_the_text_alone(tmp_path):
    """All emitted texts at once: Black would change none of them."""
    for path in CASES:
        (tmp_path / path.name).write_text(parts(path)[2])
    command = [sys.executable, "-m", "black", "--check", "--diff", "-q", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_there_are_enough_cases():
    assert len(CASES) >= 40
