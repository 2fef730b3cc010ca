"""Random programs: reverse, forward, second order and 90-digit differences agree."""

import pytest

from tests.property.run import GENERATORS, counted, outcome, report

CHUNKS = 4
PER_CHUNK = 50
QUICK = 2  # chunks of the quick suite


@pytest.mark.parametrize(
    "chunk",
    [pytest.param(n, marks=[pytest.mark.slow] * (n >= QUICK)) for n in range(CHUNKS)],
)
@pytest.mark.parametrize("of", list(GENERATORS))
def test_random_programs(of, chunk):
    seeds = range(chunk * PER_CHUNK, (chunk + 1) * PER_CHUNK)
    outcomes = [outcome(seed, of=of) for seed in seeds]
    failed = [found.seed for found in outcomes if found.kind == "failed"]
    assert not failed, "\n".join(report(seed, of=of) for seed in failed[:2])
    right = [found for found in outcomes if found.kind == "compared"]
    assert len(right) > PER_CHUNK // 2, counted(outcomes)


def compared(seeds, **what):
    """How many array programs of these seeds were compared, of which none may fail."""
    outcomes = [outcome(seed, of="arrays", **what) for seed in seeds]
    failed = [found.seed for found in outcomes if found.kind == "failed"]
    assert not failed, "\n".join(report(seed, of="arrays", **what) for seed in failed[:1])
    return sum(found.kind == "compared" for found in outcomes)


@pytest.mark.slow
def test_a_sample_under_numba(tmp_path, monkeypatch):
    pytest.importorskip("numba")
    monkeypatch.setenv("S2SDIFF_CACHE_DIR", str(tmp_path))
    assert compared(range(4000, 4008), numba=True) > 0


@pytest.mark.slow
def test_a_sample_with_loops_written_out():
    assert compared(range(6000, 6060), unroll=True) > 10


@pytest.mark.slow
def test_a_sample_by_mygrad():
    assert compared(range(5000, 5060), mygrad=True) > 30
