"""Stores in loops, under numba: time, tape and memory of a gradient against the one written by hand."""

import tempfile

from tests.benchmarks.array_speed import agrees
from tests.benchmarks.contenders import installed
from tests.benchmarks.loop_speed import BAR, derivative, judged, peak, tape_entries
from tests.benchmarks.speed import AGAIN, BY_HAND, NUMBA, OURS, fastest
from tests.benchmarks.store_programs import programs

JAX = "JAX jit"
AHEAD = {"Lotka-Volterra": 20.0}  # of JAX, in times
BEFORE_JAX = ("mixture", "k-means", "LSTM", "springs")


def compiled(program):
    """The gradient that s2sdiff emits, compiled by numba, and the one by hand."""
    import numba

    from s2sdiff import value_and_grad

    wrt = program.wrt if len(program.wrt) > 1 else program.wrt[0]
    found = value_and_grad(program.function, wrt, jit=True)
    found(*program.args)
    return found.__wrapped__.function, numba.njit(program.by_hand)


def jax_gradient(program):
    if not installed("jax"):
        return None
    from tests.benchmarks import store_jax

    return store_jax.gradient(program.function, program.wrt, program.args)


def ratios(name, program, repeats):
    """Time of each contender for one program, as a multiple of the one by hand under numba; that of ours in
    Python as a multiple of the one by hand in Python. None stands for one that is not installed.

    Raises AssertionError where a contender finds another gradient.
    """
    rows = dict.fromkeys([NUMBA + BY_HAND, NUMBA + AGAIN, NUMBA + OURS, JAX])
    if not installed("numba"):
        return rows
    ours, by_hand = compiled(program)
    loops = {NUMBA + BY_HAND: by_hand, NUMBA + AGAIN: by_hand, NUMBA + OURS: ours}
    other = jax_gradient(program)
    there = {JAX: other} if other is not None else {}
    expected = program.by_hand(*program.args)
    for key, each in (loops | there).items():
        assert agrees(each(*program.args), expected), f"{key}: {name}"
    number = program.number
    times = fastest(loops, program.args, repeats, number)
    times |= fastest(there, program.args, max(3, repeats // 10), max(1, number // 10))
    rows |= {key: each / times[NUMBA + BY_HAND] for key, each in times.items()}
    if program.python:
        emitted = derivative(program.function, program.wrt)
        emitted(*program.args)
        plain = {BY_HAND: program.by_hand, AGAIN: program.by_hand, OURS: emitted.__wrapped__}
        times = fastest(plain, program.args, max(3, repeats // 3), 20)
        rows |= {key: each / times[BY_HAND] for key, each in times.items()}
    return rows


def verdict(name, program, key, rows):
    """What the bars say of one row."""
    if rows[key] is None:
        return "not installed"
    if key == NUMBA + OURS:
        return judged(rows[key], program.bar)
    if key == OURS:
        return judged(rows[key], BAR)
    if key == JAX and (name in AHEAD or name in BEFORE_JAX):
        wanted, times = AHEAD.get(name, 1.0), rows[key] / rows[NUMBA + OURS]
        return f"behind {wanted:g} times: " + ("met" if times >= wanted else "MISSED")
    return ""


def entries(program):
    """How many entries the gradient's forward sweep puts on tapes: those of arrays count one each."""
    return tape_entries(program.function, program.wrt, program.small or program.args)


def memory(program):
    """The peak of what the gradient allocates in Python, over that of the one by hand."""
    args = program.small or program.args
    ours = derivative(program.function, program.wrt)
    ours(*args)
    run = ours.__wrapped__
    return peak(lambda: run(*args)) / peak(lambda: program.by_hand(*args))


def report(names, repeats):
    """The table as lines."""
    yield "Stores in loops: time of value and gradient, as a multiple of the same written by hand"
    table = programs()
    with tempfile.TemporaryDirectory() as folder:
        import os

        os.environ.setdefault("S2SDIFF_CACHE_DIR", folder)
        for name in names or table:
            program = table[name]
            rows = ratios(name, program, repeats)
            for key, ratio in rows.items():
                shown = "" if ratio is None else f"{ratio:.2f}"
                said = verdict(name, program, key, rows)
                yield f"  {name:<20} {key:<22} {shown:>8}  {said}".rstrip()
            found = entries(program)
            yield f"  {name:<20} {'tape entries':<22} {found:>8}  {judged(found, program.entries)}"
        ratio = memory(table["heat, 2-D"])
        yield f"  {'heat, 2-D':<20} {'peak memory':<22} {ratio:>8.2f}  {judged(ratio, 1.2)}"
