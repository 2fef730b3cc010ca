"""Complex numbers on the way: every rule is right for them or says that it is not for them."""

import numpy as np
import pytest

from s2sdiff import S2SDiffError, jvp, value_and_grad
from tests.arrays.cases import CASES, _scope
from tests.arrays.checking import along, directions, inner

BODY = """def f({names}):
    {letter} = {letter} * (1.0 + 0.5j) + 0.3j * np.sin({letter})
    z = {text}
    return weighed(np.real(z)) + 0.7 * weighed(np.imag(z) * 2.0)
"""
GIVEN = {
    (case.text, letter): case
    for case in CASES
    for letter, value in zip("abcd", case.values, strict=False)
    if isinstance(value, np.ndarray) and value.dtype == float
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("text", "letter"), GIVEN)
def test_right_or_refused(text, letter):
    case = GIVEN[text, letter]
    args = case.args()
    source = BODY.format(names=", ".join("abcd"[: len(args)]), letter=letter, text=text)
    scope = dict(_scope())
    exec(compile(source, "<case>", "exec"), scope)
    function = scope["f"]
    try:
        value = function(*args)
    except (ArithmeticError, TypeError, ValueError, np.linalg.LinAlgError):
        pytest.skip("NumPy does not take complex numbers here")
    if not np.isfinite(value):
        pytest.skip("there is no value at this point")
    wrt = tuple(range(len(args)))
    try:
        found, bars = value_and_grad(function, wrt, source=source)(*args)
    except S2SDiffError as refusal:
        assert refusal.code in ("S2S306", "S2S403"), refusal
        return
    dots = directions(args, 1)
    expected = along(function, args, dots)[0]
    np.testing.assert_allclose(found, value, rtol=1e-9)
    np.testing.assert_allclose(inner(bars, dots), expected, rtol=1e-5, atol=1e-5)
    _, pushed = jvp(function, wrt, source=source)(*args, *dots)
    np.testing.assert_allclose(pushed, expected, rtol=1e-5, atol=1e-5)
