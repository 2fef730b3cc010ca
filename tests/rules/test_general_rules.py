"""Rules for functions of one's own: both modes, twice, live and static, and what is refused."""

import copy
import math
import textwrap

import pytest

import s2sdiff
from s2sdiff import S2SDiffError, grad, hessian, jvp, value_and_grad, vjp
from s2sdiff.frontend.lower import lower
from s2sdiff.frontend.modules import read_module
from s2sdiff.frontend.signatures import types_from_annotations
from s2sdiff.frontend.targets import find_target
from s2sdiff.pipeline import Step, compile_text
from tests.rules import ruled_functions
from tests.rules.ruled_functions import PROGRAMS, Body, root

CASES = [pytest.param(f, args, id=f.__name__) for f, args in PROGRAMS.items()]


def numbers(tree):
    match tree:
        case float():
            return [tree]
        case list() | tuple():
            return [number for part in tree for number in numbers(part)]
        case dict():
            return numbers(list(tree.values()))
        case Body(mass=mass, speed=speed):
            return numbers([mass, speed])
    return []


def filled(tree, values):
    """`tree` with its floats replaced, left to right."""
    match tree:
        case float():
            return next(values)
        case list() | tuple():
            return type(tree)(filled(part, values) for part in tree)
        case dict():
            return {key: filled(part, values) for key, part in tree.items()}
        case Body(mass=mass, speed=speed):
            return Body(filled(mass, values), filled(speed, values))
    return tree


def slopes(function, args, step=1e-5):
    """Central differences of fourth order."""
    at = numbers(args)

    def moved(index, by):
        values = [v + by * (i == index) for i, v in enumerate(at)]
        return function(*copy.deepcopy(filled(args, iter(values))))

    weights = ((1, 8.0), (-1, -8.0), (2, -1.0), (-2, 1.0))
    return [
        sum(weight * moved(index, k * step) for k, weight in weights) / (12.0 * step)
        for index in range(len(at))
    ]


def wrt_of(args):
    return tuple(at for at, arg in enumerate(args) if not isinstance(arg, int))


@pytest.mark.parametrize(("function", "args"), CASES)
def test_reverse_against_differences(function, args):
    value, gradient = value_and_grad(function, wrt_of(args))(*copy.deepcopy(args))
    assert value == function(*copy.deepcopy(args))
    assert numbers(gradient) == pytest.approx(slopes(function, args), rel=1e-6, abs=1e-8)


@pytest.mark.parametrize(("function", "args"), CASES)
def test_forward_against_reverse(function, args):
    wrt = wrt_of(args)
    gradient = numbers(grad(function, wrt)(*copy.deepcopy(args)))
    seeds = [0.5 - 0.3 * at for at in range(len(gradient))]
    tangents = filled(tuple(args[at] for at in wrt), iter(seeds))
    value, slope = jvp(function, wrt)(*copy.deepcopy(args), *tangents)
    assert value == function(*copy.deepcopy(args))
    assert slope == pytest.approx(sum(map(float.__mul__, seeds, gradient)), rel=1e-12)


SCALAR = [case for case in CASES if not any(isinstance(a, list | Body) for a in case.values[1])]


@pytest.mark.parametrize(("function", "args"), SCALAR)
def test_second_order(function, args):
    wrt = wrt_of(args)
    rows = hessian(function, wrt)(*args)
    for at, row in zip(wrt, rows, strict=True):
        first = grad(function, (at,))
        expected = slopes(lambda *given, first=first: first(*given)[0], args)
        assert list(row) == pytest.approx(expected, rel=1e-5, abs=1e-7)


@pytest.mark.parametrize(("function", "args"), CASES)
def test_static_use_gives_the_same_text(function, args):
    module = read_module(ruled_functions.__file__)
    target = find_target(module, function.__name__)
    types = types_from_annotations(target, {})
    text = compile_text(lower(target, types).function, (Step("value_and_grad", (0,)),)).source
    live = value_and_grad(function, (0,))
    live(*copy.deepcopy(args))
    assert text == live.source


def test_the_function_is_called_and_not_written_out():
    source = value_and_grad(ruled_functions.of_root_in_a_loop).source
    assert "from tests.rules.ruled_functions import root" in source
    assert "while" not in source
    assert source.count("root(") == 1  # recorded, not computed again in the reverse sweep


def test_a_linear_function_is_its_own_pushforward():
    source = jvp(ruled_functions.of_mixed).source
    assert "mixed(a_dot, a_dot * b, weight=2.0)" in source.replace("a_dot * b", "a_dot * b")


def test_zero_tangents_stay_out_of_the_text():
    source = jvp(ruled_functions.of_polar, "r").source
    assert "0.0" not in source


def test_a_transform_of_the_function_itself_uses_its_rule():
    assert "root(a, b)" in value_and_grad(root).source
    assert vjp(root)(0.8, 1.7, 1.0) == value_and_grad(root)(0.8, 1.7)


def in_package(tmp_path, name, **files):
    (tmp_path / name).mkdir()
    (tmp_path / name / "__init__.py").write_text("")
    for file, text in files.items():
        (tmp_path / name / f"{file}.py").write_text(textwrap.dedent(text))


def static_text(path, name="f"):
    function = find_target(read_module(str(path)), name)
    types = types_from_annotations(function, {})
    return compile_text(lower(function, types).function, (Step("grad"),)).source


def test_rules_of_other_files_count(tmp_path):
    in_package(
        tmp_path,
        "pkg_of_rules",
        model="""
            def steep(x):
                return x ** 9
            """,
        rules="""
            import s2sdiff
            from . import model

            @s2sdiff.pullback(model.steep)
            def steep_pullback(x, y, y_bar):
                return 1000.0 * y_bar
            """,
        main="""
            from . import rules
            from .model import steep

            def f(x):
                return steep(x) * 2.0
            """,
    )
    source = static_text(tmp_path / "pkg_of_rules" / "main.py")
    assert "return 2000.0" in source


def test_a_rule_on_some_paths_only_is_refused(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(
        textwrap.dedent(
            """
            import sys
            import s2sdiff

            def g(x):
                return x * x

            if sys.argv:
                @s2sdiff.pullback(g)
                def g_pullback(x, y, y_bar):
                    return 7.0 * y_bar

            def f(x):
                return g(x)
            """
        )
    )
    with pytest.raises(S2SDiffError, match="g has a rule that is known only at run time"):
        static_text(path)


def test_a_rule_for_a_library_function_in_static_use(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(
        textwrap.dedent(
            """
            import statistics
            import s2sdiff

            @s2sdiff.pullback(statistics.fmean)
            def mean_pullback(xs, y, y_bar):
                return [y_bar / len(xs) for _ in xs]

            def f(xs: list[float]):
                return statistics.fmean(xs) ** 2
            """
        )
    )
    source = static_text(path)
    scope = {}
    exec(source, scope)
    assert scope["f_grad"]([1.0, 2.0, 6.0]) == pytest.approx([2.0, 2.0, 2.0])


def late(x):
    return x * x


def of_late(x):
    return late(x) * 3.0


def test_a_rule_declared_later_counts_from_then_on():
    slope = grad(of_late)
    assert slope(2.0) == 12.0

    @s2sdiff.pullback(late)
    def late_pullback(x, y, y_bar):
        return 5.0 * y_bar

    assert slope(2.0) == 15.0


def changes(xs):
    xs.append(1.0)
    return sum(xs)


def too_many(x):
    return x


def wrong_shape(xs):
    return sum(xs)


def only_pushed(xs):
    return sum(xs)


def weighted(x, *, weight=1.0):
    return x * weight


def of_changes(xs: list[float]):
    return changes(xs)


def of_too_many(x):
    return too_many(x) + 1.0


def of_wrong_shape(xs: list[float]):
    return wrong_shape(xs)


@s2sdiff.pullback(weighted)
def weighted_pullback(x, y, y_bar, *, weight=1.0):
    return weight * y_bar


def of_weighted(x):
    return weighted(x, weight=x)


def of_only_pushed(xs: list[float]):
    return only_pushed(xs)


@s2sdiff.pullback(changes)
def changes_pullback(xs, y, y_bar):
    return [y_bar for _ in xs]


@s2sdiff.pullback(too_many)
def too_many_pullback(x, y, y_bar):
    return y_bar, y_bar


@s2sdiff.pullback(wrong_shape)
def wrong_shape_pullback(xs, y, y_bar):
    return y_bar


@s2sdiff.pushforward(only_pushed)
def only_pushed_pushforward(xs, y, xs_dot):
    return sum(xs_dot)


@pytest.mark.parametrize(
    ("function", "args", "sentence"),
    [
        (of_changes, ([1.0],), "S2S307 changes has a rule, and changes its argument xs"),
        (
            of_too_many,
            (1.0,),
            "S2S203 the rule of tests.rules.test_general_rules.too_many gives a tuple of 2 as the "
            "derivative of a float",
        ),
        (
            of_wrong_shape,
            ([1.0],),
            "S2S203 the rule of tests.rules.test_general_rules.wrong_shape gives a float as the "
            "derivative of a list[float]",
        ),
        (
            of_only_pushed,
            ([1.0],),
            "S2S203 the rule of tests.rules.test_general_rules.only_pushed has no pullback, which "
            "lists need",
        ),
        (
            of_weighted,
            (1.0,),
            "S2S203 weight goes to weighted by keyword, where its rule gives no derivative, and has",
        ),
    ],
)
def test_refusals(function, args, sentence):
    with pytest.raises(S2SDiffError) as caught:
        grad(function)(*args)
    assert str(caught.value).startswith(sentence)


def test_a_pushforward_alone_is_enough_for_forward_mode():
    assert jvp(of_only_pushed)([1.0, 2.0], [0.5, 0.25]) == (3.0, 0.75)


def test_declarations_that_say_nothing():
    with pytest.raises(S2SDiffError, match="@pullback names no function"):
        s2sdiff.pullback()
    with pytest.raises(S2SDiffError, match="says nothing about silent"):

        @s2sdiff.elementwise()
        def silent(x):
            return x

    with pytest.raises(S2SDiffError, match="no module has it under its own name"):
        s2sdiff.pullback(lambda x: x)


@s2sdiff.elementwise(symbolic="x * LambertW(x)")
def lambert(x):
    return x


def of_lambert(x):
    return lambert(x)


def test_sympy_has_no_python_for_it():
    with pytest.raises(S2SDiffError, match="SymPy gives no partials of x \\* LambertW"):
        grad(of_lambert)(1.0)


def test_partials_read_the_result_where_they_can():
    source = grad(ruled_functions.softplus).source
    assert math.isclose(grad(ruled_functions.softplus)(0.3), 1.0 / (1.0 + math.exp(-0.3)))
    assert "exp(x)" in source
