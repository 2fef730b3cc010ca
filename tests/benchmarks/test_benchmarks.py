"""The benchmarks run, and count what must not grow. No test looks at a clock."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks import contenders, speed
from tests.benchmarks.counts import BAR, operation_counts
from tests.benchmarks.growth import compile_seconds, nested, straight_line
from tests.benchmarks.programs import PROGRAMS


@pytest.mark.slow
def test_the_command_runs():
    """In a process of its own: some contenders start threads."""
    command = [sys.executable, "-m", "tests.benchmarks", "--quick"]
    root = Path(__file__).parent.parent.parent
    done = subprocess.run(command, capture_output=True, text=True, cwd=root)
    assert done.returncode == 0, done.stderr
    for heading in (
        "Time of value and gradient",
        "Loops: time",
        "Operations of",
        "From function to gradient",
    ):
        assert heading in done.stdout


@pytest.mark.parametrize("name", PROGRAMS)
def test_every_gradient_in_python_agrees_with_the_hand_written_one(name):
    function, by_hand, args = PROGRAMS[name]
    expected = by_hand(*args)
    assert contenders.agrees(contenders.emitted(function, args)(*args), expected)
    assert contenders.agrees(contenders.sympy_lambdified(function, args)(*args), expected)


@pytest.mark.parametrize("installed", [True, False])
def test_a_contender_that_is_not_installed_is_named(installed):
    rows = {speed.SYMPY: 1.4, speed.OURS: 1.0, speed.NUMBA + speed.OURS: 1.2 if installed else None}
    said = speed.verdict(speed.NUMBA + speed.OURS, rows)
    assert said == ("bar 1.15: MISSED" if installed else "not installed")
    assert speed.verdict(speed.OURS, rows) == "bar 1.15, and SymPy's: met"


def test_gradients_take_at_most_four_times_the_operations():
    for name, count, derived in operation_counts():
        assert derived <= BAR * count, name


def test_deep_and_long_functions_compile():
    compile_seconds(nested(300))
    compile_seconds(straight_line(200))
