"""Arrays: the time and the memory of a gradient against the one written by hand; what a call costs."""

import time
import warnings
from types import FunctionType

import numpy as np

from tests.benchmarks.array_programs import PROGRAMS, network, network_args
from tests.benchmarks.contenders import installed
from tests.benchmarks.loop_speed import derivative, judged, peak
from tests.benchmarks.speed import AGAIN, BY_HAND, OURS, fastest

BAR_MEMORY = 1.2
BAR_FIRST = 100.0
BAR_CALL = 2.0


def emitted(program):
    """The text that s2sdiff emits for the types of the arguments."""
    found = derivative(program.function, program.wrt)
    found(*program.args)
    return found.__wrapped__


def on_library(function, np, logsumexp):
    """The function with NumPy and SciPy replaced."""
    return FunctionType(function.__code__, {"np": np, "logsumexp": logsumexp, "range": range})


def autograd_gradient(program):
    if not installed("autograd"):
        return None
    import autograd
    import autograd.numpy as anp
    from autograd.scipy.special import logsumexp

    wrt = program.wrt if len(program.wrt) > 1 else program.wrt[0]
    return autograd.value_and_grad(on_library(program.function, anp, logsumexp), wrt)


def jax_gradient(program):
    """JAX, compiled, in double precision, loops written out; each call waits for its result."""
    if not installed("jax"):
        return None
    import jax
    import jax.numpy as jnp
    from jax.scipy.special import logsumexp

    jax.config.update("jax_enable_x64", True)
    wrt = program.wrt if len(program.wrt) > 1 else program.wrt[0]
    compiled = jax.jit(jax.value_and_grad(on_library(program.function, jnp, logsumexp), wrt))

    def gradient(*point):
        return jax.block_until_ready(compiled(*point))

    return gradient


def torch_gradient(program):
    """PyTorch, eager, of a network; the arrays are shared, not copied."""
    if program.function is not network or not installed("torch"):
        return None
    import torch

    function = on_library(network, torch, None)

    def gradient(params, x, y):
        tensors = [
            tuple(torch.from_numpy(part).requires_grad_() for part in layer) for layer in params
        ]
        value = function(tensors, torch.from_numpy(x), torch.from_numpy(y))
        bars = iter(torch.autograd.grad(value, [part for layer in tensors for part in layer]))
        return value.item(), [tuple(next(bars).numpy() for _ in layer) for layer in tensors]

    return gradient


def mygrad_gradient(program):
    """MyGrad, of a network."""
    if program.function is not network or not installed("mygrad"):
        return None
    import mygrad

    function = on_library(network, mygrad, None)

    def gradient(params, x, y):
        tensors = [tuple(mygrad.tensor(part, copy=False) for part in layer) for layer in params]
        value = function(tensors, x, y)
        value.backward()
        return value.item(), [tuple(part.grad for part in layer) for layer in tensors]

    return gradient


def leaves(tree):
    if isinstance(tree, tuple | list):
        for part in tree:
            yield from leaves(part)
    else:
        yield np.asarray(tree)


def agrees(one, two):
    pairs = zip(leaves(one), leaves(two), strict=True)
    return all(a.shape == b.shape and np.allclose(a, b, rtol=1e-8, atol=1e-10) for a, b in pairs)


def ratios(name, repeats):
    """Time of each contender for one program, as a multiple of the same written by hand.

    None stands for one that is not installed. Raises AssertionError where a contender finds another
    gradient.
    """
    program = PROGRAMS[name]
    ours = {BY_HAND: program.by_hand, AGAIN: program.by_hand, OURS: emitted(program)}
    libraries = {"autograd": autograd_gradient(program)}
    if program.function is network:
        libraries |= {
            "PyTorch eager": torch_gradient(program),
            "MyGrad": mygrad_gradient(program),
        }
    libraries["JAX jit"] = jax_gradient(program)
    there = {key: other for key, other in libraries.items() if other is not None}
    expected = program.by_hand(*program.args)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for key, other in (ours | there).items():
            assert agrees(other(*program.args), expected), f"{key}: {name}"
        times = fastest(ours, program.args, repeats, program.number)
        number = max(1, program.number // 10)
        times |= fastest(there, program.args, max(2, repeats // 5), number)
    found = dict.fromkeys([*ours, *libraries])
    return found | {key: each / times[BY_HAND] for key, each in times.items()}


def verdict(name, key, rows):
    """What the bars say of one row."""
    program = PROGRAMS[name]
    if rows[key] is None:
        return "not installed"
    if key == OURS:
        return judged(rows[key], program.bar)
    if key in ("PyTorch eager", "MyGrad"):
        return ahead(rows[key] / rows[OURS], 1.0)
    if key == "autograd":
        return ahead(rows[key] / rows[OURS], program.ahead)
    if key == "JAX jit" and program.before_jax:
        return ahead(rows[key] / rows[OURS], 1.0)
    return ""


def ahead(times, wanted):
    """What is said of another library's time as a multiple of ours."""
    return f"behind {wanted:g} times: " + ("met" if times >= wanted else "MISSED")


def memory(name):
    """The peak of what a gradient allocates, as a multiple of the same written by hand."""
    program = PROGRAMS[name]
    ours = emitted(program)
    return peak(lambda: ours(*program.args)) / peak(lambda: program.by_hand(*program.args))


def first_call():
    """Milliseconds until a network of three layers has its first gradient."""
    args = network_args((8, 16, 16, 4), 8)
    start = time.perf_counter()
    derivative(network, (0,))(*args)
    return 1e3 * (time.perf_counter() - start)


def cost_of_a_call(repeats=200, number=2000):
    """Microseconds that a later call adds to that of the emitted function."""
    args = (np.ones(3), np.ones(3))
    found = derivative(product, (0,))
    found(*args)
    times = fastest({OURS: found, BY_HAND: found.__wrapped__}, args, repeats, number)
    return 1e6 * (times[OURS] - times[BY_HAND])


def product(x, y):
    return np.sum(x * y)


def report(programs, repeats):
    """The table as lines."""
    yield "Arrays: time of value and gradient, as a multiple of the same written by hand"
    for name in programs:
        rows = ratios(name, repeats)
        for key, ratio in rows.items():
            shown = "" if ratio is None else f"{ratio:.2f}"
            yield f"  {name:<26} {key:<22} {shown:>8}  {verdict(name, key, rows)}".rstrip()
    for name in programs:
        ratio = memory(name)
        yield f"  {name:<26} {'peak memory':<22} {ratio:>8.2f}  {judged(ratio, BAR_MEMORY)}"
    first_call()
    least = min(first_call() for _ in range(3))
    yield f"  first call of a network of three layers: {least:.0f} ms  {judged(least, BAR_FIRST)}"
    least = cost_of_a_call()
    yield f"  a later call adds {least:.1f} microseconds  {judged(least, BAR_CALL)}"
