"""What `--explain` says of tapes is what the emitted text records: it is run, and its entries counted."""

import re

import pytest

from s2sdiff.cli import main

PROGRAMS = """\
import math


def double_buffer(x, xs: list[float], n: int):
    for _ in range(n):
        xs = [e * e * x for e in xs]
    return sum(xs)


def bubbles(x, xs: list[float], n: int):
    for _ in range(n):
        for j in range(len(xs) - 1):
            if xs[j] > xs[j + 1]:
                xs[j], xs[j + 1] = xs[j + 1], xs[j]
    return xs[0] * x + xs[1]


def triangle(x, xs: list[float], n: int):
    s = x
    for i in range(n):
        for _ in range(i):
            s = s * s * 0.5 + x
    return s


def in_a_branch(x, xs: list[float], n: int):
    s = x
    for e in xs:
        if e > 0.5:
            for _ in range(n):
                s = s * s * e
    return s


def left_early(x, xs: list[float], n: int):
    k = 0
    while k < n:
        for j in range(10):
            x = x * x + 0.1
            if j > k:
                break
        k += 1
    return x


def pairs(x, xs: list[float], n: int):
    s = x
    for a, b in zip(xs, xs[1:]):
        s = s * s * a + b
    return s


def steps(x, xs: list[float], n: int):
    for i in range(0, len(xs) - 1, 2):
        x = math.sin(x * xs[i])
    return x


def linear_stores(x, xs: list[float], n: int):
    for _ in range(n):
        for j in range(len(xs)):
            xs[j] = xs[j] * 0.5 + x
    return xs[0]


def length_only(x, xs: list[float], n: int):
    for _ in range(n):
        new = [0.0] * len(xs)
        for i in range(len(xs)):
            new[i] = xs[i] * x
        x = sum(new) * 0.1
    return x
"""


class Tape(list):
    """Counts what is put on."""

    entries = 0

    def append(self, item):
        Tape.entries += 1
        super().append(item)


@pytest.mark.parametrize(
    "name, formulas, entries",
    [
        ("double_buffer", ["n entries of 1 whole list"], 5),
        ("bubbles", ["n x (len(xs) - 1) entries of 1 number"], 15),
        ("triangle", ["the sum of i over n turns, entries of 1 number"], 10),
        ("in_a_branch", ["at most len(xs) x n entries of 1 number"], 10),
        (
            "left_early",
            [
                "the turns made in line 37 entries of 1 number",
                "the sum of (the turns made in line 38, at most 10) over"
                " (the turns made in line 37) turns, entries of 1 number",
            ],
            5 + 2 + 3 + 4 + 5 + 6,
        ),
        ("pairs", ["min(len(xs), len(xs[1:])) entries of 1 number"], 3),
        ("steps", ["len(range(0, len(xs) - 1, 2)) entries of 1 number"], 2),
        ("linear_stores", [], 0),
        ("length_only", ["n entries of 1 number"], 5),
    ],
)
def test_the_size_of_the_tape(tmp_path, capsys, name, formulas, entries):
    (tmp_path / "programs.py").write_text(PROGRAMS)
    assert main(["emit", f"{tmp_path}/programs.py:{name}", "--wrt", "x,xs", "--explain"]) == 0
    text, said = capsys.readouterr()
    assert re.findall(r"  tape: (.*)", said) == formulas
    scope = {"Tape": Tape}
    exec(re.sub(r"(tape(_\d+)?) = \[\]", r"\1 = Tape()", text), scope)
    Tape.entries = 0
    scope[f"{name}_value_and_grad"](0.7, [0.9, 0.4, 0.8, 0.3], 5)
    assert Tape.entries == entries


STORES = """\
import math

import numpy as np


def recurrence(x: "f8[n]"):
    y = np.empty(len(x))
    y[0] = x[0]
    for i in range(1, len(x)):
        y[i] = 0.5 * y[i - 1] + math.sin(x[i])
    return np.sum(y)


def overwritten(x: "f8[n]", n: int):
    y = x.copy()
    for _ in range(n):
        for i in range(1, len(x)):
            y[i] *= y[i - 1]
    w = np.exp(y)
    y[:] = np.sin(w)
    return np.sum(y * w)


def diffused(x: "f8[n]", k: "f8[n]", n: int):
    u = x.copy()
    for _ in range(n):
        for i in range(1, len(x) - 1):
            u[i] += k[i] * (u[i - 1] - u[i])
        u[0] = u[1] * u[1]
    return np.sum(u)
"""
SAID = {
    "recurrence": [
        "line 8, y[0] = x[0]\n  in place; nothing is recorded or copied for it",
        "line 10, y[i] = 0.5 * y[i - 1] + math.sin(x[i])\n"
        "  in place; nothing is recorded or copied for it",
    ],
    "overwritten": [
        "  records y[i] (line 18): it is overwritten here, and put back",
        "  puts back: y[i] (line 18)",
        "line 18, y[i] *= y[i - 1]\n"
        "  in place; records y[i] (line 17): the reverse sweep reads what was there",
    ],
    "diffused": [
        "line 28, u[i] += k[i] * (u[i - 1] - u[i])\n  in place; records u[1]",
        "line 29, u[0] = u[1] * u[1]\n  in place; records u[1]",
    ],
}


@pytest.mark.parametrize("name", list(SAID))
def test_stores(name, tmp_path, capsys):
    file = tmp_path / "program.py"
    file.write_text(STORES)
    wrt = "x,k" if name == "diffused" else "x"
    assert main(["emit", f"{file}:{name}", "--wrt", wrt, "--explain"]) == 0
    said = capsys.readouterr().err
    for each in SAID[name]:
        assert each in said
