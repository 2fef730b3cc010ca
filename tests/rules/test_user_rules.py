"""Rules that users declare for functions of their own."""

import math

import pytest

import s2sdiff
from s2sdiff import S2SDiffError, grad, hessian, jvp
from s2sdiff.rules.registry import RULES
from tests.rules import user_library
from tests.rules.user_library import cube, no_number, steps, too_few, wave


def of_cube(x):
    return cube(x) * 2.0


def of_wave(a, b):
    return wave(a, user_library.cube(b))


def of_steps(x):
    return x * steps(x)


def of_too_few(x):
    return too_few(x, x)


def of_no_number(x):
    return no_number(x)


def test_one_argument():
    gradient = grad(of_cube)
    assert gradient(2.0) == 24.0
    assert grad(gradient)(2.0) == 24.0
    assert "cube" not in gradient.source.replace("of_cube", "")


def test_several_arguments():
    gradient = grad(of_wave, (0, 1))
    found = gradient(1.5, 0.7)
    assert math.isclose(found[0], math.sin(0.343))
    assert math.isclose(found[1], 1.5 * math.cos(0.343) * 3 * 0.49)
    assert "from tests.rules.user_library import cube" in gradient.source
    assert math.isclose(jvp(of_wave, (0, 1))(1.5, 0.7, 1.0, 2.0)[1], found[0] + 2.0 * found[1])
    (_, mixed), (other, _) = hessian(of_wave, (0, 1))(1.5, 0.7)
    assert math.isclose(mixed, other)
    assert math.isclose(mixed, math.cos(0.343) * 3 * 0.49)


def test_value_is_imported_from_its_module():
    source = s2sdiff.value_and_grad(of_wave).source
    assert "from tests.rules.user_library import cube, wave" in source


def test_zero_derivative():
    assert grad(of_steps)(3.7) == 3.0
    assert "from tests.rules.user_library import steps" in grad(of_steps).source


def test_wrong_number_of_partials():
    with pytest.raises(S2SDiffError, match="gives 1 partials for 2 arguments") as caught:
        grad(of_too_few)(1.0)
    assert caught.value.code == "S2S203"
    assert caught.value.span.text().startswith("@s2sdiff.elementwise(too_few)") or (
        "too_few_rule" in caught.value.span.text()
    )


def test_partial_that_is_no_number():
    with pytest.raises(S2SDiffError, match=r"gives the function .* as a partial") as caught:
        grad(of_no_number)(1.0)
    assert caught.value.code == "S2S203"


def test_function_that_cannot_be_imported():
    def inner(x):
        return x

    for declare in (
        lambda: s2sdiff.elementwise(inner)(cube),
        lambda: s2sdiff.zero_derivative(inner),
    ):
        with pytest.raises(S2SDiffError, match="no module has it under its own name") as caught:
            declare()
        assert caught.value.code == "S2S203"


def test_twin_of_a_users_rule():
    rule = RULES["tests.rules.user_library.wave"]
    assert rule.twin == "lambda amplitude, phase: amplitude * sin(phase)"


def test_ufunc_is_found_in_the_module_that_lists_it():
    np = pytest.importorskip("numpy")
    before = dict(RULES)
    try:
        s2sdiff.zero_derivative(np.isnat)
        assert set(RULES) - set(before) == {"numpy.isnat"}
    finally:
        RULES.pop("numpy.isnat", None)
