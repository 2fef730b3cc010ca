"""Other ways to the same gradient; each is a function of floats, or None where it is not installed."""

import importlib.util
import inspect
import math
import warnings


def installed(name):
    return importlib.util.find_spec(name) is not None


def emitted(function, args):
    """The text that s2sdiff emits, loaded as it is."""
    from s2sdiff import value_and_grad

    wrt = tuple(range(len(args))) if len(args) > 1 else 0
    derivative = value_and_grad(function, wrt)
    derivative(*args)
    return derivative.__wrapped__


def sympy_lambdified(function, args):
    """SymPy: diff, common subexpressions, lambdify to `math`."""
    import sympy

    names = list(inspect.signature(function).parameters)
    symbols = sympy.symbols(names, positive=True)
    twins = {name: getattr(sympy, name) for name in ("sqrt", "exp", "cos", "log", "erf")}
    code = function.__code__.replace()
    scope = {"math": type("math", (), twins), "cdf": None}
    if "cdf" in code.co_names:
        scope["cdf"] = lambda z: (1 + sympy.erf(z / sympy.sqrt(2))) / 2
    value = type(function)(code, scope)(*symbols)
    outputs = [value, *(sympy.diff(value, symbol) for symbol in symbols)]
    return sympy.lambdify(symbols, outputs, modules="math", cse=True)


def numba_compiled(function, args):
    """The same function under numba.njit, compiled."""
    if not installed("numba"):
        return None
    import numba

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        compiled = numba.njit(function)
        compiled(*args)
    return compiled


def with_numpy_names(function, module):
    """The function with `math` replaced by a library of arrays."""
    scope = {"math": module, "cdf": None}
    if "cdf" in function.__code__.co_names:
        scope["cdf"] = lambda z: 0.5 * (1.0 + module.erf(z / module.sqrt(2.0)))
    return type(function)(function.__code__, scope)


def autograd_gradient(function, args):
    if not installed("autograd"):
        return None
    import autograd
    import autograd.numpy as anp

    namespace = {name: getattr(anp, name) for name in ("sqrt", "exp", "cos", "log")}
    if installed("scipy"):
        from autograd.scipy.special import erf

        namespace["erf"] = erf
    elif "cdf" in function.__code__.co_names:
        return None
    replaced = with_numpy_names(function, type("math", (), namespace_of(namespace)))
    return autograd.value_and_grad(replaced, tuple(range(len(args))))


def namespace_of(functions):
    return {name: staticmethod(function) for name, function in functions.items()}


def jax_gradient(function, args):
    if not installed("jax"):
        return None
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    functions = {name: getattr(jnp, name) for name in ("sqrt", "exp", "cos", "log")}
    functions["erf"] = jax.scipy.special.erf
    replaced = with_numpy_names(function, type("math", (), namespace_of(functions)))
    compiled = jax.jit(jax.value_and_grad(replaced, tuple(range(len(args)))))

    def gradient(*point):
        return jax.block_until_ready(compiled(*point))

    gradient(*args)
    return gradient


def leaves(tree):
    """All numbers in nested tuples and lists, as floats."""
    if isinstance(tree, tuple | list):
        return [leaf for part in tree for leaf in leaves(part)]
    return [float(tree)]


def agrees(one, two):
    pairs = zip(leaves(one), leaves(two), strict=True)
    return all(math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12) for a, b in pairs)
