"""The programs that store in loops are what they claim to be; their tapes and their memory are held."""

import numpy as np
import pytest

from tests.arrays.checking import along, directions, inner
from tests.benchmarks import store_speed
from tests.benchmarks.array_speed import agrees
from tests.benchmarks.loop_speed import derivative
from tests.benchmarks.store_programs import programs

PROGRAMS = programs()
NAMES = [name for name in PROGRAMS if "100,000" not in name]


def small(program):
    """Arguments of few turns."""
    return tuple(min(arg, 20) if isinstance(arg, int) else arg for arg in program.args)


@pytest.mark.parametrize("name", NAMES)
def test_gradients_by_hand_are_right(name):
    program, args = PROGRAMS[name], small(PROGRAMS[name])
    value, bars = program.by_hand(*args)
    assert value == pytest.approx(program.function(*args), rel=1e-12)
    bars = bars if len(program.wrt) > 1 else (bars,)
    point = tuple(args[at] for at in program.wrt)
    dots = directions(point, 3)

    def moved(*given):
        new = list(args)
        for at, each in zip(program.wrt, given, strict=True):
            new[at] = each
        return program.function(*new)

    np.testing.assert_allclose(inner(bars, dots), along(moved, point, dots)[0], rtol=1e-5)


@pytest.mark.parametrize("name", NAMES)
def test_emitted_gradients_agree_with_them(name):
    program, args = PROGRAMS[name], small(PROGRAMS[name])
    assert agrees(derivative(program.function, program.wrt)(*args), program.by_hand(*args))


@pytest.mark.parametrize("name", NAMES)
def test_tapes_are_no_longer_than_by_hand(name):
    program = PROGRAMS[name]
    assert store_speed.entries(program) <= program.entries


def test_memory_of_a_stencil_is_that_by_hand():
    assert store_speed.memory(PROGRAMS["heat, 2-D"]) <= 1.05


@pytest.mark.parametrize("name", ["k-means", "Lotka-Volterra"])
def test_numba_gives_the_same(name, tmp_path, monkeypatch):
    pytest.importorskip("numba")
    monkeypatch.setenv("S2SDIFF_CACHE_DIR", str(tmp_path))
    program = PROGRAMS[name]
    ours, by_hand = store_speed.compiled(program)
    assert agrees(ours(*program.args), by_hand(*program.args))
