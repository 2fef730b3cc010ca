"""The textbook trace: the book's own example letter by letter, and the numbers of many functions."""

import math
import subprocess
import sys

import numpy as np
import pytest

from s2sdiff import grad, jacobian
from s2sdiff.errors import BadArgument
from s2sdiff.show.trace import render_text, trace_table


def example(x):
    return math.sqrt(x**2 + math.exp(x**2)) + math.cos(x**2 + math.exp(x**2))


EXAMPLE_5_14 = """\
The derivative of example(x) with respect to x

1. Intermediate variables (5.123-5.128)

  a = x**2
  b = exp(a)
  c = a + b
  d = sqrt(c)
  e = cos(c)
  f = d + e

2. Partials of the intermediate variables (5.129-5.134)

  da/dx = 2 * x
  db/da = exp(a)
  dc/da = 1
  dc/db = 1
  dd/dc = 1 / (2 * sqrt(c))
  de/dc = -sin(c)
  df/dd = 1
  df/de = 1

3. Accumulation from the output back (5.135-5.138)

  df/dc = df/dd * dd/dc + df/de * de/dc
  df/db = df/dc * dc/db
  df/da = df/db * db/da + df/dc * dc/da
  df/dx = df/da * da/dx

4. The same with the partials substituted (5.139-5.142)

  df/dc = 1 * (1 / (2 * sqrt(c))) + 1 * (-sin(c))
  df/db = df/dc * 1
  df/da = df/db * exp(a) + df/dc * 1
  df/dx = df/da * (2 * x)
"""


def test_example_5_14(lowered):
    assert render_text(trace_table(lowered(example), (0,)), None) == EXAMPLE_5_14


def test_example_5_14_at_a_point(lowered):
    """Values are those of exact arithmetic, rounded once: 0.7**2 is 0.49."""
    text = render_text(trace_table(lowered(example), (0,)), {"x": 0.7})
    lines = [line.strip() for line in text.splitlines()]
    assert "At x = 0.7" in lines
    assert "a = x**2     = 0.49" in lines
    assert "dd/dc = 1 / (2 * sqrt(c))  = 0.3432139707132248" in lines
    assert "df/dx = df/da * (2 * x)                          = -1.874001704964713" in lines


def parameters_and_reassignment(x, y=2.0):
    x = x * y
    y = math.sin(x) / y
    return x * y + math.log(x)


def tuple_parameter(p: tuple[float, tuple[float, float]], scale):
    u, (v, w) = p
    return scale * (u * v - w / u) ** 2


def conditional(x, y):
    z = math.exp(x) if x > y else y * math.sin(x * y)
    return z * z + x


def two_choices(x, y):
    u, v = (x, y * x) if x > y and not x > 10 else (math.sin(y) * 2, math.cos(x))
    return u * v + max(x, y, u)


def helper(z):
    y = z * z
    return y + 1


def helpers(x):
    y = helper(x) * helper(2 * x)
    assert y > 0, f"y is {y}"
    return y


def powers(x, n):
    return x**n + n**x + x**3 + x**0.5 + 1 / x**2


def numpy_functions(x):
    return np.tanh(x) * np.arctan2(x, 2.0) + np.log2(x) - abs(-x)


def numpy_steps(x):
    return np.floor(x) * x + np.sign(x) + (x if np.isfinite(x) else 0.5)


def kinks(x, y):
    return max(x, y) + abs(x - y) + math.hypot(x, y) + math.floor(x) * x + x % y


def direct_and_indirect(x):
    a = math.sin(x)
    return a * math.exp(a)


def special(x):
    return math.gamma(x) + math.erf(x) * math.lgamma(x) + math.cbrt(x) * math.pi


def unused(x, y):
    return y**2


def constant(x):
    return 3.0


def identity(x):
    return x


def stepped(x):
    return math.floor(x)


def integer(x, n: int = 3):
    return x**n * n


SCALAR = [
    (example, (0.7,)),
    (parameters_and_reassignment, (0.7, 2.5)),
    (tuple_parameter, ((0.7, (2.5, -1.5)), 3.0)),
    (conditional, (0.7, 0.3)),
    (conditional, (0.3, 0.7)),
    (two_choices, (2.0, 1.5)),
    (two_choices, (1.5, 2.0)),
    (helpers, (0.7,)),
    (powers, (0.7, 2.5)),
    (numpy_functions, (0.7,)),
    (numpy_steps, (1.5,)),
    (kinks, (2.7, 0.6)),
    (kinks, (1.25, 1.25)),
    (direct_and_indirect, (0.7,)),
    (special, (2.7,)),
    (unused, (1.0, 2.0)),
    (constant, (1.0,)),
    (identity, (1.5,)),
    (stepped, (1.5,)),
    (integer, (1.5, 3)),
]


def flat(tree):
    return [leaf for part in tree for leaf in flat(part)] if isinstance(tree, tuple) else [tree]


def point_of(function, args):
    """The arguments as `--at` gives them, tuples by index."""
    point = {}

    def visit(name, value):
        if isinstance(value, tuple):
            for index, item in enumerate(value):
                visit(f"{name}[{index}]", item)
        else:
            point[name] = float(value)

    for name, value in zip(function.__code__.co_varnames, args, strict=False):
        visit(name, value)
    return point


def printed_derivatives(text):
    """The numbers of part 4, by their symbols."""
    part = text[text.index("4. ") :].splitlines()[2:]
    return {line.split(" = ")[0].strip(): float(line.rpartition(" = ")[2]) for line in part}


@pytest.mark.parametrize(("function", "args"), SCALAR, ids=lambda v: getattr(v, "__name__", str(v)))
def test_numbers_are_those_of_the_gradient(lowered, function, args):
    wrt = tuple(range(len(args)))
    trace = trace_table(lowered(function), wrt)
    found = printed_derivatives(render_text(trace, point_of(function, args)))
    (output,) = trace.outputs
    inputs = [row.by for row in trace.substituted if row.by in inputs_of(trace)]
    names = [f"d{trace.names[output]}/d{trace.names[value]}" for value in inputs]
    expected = flat(grad(function, wrt)(*args))
    assert [found[name] for name in names] == pytest.approx(expected, rel=1e-12, abs=1e-300)


def inputs_of(trace):
    """Parameters, and what tuple parameters are opened into."""
    opened = {value for row in trace.variables if len(row.values) > 1 for value in row.values}
    return {*trace.function.body.params, *opened}


def several(x, y):
    a = x * y
    return a, (math.sin(a), x), 1.0


def test_several_results_have_a_derivative_each(lowered):
    trace = trace_table(lowered(several), (0, 1))
    text = render_text(trace, {"x": 0.7, "y": 2.5})
    assert "Result: a, b, x, c" in text
    assert [trace.names[output] for output in trace.outputs] == ["a", "b", "x", "c"]
    found = list(printed_derivatives(text).items())
    by_inputs = [value for symbol, value in found if symbol.endswith(("/dx", "/dy"))]
    expected = flat(jacobian(several, (0, 1))(0.7, 2.5))
    assert by_inputs == pytest.approx(expected, rel=1e-12)


def variadic(first, *rest):
    return first * sum(r**2 for r in rest)


def test_variadic_parameters_are_opened(lowered):
    trace = trace_table(lowered(variadic, rest="tuple[float, float]"), (0, 1))
    text = render_text(trace, {"first": 2, "rest[0]": 3, "rest_1": 4})
    assert "The derivative of variadic(first, *rest) with respect to first and rest" in text
    assert "rest_0, rest_1 = rest" in text
    found = printed_derivatives(text)
    assert [value for name, value in found.items() if "rest_" in name] == [12.0, 16.0]


def test_versions_of_a_variable_have_names_of_their_own(lowered):
    trace = trace_table(lowered(parameters_and_reassignment), (0, 1))
    assert list(trace.names.values()) == ["x", "y", "x_2", "a", "y_2", "b", "c", "d"]


def letters_taken(a, c):
    b = a * c
    return math.sin(b) + math.exp(b)


def test_letters_of_the_user_are_skipped(lowered):
    trace = trace_table(lowered(letters_taken), (0, 1))
    assert list(trace.names.values()) == ["a", "c", "b", "d", "e", "f"]


def uses_e(x):
    a = x
    for_b = a**2
    c = math.sin(for_b)
    return (c + 1.0) * (c * math.e) * math.sqrt(c)


def test_a_letter_that_is_a_constant_is_skipped(lowered):
    trace = trace_table(lowered(uses_e), (0,))
    assert "e" not in trace.names.values()
    assert "c * e" in render_text(trace, None)


def test_a_partial_of_the_output_says_what_is_held(lowered):
    """df/da is all that f gains through a; df/da|b is what it gains with b as it is."""
    text = render_text(trace_table(lowered(direct_and_indirect), (0,)), None)
    assert "dc/da|b = b" in text
    assert "dc/da = dc/db * db/da + dc/da|b" in text
    assert "dc/da = a * exp(a) + b" in text


def test_conditions_are_written_inside(lowered):
    text = render_text(trace_table(lowered(conditional), (0, 1)), None)
    assert "z = exp(x) if x > y else y * sin(x * y)" in text
    assert "dz/dx   = exp(x) if x > y else y * cos(x * y) * y" in text
    assert " > y\n" not in text


def test_zero_constant_and_identity(lowered):
    assert "da/dx = 0" in render_text(trace_table(lowered(constant), (0,)), None)
    assert "dx/dx = 1" in render_text(trace_table(lowered(identity), (0,)), None)
    assert "Result: x" in render_text(trace_table(lowered(identity), (0,)), None)
    assert "da/dx = 0" in render_text(trace_table(lowered(stepped), (0,)), None)
    assert "da/dx = 0" in render_text(trace_table(lowered(unused), (0, 1)), None)


def nothing(x):
    assert x > 0


def test_a_function_that_gives_nothing(lowered):
    text = render_text(trace_table(lowered(nothing), (0,)), None)
    assert text.count("(none)") == 3


def test_asserts_are_left_out(lowered):
    assert "assert" not in render_text(trace_table(lowered(helpers), (0,)), None)


@pytest.mark.parametrize(
    ("function", "point", "message"),
    [
        (example, {"y": 1.0}, "the point names y, which is no parameter of example"),
        (example, {}, "the point gives no x of example"),
        (powers, {"x": -1.0, "n": 0.5}, "powers has no derivative at x = -1.0, n = 0.5"),
        (special, {"x": -1.0}, "special has no derivative at x = -1.0"),
    ],
)
def test_points_that_do_not_fit(lowered, function, point, message):
    trace = trace_table(lowered(function), (0,))
    with pytest.raises(BadArgument, match=message) as caught:
        render_text(trace, point)
    assert caught.value.code == "S2S404"


def test_defaults_are_filled_in(lowered):
    trace = trace_table(lowered(parameters_and_reassignment), (0,))
    assert "At x = 0.7, y = 2.0" in render_text(trace, {"x": 0.7})


def cancels(x):
    return (x + 1e16) - 1e16


def test_the_branch_is_that_of_the_program_and_digits_are_exact(lowered):
    text = render_text(trace_table(lowered(cancels), (0,)), {"x": 0.1})
    assert text.splitlines()[5].endswith("= 1e+16")
    assert text.splitlines()[6].endswith("= 0.1")


def swapped(x, y):
    return x / y + y / x


def test_what_cancels_is_zero(lowered):
    text = render_text(trace_table(lowered(swapped), (0, 1)), {"x": 0.7, "y": 0.7})
    assert set(list(printed_derivatives(text).values())[-2:]) == {0.0}


def early_return(x, y):
    if x > y:
        return x, math.sin(y)
    return x * y * y, 1.0


def test_branches_with_several_results_are_one_variable_each(lowered):
    text = render_text(trace_table(lowered(early_return), (0, 1)), {"x": 1.0, "y": 2.0})
    assert "a = x if x > y else x * y * y  = 4.0" in text
    assert "b = sin(y) if x > y else 1     = 1.0" in text
    assert "da/dy = 0 if x > y else" in text


def test_the_room_is_light():
    code = (
        "import sys, s2sdiff.show.trace, s2sdiff.show.graph, s2sdiff.show.count;"
        "sys.exit(' '.join({'sympy', 'mpmath', 'numpy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stderr == "\n" or done.returncode == 0, done.stderr
