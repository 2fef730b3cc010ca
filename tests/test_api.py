"""The operators as users meet them: decorators, arguments, structures, caching, pickling, source."""

import copy
import functools
import inspect
import linecache
import math
import multiprocessing
import pickle
import threading
import traceback

import pytest

import s2sdiff
from s2sdiff import grad, hessian, hvp, jacobian, jvp, value_and_grad, vjp

RATE = 2.0


def example(x):
    return math.sqrt(x**2 + math.exp(x**2)) + math.cos(x**2 + math.exp(x**2))


def product(x, y, z=3.0):
    return x * y**2 * z


@grad
def decorated(x):
    return math.sin(x) * RATE


@grad(wrt=("x", "y"))
def decorated_with_arguments(x, y):
    return x * y


class Spring:
    def __init__(self, stiffness):
        self.stiffness = stiffness

    @property
    def half(self):
        return self.stiffness / 2

    def energy(self, x):
        return self.half * x**2

    def __call__(self, x):
        return self.stiffness * x

    @grad(wrt="x")
    def force(self, x):
        return self.half * x**2

    @staticmethod
    def cube(x):
        return x**3

    @classmethod
    def named(cls, x):
        return x * cls.scale

    scale = 5.0


def test_example_5_14():
    assert grad(example)(1.0) == pytest.approx(5.983082595908695, rel=1e-15)
    assert value_and_grad(example)(1.0)[0] == example(1.0)


def test_decorators():
    assert decorated(0.5) == 2.0 * math.cos(0.5)
    assert decorated.primal(0.5) == 2.0 * math.sin(0.5)
    assert decorated_with_arguments(2.0, 5.0) == (5.0, 2.0)
    assert repr(decorated) == "<grad (wrt 0) of decorated>"
    assert decorated.__name__ == "decorated_grad"


@pytest.mark.parametrize("wrt", [1, -2, "y"])
def test_wrt_names_one_parameter(wrt):
    assert grad(product, wrt)(2.0, 3.0) == 36.0


def test_wrt_may_be_a_tuple():
    assert grad(product, ("z", 0))(2.0, 3.0) == (18.0, 27.0)
    assert grad(product, (1,))(2.0, 3.0) == (36.0,)


def test_products():
    assert vjp(math_pair, (0, 1))(2.0, 3.0, (1.0, 10.0)) == ((6.0, 5.0), (13.0, 12.0))
    assert jvp(math_pair, (0, 1))(2.0, 3.0, 1.0, 10.0) == ((6.0, 5.0), (23.0, 11.0))
    assert jacobian(math_pair, (0, 1))(2.0, 3.0) == ((3.0, 2.0), (1.0, 1.0))
    assert jacobian(math_pair)(2.0, 3.0) == (3.0, 1.0)
    assert hessian(product, (0, 1))(2.0, 3.0) == ((0.0, 18.0), (18.0, 12.0))
    assert hvp(product, (0, 1))(2.0, 3.0, x_dot=1.0, y_dot=0.5) == (9.0, 24.0)


def math_pair(x, y):
    return x * y, x + y


def test_seed_that_collides_with_a_parameter():
    def f(x, x_dot):
        return x * x_dot

    assert jvp(f)(2.0, 3.0, 1.0) == (6.0, 3.0)


def test_nested_operators():
    assert grad(grad(lambda x: x**4))(2.0) == 48.0
    assert grad(grad(grad(lambda x: x**4)))(2.0) == 48.0
    assert jacobian(grad(product, (0, 1)), (0, 1))(2.0, 3.0) == ((0.0, 18.0), (18.0, 12.0))
    forward_of_forward = jvp(jvp(lambda x: x**3))
    assert forward_of_forward(2.0, 1.0, 1.0) == ((8.0, 12.0), (12.0, 12.0))


def test_structures_come_back():
    def norm(pair, scale):
        (a, b), c = pair
        return scale * (a * a + b * b + c)

    assert grad(norm, (0, 1))(((1.0, 2.0), 3.0), 2.0) == (((4.0, 8.0), 2.0), 8.0)


def test_variable_arguments():
    def total(*xs):
        return sum(x * x for x in xs)

    gradient = grad(total)
    assert gradient(1.0, 2.0) == (2.0, 4.0)
    assert gradient(1.0, 2.0, 3.0) == (2.0, 4.0, 6.0)


def test_a_generated_function_refuses_other_lengths():
    def total(xs):
        return sum(xs)

    generated = grad(total)
    generated((1.0, 2.0))
    with pytest.raises(ValueError, match="too many values to unpack"):
        generated.__wrapped__((1.0, 2.0, 3.0))


def test_integers_have_float_derivatives():
    gradient = grad(lambda n: n * 3)(2)
    assert gradient == 3.0 and isinstance(gradient, float)
    gradient = grad(lambda n, m: n * m)(2, 7)
    assert gradient == 7.0 and isinstance(gradient, float)
    assert grad(lambda p: p[0] * p[1])((2, 3)) == (3.0, 2.0)


def test_numpy_scalars():
    numpy = pytest.importorskip("numpy")
    assert grad(product)(numpy.float64(2.0), 3.0) == 27.0
    assert grad(lambda x: numpy.sin(x) * x)(0.5) == math.sin(0.5) + 0.5 * math.cos(0.5)


def test_methods_partials_and_callable_objects():
    spring = Spring(4.0)
    assert grad(spring.energy)(3.0) == 12.0
    assert grad(spring)(3.0) == 4.0
    assert spring.force(3.0) == 12.0
    assert grad(Spring.cube)(2.0) == 12.0
    assert grad(Spring.named)(2.0) == 5.0
    assert grad(functools.partial(product, 2.0))(3.0) == 36.0
    assert grad(functools.partial(product, z=1.0), (0, 1))(2.0, 3.0) == (9.0, 12.0)
    cached = functools.lru_cache(example)
    assert grad(cached)(1.0) == grad(example)(1.0)


def test_wrapping_decorators_are_followed():
    def doubled(function):
        @functools.wraps(function)
        def wrapper(*args, **keywords):
            return 2.0 * function(*args, **keywords)

        return wrapper

    @doubled
    def square(x):
        return x * x

    assert grad(square)(3.0) == 12.0


def test_several_lambdas_on_one_line():
    square, cube = (lambda x: x**2), (lambda x: x**3)
    assert (grad(square)(2.0), grad(cube)(2.0)) == (4.0, 12.0)
    twins = [lambda x: x * 2.0, lambda x: x * 2.0]
    assert [grad(twin)(1.0) for twin in twins] == [2.0, 2.0]


def test_closures_bind_late():
    def outer(x):
        scale = 1.0

        def inner(u):
            return u * scale

        scale = x * 2.0
        return inner(x)

    assert grad(outer)(3.0) == 12.0


def test_globals_that_change(monkeypatch):
    gradient = grad(lambda x: RATE * x)
    assert gradient(1.0) == 2.0
    monkeypatch.setitem(globals(), "RATE", 7.0)
    assert gradient(1.0) == 7.0


def test_objects_that_change():
    spring = Spring(4.0)
    force = grad(spring.energy)
    assert force(3.0) == 12.0
    spring.stiffness = 6.0
    assert force(3.0) == 18.0


def test_lists_that_change():
    weights = [1.0, 2.0]

    def f(x):
        return weights[0] * x + weights[1]

    gradient = grad(f)
    assert gradient(1.0) == 1.0
    weights[0] = 5.0
    assert gradient(1.0) == 5.0


def test_functions_that_change(monkeypatch):
    gradient = grad(lambda x: product(x, 1.0))
    assert gradient(1.0) == 3.0
    monkeypatch.setitem(globals(), "product", lambda x, y: 10.0 * x)
    assert gradient(1.0) == 10.0


def test_static_arguments_choose_the_code():
    def f(x, kind="sin", double=False):
        y = math.sin(x) if kind == "sin" else math.cos(x)
        return 2.0 * y if double else y

    gradient = grad(f)
    assert gradient(0.3) == math.cos(0.3)
    assert gradient(0.3, "cos") == -math.sin(0.3)
    assert gradient(0.3, "cos", double=True) == -2.0 * math.sin(0.3)
    with pytest.raises(ValueError, match="for kind = 'cos' only"):
        gradient.__wrapped__(0.3, "sin", double=True)


def test_defaults_of_every_kind():
    def f(x, *, p=(1.0, 2.0), none=None, flag=True):
        return x * p[0] + p[1] * x * x if none is None and flag else x

    gradient = grad(f)
    assert gradient(3.0) == 13.0
    assert "p=(1.0, 2.0), none=None, flag=True" in gradient.source
    assert gradient(3.0, p=(2.0, 5.0)) == 32.0
    assert gradient(3.0, none="given") == 1.0
    assert grad(f, ("x", "p"))(3.0) == (13.0, (3.0, 9.0))
    with pytest.raises(ValueError, match="for none = None only"):
        grad(f).__wrapped__(3.0, none=1.0)


def test_threads():
    gradient = grad(lambda x: x * x * 1.5)
    results = []

    def work():
        results.extend(gradient(float(i)) for i in range(50))

    workers = [threading.Thread(target=work) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(results) == sorted(3.0 * i for i in range(50) for _ in workers)


def test_exceptions_of_the_primal_come_through():
    with pytest.raises(ZeroDivisionError, match="float division by zero"):
        grad(lambda x: 1.0 / x)(0.0)
    with pytest.raises(ValueError, match="math domain error"):
        grad(lambda x: math.log(x))(-1.0)
    with pytest.raises(ValueError, match="math domain error"):
        grad(lambda x: 2.0 * math.atanh(x))(3.0)
    with pytest.raises(OverflowError, match="math range error"):
        value_and_grad(math_exp)(1000.0)
    with pytest.raises(AssertionError, match=r"x is -1\.0"):
        grad(asserting)(-1.0)


def math_exp(x):
    return math.exp(x)


def asserting(x):
    assert x > 0, f"x is {x}"
    return x * x


def test_dead_code_that_raises_still_raises():
    def f(x, y):
        unused = 1.0 / y
        del unused
        return x * x

    assert value_and_grad(f)(3.0, 1.0) == (9.0, 6.0)
    with pytest.raises(ZeroDivisionError):
        value_and_grad(f)(3.0, 0.0)


def test_complex_values_are_refused():
    with pytest.raises(s2sdiff.BadArgument, match="S2S407"):
        value_and_grad(lambda x: x**0.5)(-1.0)


def test_source_before_and_after_the_first_call():
    gradient = grad(example)
    assert "def example_grad(x):" in gradient.source
    gradient(1.0)
    scope = {}
    exec(gradient.source, scope)
    assert scope["example_grad"](0.3) == gradient(0.3)
    assert "s2sdiff" not in gradient.source.split("\n", 1)[1]


def test_inspect_and_linecache():
    gradient = grad(example)
    assert "c_bar" in inspect.getsource(gradient)
    assert str(inspect.signature(gradient)) == "(x)"
    linecache.clearcache()
    assert "c_bar" in inspect.getsource(gradient.__wrapped__)
    linecache.checkcache()
    assert "c_bar" in inspect.getsource(gradient.__wrapped__)


def test_tracebacks_show_generated_lines():
    try:
        grad(lambda x: 1.0 / x)(0.0)
    except ZeroDivisionError as problem:
        lines = traceback.format_exception(problem)
    assert any("s2sdiff-generated" in line and " / x" in line for line in lines)


def test_real_files_on_request(tmp_path, monkeypatch):
    monkeypatch.setenv("S2SDIFF_CACHE_DIR", str(tmp_path))
    grad(lambda x: x * 1.2345)(1.0)
    (path,) = tmp_path.glob("*.py")
    assert "1.2345" in path.read_text()


def test_pickling():
    gradient = grad(lambda x: x * x * 3.0)
    assert gradient(2.0) == 12.0
    again = pickle.loads(pickle.dumps(gradient))
    assert again(5.0) == 30.0
    assert again.source == gradient.source
    assert len(pickle.dumps(gradient)) < 1000


def test_pickling_of_decorated_functions():
    again = pickle.loads(pickle.dumps(decorated))
    assert again(0.5) == decorated(0.5)
    assert again(1) == decorated(1)


def test_an_unpickled_derivative_of_a_lost_function():
    gradient = grad(lambda x: x * x * 4.0)
    gradient(2.0)
    again = pickle.loads(pickle.dumps(gradient))
    with pytest.raises(s2sdiff.SourceUnavailable, match="S2S101"):
        again(1)


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_workers(method):
    with multiprocessing.get_context(method).Pool(1) as pool:
        assert pool.map(grad(example), [1.0]) == [grad(example)(1.0)]


def test_copies_are_the_same_object():
    gradient = grad(example)
    assert copy.copy(gradient) is gradient
    assert copy.deepcopy([gradient]) == [gradient]


def test_code_made_by_exec_needs_its_text():
    text = "def made(x):\n    return x * x\n"
    scope = {}
    exec(text, scope)
    with pytest.raises(s2sdiff.SourceUnavailable, match="source text of made is not available"):
        grad(scope["made"])(1.0)
    assert grad(scope["made"], source=text)(3.0) == 6.0


def test_text_that_does_not_belong_to_the_function():
    def made(x):
        return x * 3.0

    with pytest.raises(s2sdiff.SourceUnavailable, match="S2S105"):
        grad(made, source="def made(x):\n    return x * x\n")(1.0)


MESSAGES = {
    "no function": (
        lambda: grad(3.0),
        "S2S404 grad needs a function, not 3.0\n  write grad(f, wrt) or @grad",
    ),
    "a builtin": (
        lambda: grad(math.sin)(1.0),
        "S2S101 the source text of sin is not available\n"
        "  differentiate a Python function that calls it",
    ),
    "a string": (
        lambda: grad(example)("a"),
        "S2S403 example cannot be differentiated with respect to x: it is 'a'",
    ),
    "a list": (
        lambda: grad(example)([1.0, (2.0,)]),
        "S2S403 the list x holds values of different types\n  pass a tuple, or a list of numbers",
    ),
    "a complex number": (
        lambda: grad(example)(1j),
        "S2S403 example cannot be differentiated with respect to x: it is complex",
    ),
    "too few arguments": (
        lambda: grad(product)(1.0),
        "S2S404 product() cannot be called like this: missing a required argument: 'y'",
    ),
    "too many arguments": (
        lambda: grad(example)(1.0, 2.0),
        "S2S404 example() cannot be called like this: too many positional arguments",
    ),
    "an unknown keyword": (
        lambda: grad(example)(x=1.0, w=2.0),
        "S2S404 example() cannot be called like this: got an unexpected keyword argument 'w'",
    ),
    "wrt out of range": (
        lambda: grad(example, 1)(1.0),
        "S2S401 wrt names 1, which is no parameter of example",
    ),
    "wrt empty": (lambda: grad(example, ())(1.0), "S2S401 wrt is empty"),
    "wrt a bool": (
        lambda: grad(example, True)(1.0),
        "S2S401 wrt names True, which is no parameter of example",
    ),
    "a vector": (
        lambda: grad(math_pair)(1.0, 2.0),
        "S2S402 grad needs one float as the result of math_pair, not a tuple of 2",
    ),
    "grad of a gradient": (
        lambda: grad(grad(product, (0, 1)))(1.0, 2.0),
        "S2S402 grad needs one float as the result of product_grad, not a tuple of 2",
    ),
}


@pytest.mark.parametrize("name", MESSAGES)
def test_messages(name):
    call, message = MESSAGES[name]
    with pytest.raises(s2sdiff.S2SDiffError) as caught:
        call()
    assert str(caught.value).startswith(message)


def test_error_classes_are_also_python_s_own():
    with pytest.raises(TypeError):
        grad(example)(1.0, 2.0)


@pytest.mark.parametrize("name", ["grad", "value_and_grad", "vjp", "jvp", "jacobian", "hessian"])
def test_operators_are_documented(name):
    operator = getattr(s2sdiff, name)
    assert "wrt" in operator.__doc__ and name in repr(operator)


def powers(x, n):
    return 1.0 if n == 0 else x * powers(x, n - 1)


class Chain:
    def __init__(self, factor):
        self.factor = factor

    def value(self, x, n):
        return x if n <= 0 else self.factor * x * self.value(x, n - 1)


def test_recursion_in_live_use():
    assert s2sdiff.grad(powers)(2.0, 3) == 12.0
    assert s2sdiff.grad(Chain(2.0).value)(1.5, 2) == pytest.approx(4.0 * 3 * 1.5**2)


@s2sdiff.grad
def its_own(x, n: int):
    return x if n == 0 else x * its_own(x, n - 1)


def test_a_function_that_calls_its_own_derivative_is_refused():
    with pytest.raises(s2sdiff.S2SDiffError, match="its_own calls its own derivative, again"):
        its_own(1.0, 2)
