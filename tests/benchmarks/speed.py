"""The time of a gradient: interleaved repeats, the least of each contender, ratios of these.

Many short repeats: with few long ones the same function differs from itself by 5 percent. The row "by
hand, again" measures the hand-written gradient against itself; what it is off 1 is the noise of the run.
"""

import time

from tests.benchmarks import contenders
from tests.benchmarks.programs import PROGRAMS

BY_HAND = "by hand"
AGAIN = "by hand, again"
OURS = "s2sdiff"
SYMPY = "SymPy diff + cse"
NUMBA = "numba: "
BAR = 1.15


def seconds(function, args, number):
    start = time.perf_counter()
    for _ in range(number):
        function(*args)
    return (time.perf_counter() - start) / number


def fastest(functions, args, repeats, number):
    """The least time of each function for one call; the repeats are interleaved."""
    best = dict.fromkeys(functions, float("inf"))
    for _ in range(repeats):
        for name, function in functions.items():
            best[name] = min(best[name], seconds(function, args, number))
    return best


def ratios(program, repeats, number):
    """Time of each contender for one program, as a multiple of the same written by hand.

    A contender that is not installed has the ratio None. Raises AssertionError where a contender
    finds another gradient.
    """
    function, by_hand, args = PROGRAMS[program]
    in_python = {
        BY_HAND: by_hand,
        AGAIN: by_hand,
        OURS: contenders.emitted(function, args),
        SYMPY: contenders.sympy_lambdified(function, args),
    }
    libraries = {
        "autograd": contenders.autograd_gradient(function, args),
        "JAX jit": contenders.jax_gradient(function, args),
    }
    loops = {
        NUMBA + BY_HAND: contenders.numba_loop(by_hand, args),
        NUMBA + OURS: contenders.numba_loop(in_python[OURS], args),
    }
    rows = dict.fromkeys([*in_python, *libraries, *loops])
    libraries = {name: other for name, other in libraries.items() if other is not None}
    for name, other in (in_python | libraries).items():
        assert contenders.agrees(other(*args), by_hand(*args)), f"{name}: {program}"
    times = fastest(in_python, args, repeats, number)
    times |= fastest(libraries, args, max(3, repeats // 20), max(1, number // 20))
    rows |= {name: each / times[BY_HAND] for name, each in times.items()}
    if None not in loops.values():
        times = fastest(loops, (20 * number, *args), max(3, repeats // 3), 1)
        rows |= {name: each / times[NUMBA + BY_HAND] for name, each in times.items()}
    return rows


def verdict(name, rows):
    """What the bar says of one row: emitted text is held to the hand-written one and to SymPy's."""
    if rows[name] is None:
        return "not installed"
    if name == NUMBA + OURS:
        return f"bar {BAR}: " + ("met" if rows[name] <= BAR else "MISSED")
    if name == OURS:
        met = rows[name] <= min(BAR, rows[SYMPY])
        return f"bar {BAR}, and SymPy's: " + ("met" if met else "MISSED")
    return ""


def report(programs, repeats, number):
    """The table as lines."""
    yield "Time of value and gradient, as a multiple of the same written by hand"
    for program in programs:
        rows = ratios(program, repeats, number)
        for name, ratio in rows.items():
            shown = "" if ratio is None else f"{ratio:.2f}"
            yield f"  {program:<14} {name:<18} {shown:>8}  {verdict(name, rows)}".rstrip()
