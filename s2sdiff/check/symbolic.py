"""Proofs by SymPy: are two expressions the same function?

The steps, cheapest first: equal as they stand; equal when multiplied out; numerator zero as a rational
function of their kernels; equal after `simplify`. None of them can prove a difference, and none of
their failures is evidence of one. All run in a child process with a time limit, because SymPy may take
any time. Where processes cannot be forked, or must not because other threads may hold locks (every
notebook has some), the same is done here, stopped by a trace function.
"""

from __future__ import annotations

import multiprocessing
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from multiprocessing.connection import Connection
from types import FrameType
from typing import Any, TypeAlias

from s2sdiff.check.operators import Columns
from s2sdiff.check.trees import Program, Tree, flat

Send: TypeAlias = Callable[[Any], None]


def differentiate(program: Program, args: tuple[Tree, ...], wrt: tuple[int, ...]) -> Columns:
    """`sympy.diff` of every leaf of the result by every leaf of the parameters of `wrt`."""
    import sympy

    values = [sympy.sympify(value) for value in flat(program(*args))]
    symbols = [leaf for index in wrt for leaf in flat(args[index])]
    return [[sympy.diff(value, symbol) for value in values] for symbol in symbols]


def bounded(task: Callable[[Send], None], seconds: float) -> list[Any]:
    """What `task` sends before it ends or the time is over. Its exceptions are no evidence."""
    threads = threading.active_count() > 1 or "jax" in sys.modules
    if threads or "fork" not in multiprocessing.get_all_start_methods():
        return _stopped(task, seconds)
    return _forked(task, seconds)


def _forked(task: Callable[[Send], None], seconds: float) -> list[Any]:
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)

    def run() -> None:
        with suppress(Exception):
            task(sender.send)
        sender.close()

    process = context.Process(target=run)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        process.start()
    sender.close()
    try:
        return list(_received(receiver, seconds))
    finally:
        process.kill()
        process.join()
        receiver.close()


def _received(receiver: Connection, seconds: float) -> Iterator[Any]:
    """What comes through the pipe until it is closed or the time is over."""
    deadline = time.monotonic() + seconds
    try:
        while receiver.poll(max(0.0, deadline - time.monotonic())):
            yield receiver.recv()
    except EOFError:
        return


class _TimeIsOver(BaseException):
    """Not an Exception: SymPy catches those."""


def _stopped(task: Callable[[Send], None], seconds: float) -> list[Any]:
    found: list[Any] = []
    deadline = time.monotonic() + seconds

    def watch(frame: FrameType, event: str, argument: Any) -> None:
        if time.monotonic() > deadline:
            raise _TimeIsOver

    before = sys.gettrace()
    sys.settrace(watch)
    try:
        task(found.append)
    except (_TimeIsOver, Exception):
        pass
    finally:
        sys.settrace(before)
    return found


def _cheap(one: Any, two: Any) -> bool:
    import sympy

    return bool(one == two) or sympy.expand(one - two) == 0


def equal(one: Any, two: Any) -> bool:
    """Are two expressions proved equal? False says nothing."""
    steps: tuple[Callable[[Any], bool], ...] = (_rational, _simplified)
    return _cheap(one, two) or any(step(one - two) for step in steps)


def _rational(difference: Any) -> bool:
    """Zero as a rational function, after writing powers and exponentials over common kernels?"""
    import sympy

    whole = sympy.together(sympy.powsimp(sympy.expand_power_exp(difference)))
    numerator, _ = sympy.fraction(whole)
    return bool(sympy.expand(numerator) == 0)


def _simplified(difference: Any) -> bool:
    import sympy

    difference = difference.replace(sympy.sign, lambda inner: inner / sympy.Abs(inner))
    if sympy.simplify(difference) == 0:
        return True
    return bool(sympy.simplify(difference.rewrite(sympy.exp)) == 0)
