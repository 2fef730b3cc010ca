"""Loops, run-time lists and recursion: regions and clusters; what takes single rows refuses them."""

import pytest

from s2sdiff.cli import main

PROGRAMS = {
    "a loop": "def f(x, n: int = 3):\n    s = x\n    for i in range(n):\n        s = s * x\n    return s\n",
    "a list": "def f(xs: list[float]):\n    return xs[0] * xs[1]\n",
    "recursion": "def f(x, n: int):\n    return x if n == 0 else x * f(x, n - 1)\n",
}
WHILE = """\
def f(a):
    x = 1.0
    while abs(x * x - a) > 1e-3:
        x = 0.5 * (x + a / x)
        if x > 100.0:
            break
    return x
"""


def shown(tmp_path, capsys, text, *command):
    path = tmp_path / "program.py"
    path.write_text(text)
    assert main([command[0], f"{path}:f", *command[1:]]) == 0
    return capsys.readouterr().out


def test_trace_of_a_loop(tmp_path, capsys):
    said = shown(tmp_path, capsys, PROGRAMS["a loop"], "trace")
    assert (
        said
        == """\
The trace of f with respect to x; partials beside each line

f(x, n):
  a = range(0, n, 1)
  for i in a, carrying s from x:
    s_2 = s * x                       ds_2/ds = x, ds_2/dx = s
    next s = s_2
  s_3 = s after the last turn
  return s_3
"""
    )


def test_trace_of_a_while_with_break(tmp_path, capsys):
    said = shown(tmp_path, capsys, WHILE, "trace")
    assert "  while carrying x from 1:\n    test:\n" in said
    assert "go on if" in said and "stop if" in said and "after the last turn" in said
    assert "dx_3/dg = 0.5" in said or "= 0.5" in said


def test_trace_of_lists_and_recursion(tmp_path, capsys):
    said = shown(tmp_path, capsys, PROGRAMS["a list"], "trace")
    assert "item(xs, 0)" in said
    said = shown(tmp_path, capsys, PROGRAMS["recursion"], "trace")
    assert "\n_f(x, n):\n" in said and "= _f(x, " in said


def test_graph_of_a_loop(tmp_path, capsys):
    said = shown(tmp_path, capsys, PROGRAMS["a loop"], "graph")
    assert "subgraph cluster_1 {" in said and 'label="for each i in a";' in said
    assert '[label="next turn", style=dashed, constraint=false];' in said
    assert said.count("peripheries=2") == 1


def test_graphs_name_every_node_that_an_edge_leads_to(tmp_path, capsys):
    for text in (*PROGRAMS.values(), WHILE):
        said = shown(tmp_path, capsys, text, "graph")
        nodes = {line.split()[0] for line in said.splitlines() if "shape=" in line}
        edges = [line.split()[:3] for line in said.splitlines() if " -> " in line]
        assert edges
        assert {end.rstrip(";") for one, _, two in edges for end in (one, two)} <= nodes


def test_mermaid_of_a_while(tmp_path, capsys):
    said = shown(tmp_path, capsys, WHILE, "graph", "--format", "mermaid")
    assert "  subgraph c1[" in said and "-.->|next turn|" in said
    assert said.count("subgraph") == said.count("  end")


@pytest.mark.parametrize("what", PROGRAMS)
@pytest.mark.parametrize("option", ["--latex", "--at=x=0.5,n=2"])
def test_refused(tmp_path, capsys, what, option):
    path = tmp_path / "program.py"
    path.write_text(PROGRAMS[what])
    assert main(["trace", f"{path}:f", option]) == 1
    said = capsys.readouterr().err
    assert said.startswith(f"S2S308 {what} cannot be shown as rows of intermediate variables")
    assert "program.py:" in said and "trace without --at" in said


def test_checks_take_loops(tmp_path, capsys):
    path = tmp_path / "program.py"
    path.write_text(PROGRAMS["a loop"])
    assert main(["check", f"{path}:f"]) == 0
    assert capsys.readouterr().out.startswith("EXACT: ")


ATTEMPT = """
import math


def f(x):
    try:
        y = math.log(x)
    except ValueError:
        y = x * x
    return y * 3.0
"""


def test_a_try_statement_is_shown(tmp_path, capsys):
    path = tmp_path / "program.py"
    path.write_text(ATTEMPT)
    assert main(["trace", f"{path}:f"]) == 0
    shown = capsys.readouterr().out
    assert "  try:\n" in shown and "  if it raises ValueError:\n" in shown
    assert main(["graph", f"{path}:f"]) == 0
    assert "if it raises ValueError" in capsys.readouterr().out
    assert main(["trace", f"{path}:f", "--count"]) == 1
    assert "S2S308 a try statement" in capsys.readouterr().err
