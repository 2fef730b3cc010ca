"""`with` of managers that change nothing; a lock may guard whatever has no effect."""

import contextlib
import threading
import warnings

import pytest

import s2sdiff
from s2sdiff.errors import S2SDiffError

LOCK = threading.Lock()
AGAIN = threading.RLock()


def guarded(x, n):
    s = x
    with LOCK, AGAIN as held:
        for _ in range(n):
            with warnings.catch_warnings(), contextlib.nullcontext(s * s) as t:
                if t > 4.0:
                    break
                s = s + t * x
        if not held:
            s = 0.0
    return s


def talking(x):
    with LOCK:
        print(x)
        return x * x


@pytest.mark.parametrize("args", [(0.5, 3), (1.5, 6), (2.5, 2)])
def test_derivatives(args):
    x, n = args
    step = 1e-6
    slope = (guarded(x + step, n) - guarded(x - step, n)) / (2 * step)
    value, gradient = s2sdiff.value_and_grad(guarded)(x, n)
    assert value == guarded(x, n)
    assert gradient == pytest.approx(slope, rel=1e-7)


def test_a_lock_around_effects_is_refused():
    with pytest.raises(S2SDiffError, match=r"LOCK is not .* what it guards has effects"):
        s2sdiff.grad(talking)(1.0)
