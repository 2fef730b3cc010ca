"""Entries that a loop overwrites: recorded at the store and put back where that is less."""

import numpy as np
import pytest

from s2sdiff import grad, vjp
from s2sdiff.cli import main
from tests.arrays.checking import check_second_order
from tests.arrays.test_stores import check_changing

X = np.array([0.3, 0.7, 0.9])


def _step(y, t):
    for i in range(3):
        y[i] = np.sin(y[i - 1] * y[i - 2]) * y[i]


def gauss_seidel(x):
    A = np.outer(x, x) * 0.1 + np.eye(3) * 4.0
    y = x.copy()
    n = x.shape[0]
    for _ in range(3):
        for i in range(n):
            s = x[i]
            for j in range(n):
                if j != i:
                    s -= A[i, j] * y[j]
            y[i] = s / A[i, i]
    return y @ y


def relaxed(x):
    y = x.copy()
    n = x.shape[0]
    for _ in range(3):
        for i in range(1, n - 1):
            y[i] = 0.3 * y[i] + x[0] * np.sin(y[i - 1] * y[i + 1])
    return y @ y


def argument(x):
    n = x.shape[0]
    for _ in range(3):
        for i in range(1, n - 1):
            x[i] = 0.3 * x[i] + x[0] * np.sin(x[i - 1] * x[i + 1])
    return x @ x


def two_arrays(x):
    y = x.copy()
    z = np.sin(x)
    n = x.shape[0]
    for _ in range(3):
        for i in range(n):
            y[i] = y[i - 1] * z[i] * y[i - 2]
            z[i - 1] += y[i] * z[i] * z[i - 2]
    return y @ z


def three_stores(x):
    y = x.copy()
    n = x.shape[0]
    for _ in range(3):
        for i in range(n):
            y[i] = y[i - 1] * y[i] * y[i - 2]
            y[i - 1] *= np.cos(y[i] * y[0])
            y[i - 2] = y[i] * y[i - 1] * y[i - 2]
    return y @ x


def swapped(x):
    y = x.copy()
    n = x.shape[0]
    for _ in range(2):
        for i in range(n):
            y[i], y[i - 1] = y[i - 1] * y[i] * y[i - 2], y[i] * y[i - 1]
    return y @ x


def while_loop(x):
    y = x.copy()
    k = 0
    while k < 5:
        y[k % 3] = y[k % 3] * np.sin(y[(k + 1) % 3] * y[(k + 2) % 3])
        k += 1
    return y @ x


def left_early(x):
    y = x.copy()
    for k in range(9):
        if y[0] > 2:
            break
        y[k % 3] = y[k % 3] * np.sin(y[(k + 1) % 3] * y[(k + 2) % 3]) * 0.5 + 0.5
    return y @ x


def branch_of_the_value(x):
    y = x.copy()
    for k in range(9):
        y[k % 3] = y[k % 3] * np.sin(y[(k + 1) % 3] * y[(k + 2) % 3]) + (
            y[0] * y[1] if x[0] > 0 else y[2]
        )
    return y @ x


def place_by_content(x):
    y = x.copy()
    for k in range(9):
        j = int(abs(y[k % 3]) * 7) % 3
        y[j] = y[j - 1] * np.sin(y[(j + 1) % 3] * y[(j + 2) % 3]) * 0.5 + 0.5
    return y @ x


def place_by_argument(x):
    y = x.copy()
    for k in range(9):
        j = int(abs(x[k % 3]) * 7) % 3
        y[j] = y[j - 1] * np.sin(y[(j + 1) % 3] * y[(j + 2) % 3]) * 0.5 + 0.5
    return y @ x


def read_behind(x):
    y = x.copy()
    s = 0.0
    for k in range(9):
        y[k % 3] = y[k % 3] * np.sin(y[(k + 1) % 3] * y[(k + 2) % 3]) * 0.5 + 0.5
        s += y[0] * y[1] * y[2]
    z = y * y
    for k in range(9):
        y[k % 3] = y[k % 3] * np.sin(y[(k + 1) % 3] * y[(k + 2) % 3]) * 0.5 + 0.5
    return y @ x + z @ y + s


def through_a_view(x):
    y = x.copy()
    v = y[1:]
    for k in range(9):
        v[k % 2] = y[k % 3] * np.sin(y[(k + 1) % 3] * y[(k + 2) % 3]) * 0.5 + 0.5
    return y @ x + v[0]


def no_turn(x):
    y = x.copy()
    for k in range(int(x[0] * 0)):
        y[k % 3] = y[k % 3] * np.sin(y[(k + 1) % 3] * y[(k + 2) % 3]) * 0.5 + 0.5
    return y @ x


def loop_in_a_branch(x):
    y = x.copy()
    s = 0.0
    for t in range(3):
        if x[1] * t < 0.9:
            for k in range(4):
                y[k % 3] = y[k % 3] * np.sin(y[(k + 1) % 3] * y[(k + 2) % 3]) * 0.5 + 0.5
        s += y @ y
    return y @ x + s


def changed_around_the_loop(x):
    y = x.copy()
    for _ in range(3):
        y[0] = y[1] * y[2] * y[0]
        for k in range(4):
            y[k % 3] = y[k % 3] * np.sin(y[(k + 1) % 3] * y[(k + 2) % 3]) * 0.5 + 0.5
        y *= x
    return y @ x


def in_a_helper(x):
    y = x.copy()
    for t in range(3):
        _step(y, t)
    return y @ y


def in_a_list(x):
    y = [x.copy(), x * 2]
    for t in range(3):
        for i in range(3):
            y[t % 2][i] = np.sin(y[0][i - 1] * y[1][i - 2]) * y[0][i]
    return y[0] @ y[1]


def ints(x):
    c = np.zeros(3, dtype=int)
    y = x.copy()
    for t in range(6):
        c[t % 3] += t
        y[t % 3] = y[t % 3] ** c[t % 3] * y[0] * y[1]
    return y @ x


def eliminated(x):
    A = np.outer(x, x) + np.eye(3)
    for k in range(2):
        for i in range(3):
            for j in range(3):
                A[i, j] -= A[i, k] * A[k, j] * A[j, i]
    return np.sum(A)


PUT_BACK = [
    gauss_seidel,
    relaxed,
    while_loop,
    in_a_helper,
    place_by_argument,
    argument,
]
OTHERS = [
    two_arrays, three_stores, swapped, left_early, branch_of_the_value, place_by_content, read_behind,
    through_a_view, no_turn, loop_in_a_branch, changed_around_the_loop, in_a_list, ints, eliminated,
]  # fmt: skip


@pytest.mark.parametrize("program", [*PUT_BACK, *OTHERS])
@pytest.mark.parametrize("scale", [1.0, -0.5])
def test_gradients(program, scale):
    check_changing(program, scale * X)


@pytest.mark.parametrize("program", PUT_BACK)
def test_one_entry_a_store(program):
    source = grad(program).compiled_for((X,))[1].source
    forward, _, reverse = source.partition("# reverse sweep")
    assert ".copy()" not in reverse.partition("for ")[2], source
    assert "= " in reverse and ("tape.pop()" in reverse), source
    assert "tape.append((y.copy()" not in forward, source


def stored_and_returned(x):
    y = x.copy()
    for i in range(1, len(x)):
        y[i - 1] = y[i] * np.sin(y[i - 1] * y[i - 2] * y[i])
    return y


def test_what_is_returned_stays():
    y, pulled = vjp(stored_and_returned)(X, np.ones(3))
    assert np.array_equal(y, stored_and_returned(X))
    shifts = 1e-6 * np.eye(3)
    expected = [
        np.sum(stored_and_returned(X + h) - stored_and_returned(X - h)) / 2e-6 for h in shifts
    ]
    np.testing.assert_allclose(pulled, expected, atol=1e-7)


@pytest.mark.parametrize(
    "program", [relaxed, three_stores, while_loop, changed_around_the_loop, loop_in_a_branch]
)
def test_second_order(program):
    check_second_order(program, X, np.array([1.0, -2.0, 0.5]))


def test_explained(tmp_path, capsys):
    file = tmp_path / "sweeps.py"
    file.write_text(
        "import numpy as np\n\n\ndef f(x: 'f8[n]'):\n    y = x.copy()\n    for i in range(1, len(x) - 1):\n"
        "        y[i] = np.sin(y[i - 1] * y[i + 1] * y[i])\n    return y @ y\n"
    )
    main(["emit", f"{file}:f", "--explain"])
    said = capsys.readouterr().err
    assert "records y[i] (line 7): it is overwritten here, and put back" in said
    assert "puts back: y[i] (line 7)" in said
