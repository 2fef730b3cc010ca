"""What is loaded when, and what is not too large to compile.

Neither NumPy nor SymPy is loaded for scalar code, and nothing for a program of `math`.
"""

import subprocess
import sys

import pytest

from tests.benchmarks.growth import nested, straight_line

HEAVY = ("numpy", "sympy", "mpmath", "numba", "scipy")
PROGRAM = "import math\n\n\ndef f(x):\n    return math.sin(x) * x\n"


def loaded(code):
    """Which of the heavy modules are loaded after `code` ran in a fresh interpreter."""
    script = f"{code}\nimport sys\nprint([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return done.stdout.splitlines()[-1]


@pytest.mark.parametrize("statement", ["import s2sdiff", "import s2sdiff.cli"])
def test_importing_is_light(statement):
    assert loaded(statement) == "[]"


@pytest.mark.parametrize("command", ["emit", "trace", "graph"])
def test_commands_are_light(command, tmp_path):
    path = tmp_path / "program.py"
    path.write_text(PROGRAM)
    assert (
        loaded(f"from s2sdiff.cli import main; main([{command!r}, {str(path) + ':f'!r}])") == "[]"
    )


def test_live_use_is_light(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(PROGRAM)
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import program, s2sdiff; "
    assert loaded(code + "s2sdiff.grad(s2sdiff.grad(program.f))(0.5)") == "[]"


LARGE = [
    pytest.param(straight_line(2000), id="long", marks=pytest.mark.slow),
    pytest.param(nested(300), id="deep"),
]


@pytest.mark.parametrize("text", LARGE)
def test_large_functions_compile(text, tmp_path):
    """Under Python's own recursion limit, in a fresh interpreter; the emitted text runs."""
    path, out = tmp_path / "program.py", tmp_path / "emitted.py"
    path.write_text(text)
    command = [sys.executable, "-m", "s2sdiff", "emit", f"{path}:f", "-o", str(out)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    scope, primal = {}, {}
    exec(out.read_text(), scope)
    exec(text, primal)
    args = (0.7, 0.4)[: primal["f"].__code__.co_argcount]
    assert scope["f_value_and_grad"](*args)[0] == pytest.approx(primal["f"](*args), rel=1e-12)
