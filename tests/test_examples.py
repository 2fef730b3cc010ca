"""Every example runs, and the emitted code beside it is what is emitted now."""

import subprocess
import sys
from pathlib import Path

import pytest

from s2sdiff.cli import main

EXAMPLES = Path(__file__).parent.parent / "examples"
NAMES = sorted(path.stem for path in EXAMPLES.glob("*.py"))
EMITTED = {
    "example_5_14": ("f", "value_and_grad", "x"),
    "black_scholes": ("call_price", "value_and_grad", "spot,maturity,rate,volatility"),
    "equation_of_state": ("helmholtz", "hessian", "volume,temperature"),
    "pendulum": ("swing", "value_and_grad", "x0,v0,k"),
    "robot_arm": ("hand", "jacobian", "shoulder,elbow,wrist"),
}


@pytest.mark.parametrize("name", NAMES)
def test_runs(name):
    done = subprocess.run(
        [sys.executable, "-W", "error", str(EXAMPLES / f"{name}.py")],
        capture_output=True,
        text=True,
        cwd=EXAMPLES.parent,
        env={"PYTHONPATH": "."},
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


@pytest.mark.parametrize("name", NAMES)
def test_emitted_code_is_up_to_date(name, tmp_path, request):
    function, mode, wrt = EMITTED[name]
    committed = EXAMPLES / "emitted" / f"{name}.py"
    target = committed if request.config.getoption("--update-golden") else tmp_path / "now.py"
    command = ["emit", f"{EXAMPLES / name}.py:{function}", "--mode", mode, "--wrt", wrt]
    assert main([*command, "-o", str(target)]) == 0
    assert target.read_text() == committed.read_text()


@pytest.mark.parametrize("name", NAMES)
def test_emitted_code_is_right(name, capsys):
    function, mode, wrt = EMITTED[name]
    command = ["check", f"{EXAMPLES / name}.py:{function}", "--mode", mode, "--wrt", wrt]
    assert main(command) == 0
    assert capsys.readouterr().out.startswith("EXACT: ")
