"""`jit=True` and `emit --target numba`: the same numbers as in Python, from a file that is kept."""

import copy
import math
import os
import subprocess
import sys
import textwrap

import numpy as np
import pytest

import s2sdiff
from s2sdiff import S2SDiffError, grad, hessian, hvp, jvp, value_and_grad, vjp
from s2sdiff.cli import main
from tests.arrays import test_stores as stores
from tests.arrays.checking import leaves

numba = pytest.importorskip("numba")

X, A = stores.X, stores.A


def same(one, two):
    for a, b in zip(leaves(one), leaves(two), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(
    ("program", "args"),
    [
        (stores.items, (X,)),
        (stores.recurrence, (X,)),
        (stores.overwritten, (X,)),
        (stores.with_early_exits, (X,)),
        (stores.while_changing, (X,)),
        (stores.buffers, (X,)),
        (stores.heat, (A,)),
        (stores.sums_of_terms, (X, A)),
        (stores.changed_in_a_loop, (X,)),
        (stores.in_branches, (X,)),
    ],
)
def test_same_as_in_python(program, args):
    wrt = tuple(range(len(args)))
    one, two = copy.deepcopy(args), copy.deepcopy(args)
    found = value_and_grad(program, wrt, jit=True)(*one)
    same(found, value_and_grad(program, wrt)(*two))
    same(one, two)


def quartic(x):
    y = np.empty(len(x))
    for i in range(len(x)):
        y[i] = x[i] * x[i - 1] ** 2
    return np.sum(y * y)


def test_higher_order():
    v = X[::-1].copy()
    same(hvp(quartic, jit=True)(X, v), hvp(quartic)(X, v))
    same(jvp(quartic, jit=True)(X, v), jvp(quartic)(X, v))
    same(hessian(quartic, jit=True)(X), hessian(quartic)(X))
    twice = jvp(grad(quartic), jit=True)
    same(twice(X, v), jvp(grad(quartic))(X, v))
    same(jvp(grad(quartic, jit=True))(X, v), twice(X, v))


@numba.njit
def helper(a, k):
    for i in range(len(a)):
        a[i] *= k
    return a[0] * k


@numba.njit
def compiled(x):
    a = x.copy()
    s = helper(a, x[1])
    return s + np.sum(a)


def test_compiled_functions_are_read():
    python = value_and_grad(compiled)(X)
    same(value_and_grad(compiled, jit=True)(X), python)
    assert python[0] == pytest.approx(compiled(X))

    @grad(jit=True)
    @numba.njit
    def cube(x: float):
        return x**3

    assert cube(2.0) == 12.0


@numba.njit(parallel=False)
def with_prange(x):
    s = 0.0
    for i in numba.prange(len(x)):
        s += math.sin(x[i])
    return s


def test_parallel_ranges_are_ranges():
    same(grad(with_prange, jit=True)(X), np.cos(X))


def scalars(x: float, n: int):
    for _ in range(n):
        x = math.sin(x) * 1.1
    return x


def test_numbers_tapes_and_tuples():
    assert value_and_grad(scalars, jit=True)(0.4, 6) == pytest.approx(
        value_and_grad(scalars)(0.4, 6)
    )

    def pair(x, y):
        return x * y, x + y

    same(vjp(pair, (0, 1), jit=True)(2.0, 3.0, (1.0, 0.5)), ((6.0, 5.0), (3.5, 2.5)))


def of_other_functions(x):
    return np.sum(np.einsum("i,i->i", x, x))


def sums_along(a):
    b = a - np.mean(a, axis=1, keepdims=True) if a.ndim == 9 else a - a.sum(axis=1, keepdims=True)
    return np.sum(b * b)


def scattered(x, i):
    a = np.zeros(5)
    np.add.at(a, i, x)
    return np.sum(a * a)


def test_other_forms():
    same(grad(sums_along, jit=True)(A), grad(sums_along)(A))
    places = np.array([0, 2, 0, 4, 4])
    same(grad(scattered, jit=True)(X, places), grad(scattered)(X, places))


def test_refused_by_name():
    with pytest.raises(S2SDiffError, match=r"S2S601 numba does not compile np\.einsum") as found:
        grad(of_other_functions, jit=True)(X)
    assert "np.einsum" in found.value.span.text()


def unknown_to_numba(x):
    y = np.unwrap(x) if x is None else np.array([x[0], x[1]])
    z = np.rot90(np.outer(y, y), 1, (0, 1))
    return np.sum(z * y)


def test_what_numba_finds_is_said_at_the_line():
    with pytest.raises(S2SDiffError, match="S2S601 numba cannot compile") as found:
        grad(unknown_to_numba, jit=True)(X)
    assert "np.rot90" in found.value.span.text()
    assert "Traceback" not in str(found.value)


def test_without_numba(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(S2SDiffError, match=r"S2S602 jit=True needs numba.*\n.*s2sdiff\[numba\]"):
        grad(quartic, jit=True)


def test_cached_in_another_process(tmp_path):
    program = tmp_path / "program.py"
    program.write_text(
        textwrap.dedent("""
        import math, time
        import numpy as np
        from s2sdiff import grad

        @grad(jit=True)
        def f(x):
            s = 0.0
            for i in range(len(x)):
                s += math.exp(x[i])
            return s

        if __name__ == "__main__":
            f(np.ones(3))
            function = f.__wrapped__
            import sys
            (module,) = [m for n, m in sys.modules.items() if n.startswith("s2sdiff_generated_f_grad")]
            stats = module.f_grad.stats
            print(sum(stats.cache_hits.values()), sum(stats.cache_misses.values()))
        """)
    )
    environment = os.environ | {"S2SDIFF_CACHE_DIR": str(tmp_path / "kept")}
    runs = [
        subprocess.run(
            [sys.executable, str(program)],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split()
        for _ in range(2)
    ]
    assert runs == [["0", "1"], ["1", "0"]]


def test_emitted_file_stands_alone(tmp_path, capsys):
    source = tmp_path / "model.py"
    source.write_text(
        "import numpy as np\n\n\n"
        'def loss(x: "f8[n]"):\n    y = np.zeros(len(x))\n    for i in range(len(x)):\n'
        "        y[i] = x[i] ** 3\n    return np.sum(y)\n"
    )
    target = tmp_path / "loss_grad.py"
    assert main(["emit", f"{source}:loss", "--target", "numba", "--check", "-o", str(target)]) == 0
    assert capsys.readouterr().err == ""
    text = target.read_text()
    assert "from numba import njit" in text
    assert "@njit(cache=True)\ndef loss_value_and_grad(x):" in text
    assert "s2sdiff" not in text.replace("Written by s2sdiff", "")
    scope = {}
    exec(compile(text.replace("cache=True", ""), str(target), "exec"), scope)
    value, bar = scope["loss_value_and_grad"](X)
    assert value == pytest.approx(np.sum(X**3))
    np.testing.assert_allclose(bar, 3.0 * X**2)


def test_refused_before_it_is_written(tmp_path, capsys):
    source = tmp_path / "model.py"
    source.write_text(
        'import numpy as np\n\n\ndef loss(x: "f8[n]"):\n    return np.sum(np.tile(x, 2))\n'
    )
    target = tmp_path / "loss_grad.py"
    assert main(["emit", f"{source}:loss", "--target", "numba", "-o", str(target)]) == 1
    assert "S2S601 numba does not compile np.tile" in capsys.readouterr().err
    assert not target.exists()


def test_pickled(tmp_path):
    import pickle

    derivative = grad(quartic, jit=True)
    expected = derivative(X)
    again = pickle.loads(pickle.dumps(derivative))
    assert again.jit
    same(again(X), expected)


def test_explained():
    assert "numba" in s2sdiff.errors.CODES["S2S601"]


OUT_OF_RANGE = """
import numpy as np

from s2sdiff import grad


def f(x, i):
    return x[i] * x[i + 1]


grad(f, jit=True)(np.ones(3), 1)
if CHECKED:
    try:
        grad(f, jit=True)(np.ones(3), 2)
    except IndexError:
        print("IndexError")
"""


def test_bounds_are_checked_where_numba_is_told_so(tmp_path):
    """numba's cache would give what was compiled without checks before."""
    cache = {"S2SDIFF_CACHE_DIR": str(tmp_path / "cache")}
    for checked in ("0", "1"):
        file = tmp_path / "program.py"
        file.write_text(OUT_OF_RANGE.replace("CHECKED", checked))
        env = {**os.environ, **cache, "NUMBA_BOUNDSCHECK": checked}
        run = [sys.executable, str(file)]
        done = subprocess.run(run, env=env, capture_output=True, text=True, check=True)
    assert done.stdout == "IndexError\n"


def of_unknown_lengths(x, y):
    z = x.copy()
    z[0:3] += x[:-1] * y[1:]
    z[1:] *= y[:3]
    return np.sum(z)


def of_stretched_rows(A, s):
    B = A * s
    B[1:] += A[:1]
    B[:, 0:2] *= A[:, 1:]
    return np.sum(B)


def last_write(x, index):
    z = np.zeros(4)
    z[index] = x
    return np.sum(z * x[0])


@pytest.mark.parametrize(
    ("program", "args", "wrt"),
    [
        (of_unknown_lengths, (X[:4], X[1:5]), (0, 1)),
        (of_stretched_rows, (np.arange(6.0).reshape(2, 3), X[:3]), (0, 1)),
        (of_stretched_rows, (np.arange(6.0).reshape(2, 3), X[:1]), (0, 1)),
        (last_write, (X[:4], np.array([0, 1, 1, 2])), 0),
    ],
)
def test_what_may_be_stretched(program, args, wrt):
    one = value_and_grad(program, wrt)(*copy.deepcopy(args))
    two = value_and_grad(program, wrt, jit=True)(*copy.deepcopy(args))
    same(two, one)


def overlapping(x):
    y = x.copy()
    y[1:] = y[1:] + y[:-1]
    y += y[::-1]
    return np.sum(y * y * np.arange(5))


def overlapping_tables(x):
    B = np.outer(x, x) + x
    B[:] = B.T
    B[1:, :] -= B[:-1, :]
    B += B.T
    return np.sum(B * B)


@pytest.mark.parametrize("program", [overlapping, overlapping_tables])
def test_overlapping_parts(program):
    """numba reads what it has written already in `y[1:] += y[:-1]`."""
    for operator, more in ((value_and_grad, ()), (jvp, (X[::-1].copy(),))):
        same(operator(program, jit=True)(X.copy(), *more), operator(program)(X.copy(), *more))
