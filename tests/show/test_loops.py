"""Views that show rows refuse loops, run-time lists and recursion, at the user's line."""

import pytest

from s2sdiff.cli import main

PROGRAMS = {
    "a loop": "def f(x, n: int = 3):\n    s = x\n    for i in range(n):\n        s = s * x\n    return s\n",
    "a list": "def f(xs: list[float]):\n    return xs[0] * xs[1]\n",
    "recursion": "def f(x, n: int):\n    return x if n == 0 else x * f(x, n - 1)\n",
}


@pytest.mark.parametrize("what", PROGRAMS)
@pytest.mark.parametrize("command", ["trace", "graph"])
def test_refused(tmp_path, capsys, what, command):
    path = tmp_path / "program.py"
    path.write_text(PROGRAMS[what])
    assert main([command, f"{path}:f"]) == 1
    said = capsys.readouterr().err
    assert said.startswith(f"S2S308 {what} cannot be shown as rows of intermediate variables")
    assert "program.py:" in said


def test_checks_take_loops(tmp_path, capsys):
    path = tmp_path / "program.py"
    path.write_text(PROGRAMS["a loop"])
    assert main(["check", f"{path}:f"]) == 0
    assert capsys.readouterr().out.startswith("EXACT: ")
