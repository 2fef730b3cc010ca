"""Parts of an array that are stored in other parts of it: right, or refused where NumPy mixes them."""

import numpy as np
import pytest

from s2sdiff import S2SDiffError
from s2sdiff.frontend.lower import lower
from s2sdiff.frontend.modules import module_from_text
from s2sdiff.frontend.signatures import types_from_annotations
from s2sdiff.frontend.targets import find_target
from tests.arrays.test_stores import check_changing

A = np.array(
    [
        [0.4, -1.2, 0.7, 1.1],
        [1.3, 0.2, -0.8, 0.5],
        [-0.6, 0.9, 1.5, -0.3],
        [0.1, -0.7, 0.3, 0.8],
    ]
)
WEIGHTS = np.arange(1.0, 17.0).reshape(4, 4)

RIGHT = [
    "A[:, 0] = A[0]",
    "A[0, 1:] = A[1:, 0]",
    "A[2] = A[:, 2]",
    "for k in range(4):\n        A[k] = A[:, k]",
    "for k in range(4):\n        A[k, :k] = A[:k, k]",
    "for k in range(4):\n        A[k, k + 1:] = A[k + 1:, k]",
    "for k in range(4):\n        A[k + 1:, k] = A[k, k + 1:]",
    "for row in A:\n        A[0] = row * row[0]",
    "for k in range(3):\n        A[k] = A[k + 1]",
    "for k in range(3):\n        A[:, k] = A[:, k + 1]",
    "A.T[1] = A[:, 2]",
    "A[1, ::2] = A[2, 2:]",
    "A[:2, 3] = A[3, :2]",
    "A[:, 2:] = A[1:3].T",
    "A[:] = A.T",
    "A[None, :, 2] = A[1]",
    "A[:, 2] += A[1]",
    "A[:, 2] = A[:, 2] * A[1]",
    "A[:, 2], A[1] = A[1].copy(), A[:, 2].copy()",
    "np.add(A[1], 0.0, out=A[:, 2])",
    "x = A[0] * 1.0\n    x[:2] = x[::2]\n    A[1] = x",
    "x = A[0] * 1.0\n    x[1:] = x[:-1]\n    A[1] = x",
    "x = A[0] * 1.0\n    x[:-1] = x[1:]\n    A[1] = x",
    "x = A[0] * 1.0\n    x[:] = x[::-1]\n    A[1] = x",
    "x = A[0] * 1.0\n    x[::2] = x[1::2]\n    A[1] = x",
    "x = A.reshape(-1)\n    x[:3] = x[5::4]",
    "x = A.reshape(-1)\n    x[1:] = x[:-1]",
    "x = A.T\n    x[1] = x[2]",
]

# Here the tangent of what is stored is a part of the tangent in which it is stored.
PARTS_OF_TANGENTS = [
    "A[:, 2] = +A[1]",
    "A[:, 2] = A[1] + 0.5",
    "A[:, 2] = 0.5 + A[1]",
    "A[:, 2] = A[1] - 0.5",
    "A[:, 2] = A[1].copy()",
    "A[:, 2] = np.array(A[1])",
    "row = A[1] + 0.5\n    A[:, 2] = row",
    "A[:, 2] = np.add(A[1], 1.0)",
    "x = A[0] + 1.0\n    x[::2] = x[:2] + 0.5\n    A[1] = x",
    "for k in range(4):\n        A[:, k] = A[1] - 0.5",
    "np.copyto(A[:, 2], A[1] + 0.5)",
]

# What NumPy mixes, and what helps.
MIXED = {
    "A[:, 2] = A[1]": "A[:, 2] = A[1].copy()",
    "A[:, i] = A[i + 1]": "A[:, i] = A[i + 1].copy()",
    "A[1] = A[:, 2]": "A[1] = A[:, 2].copy()",
    "A.T[2] = A[1]": "A.T[2] = A[1].copy()",
    "A[:, 2] = A.T[:, 1]": "A[:, 2] = A.T[:, 1].copy()",
    "A[:, 2] = np.asarray(A[1])": "A[:, 2] = np.array(A[1])",
    "A[:, 2] = A.diagonal()": "A[:, 2] = A.diagonal().copy()",
    "A[:, 2] = A.reshape(-1)[4:8]": "A[:, 2] = A.reshape(-1)[4:8].copy()",
    "A.reshape(-1)[:4] = A[:, 1]": "A.reshape(-1)[:4] = A[:, 1].copy()",
    "A.reshape(-1)[::4] = A.reshape(-1)[:4]": "A.reshape(-1)[::4] = A.reshape(-1)[:4].copy()",
    "A[:, 2], A[1] = A[1], A[:, 2]": "A[:, 2], A[1] = A[1].copy(), A[:, 2].copy()",
    "np.copyto(A[:, 2], A[1])": "np.copyto(A[:, 2], A[1].copy())",
    "row = A[1]\n    A[:, 2] = row": "row = A[1]\n    A[:, 2] = row.copy()",
    "for row in A:\n        A[:, 2] = row": "for row in A:\n        A[:, 2] = row.copy()",
    "row = A[1] if A[0, 0] > 0.0 else np.zeros(4)\n    A[:, 2] = row": (
        "row = A[1] if A[0, 0] > 0.0 else np.zeros(4)\n    A[:, 2] = row.copy()"
    ),
    "for k in range(3):\n        A[k:, k] = A[k + 1, k:]": (
        "for k in range(3):\n        A[k:, k] = A[k + 1, k:].copy()"
    ),
    "x = A[0] * 1.0\n    x[::2] = x[:2]\n    A[1] = x": (
        "x = A[0] * 1.0\n    x[::2] = x[:2].copy()\n    A[1] = x"
    ),
    "x = A[0] * 1.0\n    x[1:3] = x[::2]\n    A[1] = x": (
        "x = A[0] * 1.0\n    x[1:3] = x[::2].copy()\n    A[1] = x"
    ),
    "x = A[0] * 1.0\n    x[::i] = x[:2]\n    A[1] = x": (
        "x = A[0] * 1.0\n    x[::i] = x[:2].copy()\n    A[1] = x"
    ),
}


def program(text):
    """The file of a function with these statements, which weights the entries that they leave."""
    head = 'import numpy as np\n\n\ndef f(A: "f8[4,4]", W: "f8[4,4]", i: int):\n    '
    return f"{head}{text}\n    return np.sum(A * A * W)\n"


def check_program(text, path):
    path.write_text(program(text))
    scope = {"__name__": "program"}
    exec(compile(path.read_text(), str(path), "exec"), scope)

    def weighted(x):
        return scope["f"](x, WEIGHTS, 2)

    check_changing(weighted, A)


@pytest.mark.parametrize("text", RIGHT + PARTS_OF_TANGENTS)
def test_right(text, tmp_path):
    check_program(text, tmp_path / "program.py")


@pytest.mark.parametrize("text", MIXED)
def test_mixed_is_refused(text):
    module = module_from_text("program.py", program(text))
    function = find_target(module, "f")
    with pytest.raises(S2SDiffError) as caught:
        lower(function, types_from_annotations(function, {}))
    assert caught.value.code == "S2S307"
    assert "with another step" in str(caught.value)
    assert ".copy()" in str(caught.value)


@pytest.mark.parametrize("text", MIXED.values())
def test_a_copy_helps(text, tmp_path):
    check_program(text, tmp_path / "program.py")
