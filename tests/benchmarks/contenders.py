"""Other ways to the same gradient; a contender that is not installed is None."""

import importlib.util
import inspect
import math
import warnings
from types import FunctionType, SimpleNamespace

from tests.benchmarks.programs import cdf


def installed(name):
    return importlib.util.find_spec(name) is not None


def emitted(function, args):
    """The text that s2sdiff emits, loaded as it is."""
    from s2sdiff import value_and_grad

    wrt = tuple(range(len(args))) if len(args) > 1 else 0
    derivative = value_and_grad(function, wrt)
    derivative(*args)
    return derivative.__wrapped__


def on_library(function, library):
    """The function with `math` replaced by a library of symbols or arrays, also in its helper."""
    scope = {"math": library}
    scope["cdf"] = FunctionType(cdf.__code__, scope)
    return FunctionType(function.__code__, scope)


def sympy_lambdified(function, args):
    """SymPy: diff, common subexpressions, lambdify to `math`."""
    import sympy

    symbols = sympy.symbols(list(inspect.signature(function).parameters), positive=True)
    value = on_library(function, sympy)(*symbols)
    outputs = [value, *(sympy.diff(value, symbol) for symbol in symbols)]
    return sympy.lambdify(symbols, outputs, modules="math", cse=True)


def autograd_gradient(function, args):
    if not (installed("autograd") and installed("scipy")):
        return None
    import autograd
    import autograd.numpy as anp
    from autograd.scipy.special import erf

    library = SimpleNamespace(sqrt=anp.sqrt, exp=anp.exp, cos=anp.cos, log=anp.log, erf=erf)
    return autograd.value_and_grad(on_library(function, library), tuple(range(len(args))))


def jax_gradient(function, args):
    """JAX, compiled, in double precision; each call waits for its result."""
    if not installed("jax"):
        return None
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    library = SimpleNamespace(
        sqrt=jnp.sqrt, exp=jnp.exp, cos=jnp.cos, log=jnp.log, erf=jax.scipy.special.erf
    )
    over_all = jax.value_and_grad(on_library(function, library), tuple(range(len(args))))
    compiled = jax.jit(over_all)

    def gradient(*point):
        return jax.block_until_ready(compiled(*point))

    return gradient


def numba_loop(gradient, args):
    """`gradient` under numba in a compiled loop: `loop(number, *args)` calls it so many times.

    Called from Python, numba's dispatch would take longer than the gradient. Each turn moves all
    arguments a little, so that nothing can be taken out of the loop.
    """
    if not installed("numba"):
        return None
    import numba

    names = [f"x{index}" for index in range(len(args))]
    moved = ", ".join(f"{name} + turn * 1e-12" for name in names)
    slopes = " + ".join(f"slope[{index}]" for index in range(len(args)))
    lines = [
        f"def loop(number, {', '.join(names)}):",
        "    total = 0.0",
        "    for turn in range(number):",
        f"        value, slope = gradient({moved})",
        f"        total += value + {slopes if len(args) > 1 else 'slope'}",
        "    return total",
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        scope = {"gradient": numba.njit(gradient)}
        exec("\n".join(lines), scope)
        loop = numba.njit(scope["loop"])
        loop(1, *args)
    return loop


def leaves(tree):
    """All numbers in nested tuples and lists, as floats."""
    if isinstance(tree, tuple | list):
        return [leaf for part in tree for leaf in leaves(part)]
    return [float(tree)]


def agrees(one, two):
    pairs = zip(leaves(one), leaves(two), strict=True)
    return all(math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12) for a, b in pairs)
