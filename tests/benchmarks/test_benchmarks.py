"""The benchmarks run, and count what must not grow. No test looks at a clock."""

import subprocess
import sys

import pytest

from tests.benchmarks import contenders
from tests.benchmarks.measure import (
    ROOT,
    compile_seconds,
    nested,
    operation_counts,
    straight_line,
)
from tests.benchmarks.programs import PROGRAMS


@pytest.mark.slow
def test_the_command_runs():
    """In a process of its own: some contenders start threads."""
    command = [sys.executable, "-m", "tests.benchmarks", "--quick"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    for program in PROGRAMS:
        assert f"{program:<14} s2sdiff" in done.stdout


@pytest.mark.parametrize("name", PROGRAMS)
def test_emitted_text_agrees_with_the_hand_written_gradient(name):
    function, by_hand, args = PROGRAMS[name]
    assert contenders.agrees(contenders.emitted(function, args)(*args), by_hand(*args))


def test_gradients_take_at_most_four_times_the_operations():
    for name, primal, derived in operation_counts():
        assert derived <= 4 * primal, name


def test_deep_and_long_functions_compile():
    compile_seconds(nested(300))
    compile_seconds(straight_line(600))
