"""The programs of arrays are what they claim to be; memory is held, no test looks at a clock."""

import numpy as np
import pytest

from tests.arrays.checking import along, directions, inner
from tests.benchmarks import array_speed
from tests.benchmarks.array_programs import PROGRAMS

SMALL = [name for name in PROGRAMS if "784" not in name]


@pytest.mark.parametrize("name", SMALL)
def test_gradients_by_hand_are_right(name):
    program = PROGRAMS[name]
    value, bars = program.by_hand(*program.args)
    assert value == pytest.approx(program.function(*program.args), rel=1e-12)
    bars = bars if len(program.wrt) > 1 else (bars,)
    dots = directions(tuple(program.args[at] for at in program.wrt), 3)

    def moved(*given):
        args = list(program.args)
        for at, value in zip(program.wrt, given, strict=True):
            args[at] = value
        return program.function(*args)

    point = tuple(program.args[at] for at in program.wrt)
    np.testing.assert_allclose(inner(bars, dots), along(moved, point, dots)[0], rtol=1e-6)


@pytest.mark.parametrize("name", SMALL)
def test_emitted_gradients_agree_with_them(name):
    program = PROGRAMS[name]
    found = array_speed.emitted(program)(*program.args)
    assert array_speed.agrees(found, program.by_hand(*program.args))


@pytest.mark.parametrize("name", ["network 64-128-128-10", "LSTM", "Gaussian mixture"])
def test_peak_memory(name):
    assert array_speed.memory(name) <= array_speed.BAR_MEMORY
