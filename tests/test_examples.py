"""Every example runs, and the emitted code beside it is what is emitted now."""

import importlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import s2sdiff
from s2sdiff.cli import main

EXAMPLES = Path(__file__).parent.parent / "examples"
NAMES = sorted(path.stem for path in EXAMPLES.glob("*.py"))
EMITTED = {
    "example_5_14": ("f", "value_and_grad", "x"),
    "black_scholes": ("call_price", "value_and_grad", "spot,maturity,rate,volatility"),
    "equation_of_state": ("helmholtz", "hessian", "volume,temperature"),
    "pendulum": ("swing", "value_and_grad", "x0,v0,k"),
    "robot_arm": ("hand", "jacobian", "shoulder,elbow,wrist"),
    "network": ("loss", "value_and_grad", "params"),
    "linear_regression": ("loss", "value_and_grad", "theta"),
    "logistic_regression": ("loss", "value_and_grad", "w"),
    "gaussian_mixture": ("log_likelihood", "value_and_grad", "weights,means,scales"),
    "gaussian_process": ("negative_log_likelihood", "value_and_grad", "length,height,noise"),
    "lstm": ("loss", "value_and_grad", "weights,bias,out"),
    "heat_inverse": ("loss", "value_and_grad", "k"),
    "ode_fit": ("loss", "value_and_grad", "p"),
    "bundle_adjustment": ("loss", "value_and_grad", "cameras,points"),
}
TYPES = {"network": "params: list[tuple[f8[p,q], f8[q]]], x: f8[n,d], y: f8[n,k]"}
OF_ARRAYS = {
    name for name in EMITTED if name in TYPES or "f8[" in (EXAMPLES / f"{name}.py").read_text()
}


def command(verb, name, *more):
    """The arguments of `s2sdiff emit` or `s2sdiff check` for this example."""
    function, mode, wrt = EMITTED[name]
    types = ("--types", TYPES[name]) if name in TYPES else ()
    file = EXAMPLES / f"{name}.py"
    return [verb, f"{file}:{function}", "--mode", mode, "--wrt", wrt, *types, *more]


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
    committed = EXAMPLES / "emitted" / f"{name}.py"
    target = committed if request.config.getoption("--update-golden") else tmp_path / "now.py"
    assert main(command("emit", name, "-o", str(target))) == 0
    assert target.read_text() == committed.read_text()


def test_emitted_lstm_is_right():
    """The lengths of its arrays are tied in ways that the types do not say."""
    sys.path.insert(0, str(EXAMPLES))
    try:
        lstm = importlib.import_module("lstm")
    finally:
        sys.path.remove(str(EXAMPLES))
    draw = np.random.default_rng(0).normal
    args = (draw(size=(5, 12)), draw(size=12), draw(size=3), draw(size=(4, 6, 2)), draw(size=6))
    report = s2sdiff.check(s2sdiff.value_and_grad(lstm.loss, (0, 1, 2)), args)
    assert report.ok, report


@pytest.mark.parametrize("name", [name for name in NAMES if name != "lstm"])
def test_emitted_code_is_right(name, capsys):
    assert main(command("check", name)) == 0
    evidence = "DIFFERENCE TESTS PASSED" if name in OF_ARRAYS else "EXACT: "
    assert capsys.readouterr().out.startswith(evidence)


def test_the_arrays_of_the_readme(capsys):
    readme = (EXAMPLES.parent / "README.md").read_text()
    section = readme[readme.index("### Arrays") : readme.index("## The command line")]
    shown = section.split("```python\n")[1].partition("```")[0]
    command = f"emit {EXAMPLES}/linear_regression.py:loss --mode grad --wrt theta".split()
    assert main(command) == 0
    assert capsys.readouterr().out.endswith(shown)
