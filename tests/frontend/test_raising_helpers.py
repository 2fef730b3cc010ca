"""Functions that only raise, methods and objects inside derivatives, lists read in `try` statements."""

import pytest

import s2sdiff
from s2sdiff import S2SDiffError, grad, jvp, value_and_grad


class Model:
    def __init__(self, k):
        self.k = k

    def energy(self, y):
        return self.k * y * y

    def __call__(self, y):
        return self.k * y**3

    def force(self, y):
        return -grad(self.energy)(y)


def slope_of_a_method(x):
    return grad(Model(x).energy)(3.0)


def slope_of_a_method_at_the_variable(x):
    model = Model(x * x)
    return grad(model.energy)(x)


def slope_of_an_object(x):
    return grad(Model(x))(x)


def slope_inside_a_method(x):
    return Model(x).force(x) * x


class Shape:
    def area(self, x):
        raise NotImplementedError("area")

    def twice(self, x):
        return 2 * self.area(x)


class Square(Shape):
    def area(self, x):
        return x * x


def bad(x):
    raise ValueError(f"bad {x}")


def abstract_method(x):
    return Square().twice(x)


def in_an_expression(x):
    return bad(x) * 2 if x < 0 else x * x


def in_a_branch(x):
    if x < 0:
        y = bad(x)
    else:
        y = x * x
    return y


def in_a_conditional(x):
    y = x if x > 0 else bad(x)
    return y * y


def in_a_turn_that_does_not_come(x):
    s = 0.0
    for i in range(3):
        if i > 5:
            s += bad(x)
        s += x * x
    return s


def list_read_in_a_try(x, n=5):
    xs = [x, x * 2]
    try:
        return xs[n] * x
    except IndexError:
        return xs[-1] ** 2


def in_a_comprehension(x):
    n = 2 if x < 0 else 0
    ys = [bad(x) for _ in range(n)]
    return x * 2 + len(ys)


def in_a_branch_with_a_comprehension(x):
    y = x
    if x < 0:
        y = sum([bad(x) for _ in range(int(x * x))])
    return y * x


def in_the_test_of_a_loop(x):
    if x < 0:
        while bad(x):
            x = x * 2
    return x * x


def on_both_sides(x):
    if x < 0:
        x = bad(x) if x < -5 else bad(0.0 + x)
    return x * x


def on_both_sides_of_and(x):
    if x < 0 and bad(x):
        return x
    return x * x


@s2sdiff.elementwise(symbolic="y**2")
def squared(y):
    return y * y


def rule_of_a_parameter_named_y(x):
    return squared(x) * x


PROGRAMS = (
    slope_of_a_method,
    slope_of_a_method_at_the_variable,
    slope_of_an_object,
    slope_inside_a_method,
    abstract_method,
    in_an_expression,
    in_a_branch,
    in_a_conditional,
    in_a_turn_that_does_not_come,
    list_read_in_a_try,
    in_a_comprehension,
    in_a_branch_with_a_comprehension,
    in_the_test_of_a_loop,
    on_both_sides,
    on_both_sides_of_and,
    rule_of_a_parameter_named_y,
)


def result(f, x, **seeds):
    try:
        return f(x, **seeds)
    except ValueError as problem:
        return str(problem)


@pytest.mark.parametrize("f", PROGRAMS)
@pytest.mark.parametrize("x", [0.7, -1.1])
def test_as_the_function(f, x):
    wanted = result(f, x)
    found = [result(value_and_grad(f), x), result(jvp(f), x, x_dot=1.0)]
    if isinstance(wanted, str):
        assert found == [wanted] * 2
        return
    slope = (f(x + 1e-6) - f(x - 1e-6)) / 2e-6
    assert found == [pytest.approx((wanted, slope), rel=1e-6)] * 2


def test_branches_deeper_than_python_reads_are_refused(tmp_path):
    lines = [f"    if r > {i}:\n        return r * {i}.0\n    r = r * 1.01\n" for i in range(100)]
    text = "def f(x):\n    r = x\n" + "".join(lines) + "    return r\n"
    scope = {}
    exec(compile(text, "deep.py", "exec"), scope)
    with pytest.raises(S2SDiffError, match=r"S2S304 .* more than 98 deep in each other"):
        grad(scope["f"], source=text)(0.5)
