"""The loop programs are what they claim to be; counts and memory are held, no test looks at a clock."""

import pytest

from tests.benchmarks import loop_speed
from tests.benchmarks.contenders import agrees
from tests.benchmarks.loop_programs import PROGRAMS, logistic, smooth


def difference(function, args, at):
    """The derivative by one argument, by central differences of two steps (order 4)."""
    slopes = []
    for step in (1e-4, 5e-5):
        above, below = (
            function(*args[:at], args[at] + sign * step, *args[at + 1 :]) for sign in (1, -1)
        )
        slopes.append((above - below) / (2 * step))
    return (4 * slopes[1] - slopes[0]) / 3


@pytest.mark.parametrize("name", PROGRAMS)
def test_gradients_by_hand_are_right(name):
    program = PROGRAMS[name]
    value, *slopes = loop_speed.flat(program.by_hand(*program.args))
    assert value == pytest.approx(program.function(*program.args), rel=1e-13)
    for at, slope in zip(program.wrt, slopes, strict=True):
        wanted = difference(program.function, program.args, at)
        assert slope == pytest.approx(wanted, rel=1e-6, abs=1e-7)


@pytest.mark.parametrize("name", PROGRAMS)
def test_emitted_gradients_agree_with_them(name):
    program = PROGRAMS[name]
    found = loop_speed.emitted(program)(*program.args)
    assert agrees(loop_speed.flat(found), loop_speed.flat(program.by_hand(*program.args)))


def test_tapes_hold_what_is_read():
    assert loop_speed.tape_entries(smooth, (0, 1), (1.5, 0.3, 200)) == 0
    assert loop_speed.tape_entries(logistic, (0, 1), (0.3, 2.8, 50)) == 50


def test_memory_of_one_residual_a_turn():
    assert loop_speed.memory_ratio(20_000) <= loop_speed.BAR_MEMORY


def test_verdicts():
    assert loop_speed.verdict("Newton", "JAX jit", None) in ("cannot run it", "not installed")
    assert loop_speed.verdict("Horner", loop_speed.OURS, 1.16) == "bar 1.15: MISSED"
    assert loop_speed.verdict("Horner", loop_speed.OURS, 1.15) == "bar 1.15: met"
    assert loop_speed.verdict("Horner", loop_speed.BY_HAND, 1.0) == ""
