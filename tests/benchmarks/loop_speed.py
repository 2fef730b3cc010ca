"""Loops: the time of a gradient against the one written by hand, its cost, and the memory of its tape."""

import ast
import inspect
import tracemalloc
import warnings
from types import FunctionType, SimpleNamespace

from tests.benchmarks.contenders import agrees, installed
from tests.benchmarks.loop_programs import PROGRAMS, converge, logistic, smooth
from tests.benchmarks.speed import AGAIN, BY_HAND, NUMBA, OURS, fastest

BAR = 1.15
BAR_NUMBA = 1.2
BAR_BREAK = 4.0
BAR_MEMORY = 1.5
TURNS = 1_000_000


def derivative(function, wrt):
    from s2sdiff import value_and_grad

    return value_and_grad(function, wrt if len(wrt) > 1 else wrt[0])


def emitted(program):
    """The text that s2sdiff emits, loaded as it is."""
    found = derivative(program.function, program.wrt)
    found(*program.args)
    return found.__wrapped__


def on_library(function, library):
    """The function with `math` replaced by a library of arrays."""
    return FunctionType(function.__code__, {"math": library, "abs": abs})


def autograd_gradient(program):
    if not installed("autograd"):
        return None
    import autograd
    import autograd.numpy as anp

    function = on_library(program.function, SimpleNamespace(sin=anp.sin))
    return autograd.value_and_grad(function, program.wrt)


def jax_gradient(program):
    """JAX, compiled, in double precision, loops written out; each call waits for its result."""
    if not installed("jax") or not program.jax:
        return None
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    function = on_library(program.function, SimpleNamespace(sin=jnp.sin))
    fixed = tuple(at for at, value in enumerate(program.args) if isinstance(value, int))
    compiled = jax.jit(jax.value_and_grad(function, program.wrt), static_argnums=fixed)

    def gradient(*point):
        return jax.block_until_ready(compiled(*point))

    return gradient


def numba_loop(gradient, program):
    """`gradient` under numba in a compiled loop: `loop(number, *args)` calls it so many times.

    Each turn moves the first argument differentiated for, so that nothing can be taken out of the loop.
    """
    if not installed("numba"):
        return None
    import numba

    names = [f"x{index}" for index in range(len(program.args))]
    given = list(names)
    given[program.wrt[0]] += " + turn * 1e-12"
    slope = "slope" if len(program.wrt) == 1 else "slope[0] + slope[1]"
    lines = [
        f"def loop(number, {', '.join(names)}):",
        "    total = 0.0",
        "    for turn in range(number):",
        f"        value, slope = gradient({', '.join(given)})",
        f"        total += value + {slope}",
        "    return total",
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        scope = {"gradient": numba.njit(gradient)}
        exec("\n".join(lines), scope)
        loop = numba.njit(scope["loop"])
        loop(1, *numba_arguments(program))
    return loop


def numba_arguments(program):
    from numba.typed import List

    return tuple(List(value) if isinstance(value, list) else value for value in program.args)


def ratios(name, repeats, number):
    """Time of each contender for one program, as a multiple of the same written by hand.

    None stands for one that is not installed or cannot run it. Raises AssertionError where a contender
    finds another gradient.
    """
    program = PROGRAMS[name]
    in_python = {BY_HAND: program.by_hand, AGAIN: program.by_hand, OURS: emitted(program)}
    libraries = {"autograd": autograd_gradient(program), "JAX jit": jax_gradient(program)}
    loops = {
        NUMBA + BY_HAND: numba_loop(program.by_hand, program),
        NUMBA + AGAIN: numba_loop(program.by_hand, program),
        NUMBA + OURS: numba_loop(in_python[OURS], program),
    }
    rows = dict.fromkeys([*in_python, *libraries, *loops])
    libraries = {key: other for key, other in libraries.items() if other is not None}
    expected = program.by_hand(*program.args)
    for key, other in (in_python | libraries).items():
        assert agrees(flat(other(*program.args)), flat(expected)), f"{key}: {name}"
    times = fastest(in_python, program.args, repeats, number)
    times |= fastest(libraries, program.args, max(3, repeats // 20), max(1, number // 20))
    rows |= {key: each / times[BY_HAND] for key, each in times.items()}
    if None not in loops.values():
        args = (20 * number, *numba_arguments(program))
        times = fastest(loops, args, max(3, repeats // 3), 1)
        rows |= {key: each / times[NUMBA + BY_HAND] for key, each in times.items()}
    return rows


def flat(found):
    """The value and the slopes in one list, whether or not a single slope stands in a tuple."""
    value, slopes = found
    return [value, *(slopes if isinstance(slopes, tuple | list) else [slopes])]


def verdict(name, key, ratio):
    """What the bar says of one row."""
    if ratio is None:
        cannot = key == "JAX jit" and not PROGRAMS[name].jax and installed("jax")
        return "cannot run it" if cannot else "not installed"
    bar = {OURS: BAR, NUMBA + OURS: BAR_NUMBA}.get(key)
    return "" if bar is None else judged(ratio, bar)


def judged(ratio, bar):
    return f"bar {bar}: " + ("met" if ratio <= bar else "MISSED")


def cost_of_the_early_break(repeats, number):
    """The time of the gradient of a loop over 100,000 turns that is left after 10, over the primal's."""
    program = PROGRAMS["early break"]
    functions = {"primal": converge, OURS: emitted(program)}
    times = fastest(functions, program.args, repeats, number)
    return times[OURS] / times["primal"]


def tape_entries(function, wrt, args):
    """How many values the gradient's forward sweep puts on tapes, counted while it runs."""
    gradient = emitted_for(function, wrt, args)
    source = ast.parse(inspect.getsource(gradient))
    counted = 0

    class Counting(list):
        def append(self, value):
            nonlocal counted
            counted += 1
            super().append(value)

    class Replaced(ast.NodeTransformer):
        def visit_List(self, node):
            return ast.Call(ast.Name("Counting", ast.Load()), [], []) if not node.elts else node

    scope = {**gradient.__globals__, "Counting": Counting}
    tree = ast.fix_missing_locations(Replaced().visit(source))
    exec(compile(tree, "<counted>", "exec"), scope)
    (name,) = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
    scope[name](*args)
    return counted


def emitted_for(function, wrt, args):
    found = derivative(function, wrt)
    found(*args)
    return found.__wrapped__


def peak(run):
    """The largest memory that `run()` holds at one time, in bytes."""
    tracemalloc.start()
    try:
        run()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def memory_ratio(turns):
    """The memory of the gradient of a loop with one residual a turn, over a list of as many floats."""
    gradient = emitted_for(logistic, (0, 1), (0.3, 2.8, 1))

    def bare():
        values = []
        for index in range(turns):
            values.append(index + 0.5)
        return values

    return peak(lambda: gradient(0.3, 3.7, turns)) / peak(bare)


def report(programs, repeats, number, turns=TURNS):
    """The table as lines."""
    yield "Loops: time of value and gradient, as a multiple of the same written by hand"
    for name in programs:
        for key, ratio in ratios(name, repeats, number).items():
            shown = "" if ratio is None else f"{ratio:.2f}"
            yield f"  {name:<14} {key:<22} {shown:>8}  {verdict(name, key, ratio)}".rstrip()
    cost = cost_of_the_early_break(repeats, number)
    yield f"  early break: gradient / primal {cost:.2f}  {judged(cost, BAR_BREAK)}"
    entries = tape_entries(smooth, (0, 1), PROGRAMS["linear loop"].args)
    yield f"  linear loop: {entries} tape entries  {judged(entries, 0)}"
    memory = memory_ratio(turns)
    yield f"  {turns} turns, one residual: memory {memory:.2f} lists  {judged(memory, BAR_MEMORY)}"
