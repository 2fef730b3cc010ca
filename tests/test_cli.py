"""The command line, as a user types it."""

import subprocess
import sys

import pytest

from s2sdiff.cli import main
from s2sdiff.errors import CODES

EXAMPLE = """\
import math


def f(x):
    return math.sqrt(x**2 + math.exp(x**2)) + math.cos(x**2 + math.exp(x**2))


def g(x, y: float, n: int = 2):
    return x * y**n


def norm(*xs):
    return math.hypot(*xs)


class Shapes:
    @staticmethod
    def area(r):
        return math.pi * r**2

    def method(self, r):
        return r


raise SystemExit("this file must not be run")
"""


@pytest.fixture
def example(tmp_path):
    path = tmp_path / "example.py"
    path.write_text(EXAMPLE)
    return path


def run(capsys, *arguments):
    status = main([str(argument) for argument in arguments])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def test_emit(example, capsys):
    status, out, err = run(capsys, "emit", f"{example}:f")
    assert (status, err) == (0, "")
    scope = {}
    exec(out, scope)
    assert scope["f_value_and_grad"](1.0)[1] == pytest.approx(5.983082595908695, rel=1e-15)


LOOPS = """\
import math


def f(x, n: int):
    s = 0.0
    for i in range(n):
        t = x
        for j in range(i):
            t = t * math.exp(t) * 0.1
            if t > 3.0:
                break
        s = s + t * t
    while s > 1.0:
        s = s * 0.5
    return s
"""
EXPLAINED = """\
line 6, for i in range(n):
  records t: the loop in line 8 computes it, which is not run again
  records turns: how many turns the loop inside made is not known otherwise
  tape: n entries of 2 numbers
line 8, for j in range(i):
  records t: it is overwritten in every turn, and nothing computes it again
  computes again: exp(t) (line 9)
  tape: the sum of (the turns made in line 8, at most i) over n turns, entries of 1 number
line 13, while s > 1.0:
  records nothing: the reverse sweep reads none of its values, or they still stand
"""


def test_explain_says_what_is_recorded(tmp_path, capsys):
    (tmp_path / "loops.py").write_text(LOOPS)
    status, out, err = run(capsys, "emit", f"{tmp_path}/loops.py:f", "--explain")
    assert status == 0 and err == EXPLAINED
    assert out == run(capsys, "emit", f"{tmp_path}/loops.py:f")[1]
    _, _, err = run(capsys, "emit", "examples/example_5_14.py:f", "--explain")
    assert err == "no loops: nothing is recorded\n"


@pytest.mark.parametrize(
    ("mode", "name"),
    [("grad", "g_grad"), ("grad,grad", "g_grad_grad"), ("hessian", "g_hessian"), ("jvp", "g_jvp")],
)
def test_modes(example, capsys, mode, name):
    status, out, _ = run(capsys, "emit", f"{example}:g", "--mode", mode, "--wrt", "y")
    assert status == 0
    assert f"def {name}(x, y, n=2" in out


def test_wrt(example, capsys):
    _, out, _ = run(capsys, "emit", f"{example}:g", "--wrt", "x,y")
    assert "return g, (a, y_bar)" in out
    _, out, _ = run(capsys, "emit", f"{example}:g", "--wrt", "1")
    assert "return g, y_bar" in out
    _, out, _ = run(capsys, "emit", f"{example}:g", "--wrt", "x,")
    assert "return g, (a,)" in out


def test_types(example, capsys):
    types = "xs: tuple[float, float]"
    status, out, _ = run(capsys, "emit", f"{example}:norm", "--types", types)
    assert status == 0
    assert "def norm_value_and_grad(*xs):" in out
    status, _, err = run(capsys, "emit", f"{example}:norm", "--types", "ys: float")
    assert status == 1 and "S2S405" in err
    status, _, err = run(capsys, "emit", f"{example}:norm", "--types", "xs")
    assert status == 1 and "S2S405" in err


def test_static_methods(example, capsys):
    status, out, _ = run(capsys, "emit", f"{example}:Shapes.area")
    assert status == 0 and "from math import pi" in out
    status, _, err = run(capsys, "emit", f"{example}:Shapes.method")
    assert status == 1
    assert err.startswith("S2S103 Shapes.method is a method that needs an object")


MISSING = [
    ("{dir}/nope.py:f", "S2S103 cannot read {dir}/nope.py: no such file or directory"),
    ("{dir}:f", "S2S103 cannot read {dir}: is a directory"),
    ("{file}:nope", "S2S103 there is no function nope in example.py\n  it has f, g, norm"),
    ("{file}:Nope.f", "S2S103 there is no class Nope in example.py"),
    ("{file}", "S2S103 '{file}' does not name a function"),
    ("f", "S2S103 'f' does not name a function"),
]


@pytest.mark.parametrize(("target", "message"), MISSING)
def test_missing_files_and_functions(example, capsys, target, message):
    places = {"dir": example.parent, "file": example}
    status, out, err = run(capsys, "emit", target.format(**places))
    assert (status, out) == (1, "")
    assert err.startswith(message.format(**places))


def test_bad_mode_and_wrt(example, capsys):
    status, _, err = run(capsys, "emit", f"{example}:f", "--mode", "gradient")
    assert status == 1 and err.startswith("S2S401 there is no mode 'gradient'")
    status, _, err = run(capsys, "emit", f"{example}:f", "--wrt", "z")
    assert status == 1 and err.startswith("S2S401 wrt names 'z', which is no parameter of f")


def test_output_file(example, capsys, tmp_path):
    target = tmp_path / "out.py"
    status, out, _ = run(capsys, "emit", f"{example}:f", "-o", target)
    assert (status, out) == (0, "")
    first = target.read_text()
    assert first.startswith("# Written by s2sdiff from example.py, line 4.")
    run(capsys, "emit", f"{example}:f", "-o", target)
    assert target.read_text() == first
    assert not list(tmp_path.glob(".s2sdiff-*"))


def test_output_never_replaces_a_file_of_the_user(example, capsys):
    status, _, err = run(capsys, "emit", f"{example}:f", "-o", example)
    assert status == 1
    assert err == (
        f"S2S502 {example} was not written by s2sdiff\n  give another path, or --force\n"
    )
    assert example.read_text() == EXAMPLE


def test_force(example, capsys, tmp_path):
    target = tmp_path / "mine.py"
    target.write_text("mine\n")
    status, _, _ = run(capsys, "emit", f"{example}:f", "-o", target, "--force")
    assert status == 0 and target.read_text().startswith("# Written by s2sdiff")


def test_output_that_cannot_be_written(example, capsys, tmp_path):
    target = tmp_path / "no" / "out.py"
    status, _, err = run(capsys, "emit", f"{example}:f", "-o", target)
    assert status == 1
    assert err == (
        f"S2S501 cannot write {target}: no such file or directory\n  nothing was written\n"
    )
    folder = tmp_path / "folder"
    folder.mkdir()
    status, _, err = run(capsys, "emit", f"{example}:f", "-o", folder)
    assert status == 1 and err.startswith(f"S2S501 cannot write {folder}: is a directory")


def test_a_refusal_leaves_the_output_alone(example, capsys, tmp_path):
    target = tmp_path / "out.py"
    run(capsys, "emit", f"{example}:f", "-o", target)
    before = target.read_text()
    example.write_text("def f(x):\n    return eval('x')\n")
    status, _, _ = run(capsys, "emit", f"{example}:f", "-o", target)
    assert status == 1 and target.read_text() == before


def test_syntax_error(tmp_path, capsys):
    path = tmp_path / "broken.py"
    path.write_text("def f(x:\n    return x\n")
    status, _, err = run(capsys, "emit", f"{path}:f")
    assert status == 1
    assert err.splitlines()[0] == "S2S102 not valid Python: '(' was never closed"
    assert "broken.py:1:  def f(x:" in err


def test_files_that_are_no_text(tmp_path, capsys):
    path = tmp_path / "binary.py"
    path.write_bytes(b"\xff\xfe\x00def")
    status, _, err = run(capsys, "emit", f"{path}:f")
    assert status == 1 and "S2S102" in err


def test_explain(capsys):
    for code in CODES:
        status, out, _ = run(capsys, "explain", code.lower())
        assert status == 0 and out.startswith(code)
    status, _, err = run(capsys, "explain", "S2S999")
    assert status == 2 and "there is no code S2S999" in err


def test_rules(capsys):
    status, out, _ = run(capsys, "rules")
    assert status == 0
    for name in ("math", "numpy", "operator", "atan2", "without a rule"):
        assert name in out
    status, out, _ = run(capsys, "rules", "--subset")
    assert status == 0 and "S2S301  an async for loop" in out


def test_the_command_itself(example):
    command = [sys.executable, "-m", "s2sdiff", "emit", f"{example}:f", "--mode", "grad"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "def f_grad(x):" in done.stdout
    done = subprocess.run([*command[:3], "nonsense"], capture_output=True, text=True)
    assert done.returncode == 2


def test_the_same_input_gives_the_same_bytes(example):
    """Whatever the hash seed is."""
    texts = set()
    for seed in ("0", "1", "42"):
        command = [sys.executable, "-m", "s2sdiff", "emit", f"{example}:f", "--mode", "grad,grad"]
        done = subprocess.run(
            command, capture_output=True, text=True, env={"PYTHONHASHSEED": seed, "PYTHONPATH": "."}
        )
        texts.add(done.stdout)
    assert len(texts) == 1 and "def f_grad_grad" in texts.pop()


def test_numpy_is_not_there(tmp_path, capsys, monkeypatch):
    file = tmp_path / "model.py"
    file.write_text('import numpy as np\n\n\ndef f(x: "f8[n]"):\n    return np.sum(x)\n')

    def missing(arguments):
        raise ModuleNotFoundError("No module named 'numpy'", name="numpy")

    monkeypatch.setattr("s2sdiff.cli._primal", missing)
    assert main(["emit", f"{file}:f"]) == 1
    assert "S2S503 numpy is not installed" in capsys.readouterr().err
