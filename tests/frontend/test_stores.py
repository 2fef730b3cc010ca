"""Stores into dicts and into fields of dataclasses, under all names that they have."""

import math
from dataclasses import dataclass, field, replace

import pytest

from s2sdiff import S2SDiffError, grad, hessian, jvp, value_and_grad
from s2sdiff.frontend.lower import lower
from s2sdiff.frontend.modules import read_module
from s2sdiff.frontend.signatures import types_from_annotations
from s2sdiff.frontend.targets import find_target
from s2sdiff.pipeline import Step, compile_text


@dataclass
class Body:
    mass: float
    speed: float = 0.0

    def push(self, force, time):
        self.speed += force / self.mass * time
        return self.speed

    @property
    def energy(self):
        return 0.5 * self.mass * self.speed**2


@dataclass
class Pair:
    left: Body
    right: Body
    log: list = field(default_factory=list)


def entries(x, y):
    d = {"a": x}
    d["b"] = y * x
    d["a"] += d["b"]
    d["c"] = d.pop("a") * d["b"]
    del d["b"]
    return d["c"] * d.setdefault("k", y) * len(d)


def updated(x, y):
    d = dict.fromkeys(("a",), x)
    d.update({"b": y}, c=x * y)
    d.update([("a", d["a"] * d["c"])])
    e = d.copy()
    e["a"] = 100.0
    f = d
    d |= {"e": y}
    return sum(f.values()) + e["b"]


def aliases(x, y):
    d = {"a": x}
    e = d
    e["a"] = d["a"] * y
    inner = {"d": d, "k": 2.0}
    inner["d"]["a"] += 1.0
    return d["a"] * e["a"] + inner["k"]


def in_a_loop(x, n: int):
    state = {"position": x, "speed": 0.0}
    for i in range(n):
        state["speed"] += -math.sin(state["position"]) * 0.1
        state["position"] += state["speed"] * (0.1 + i)
    return state["position"]


def on_one_side(x, y):
    d = {"a": x, "b": y}
    if x > 0.2:
        d["a"] = d["b"] * x
    else:
        d["b"] = x * x
    return d["a"] * d["b"]


def over_items(x, y):
    d = {"a": x, "b": y}
    for key, value in d.items():
        d[key] = value * value
    for key in d:
        d[key] *= 2.0
    return d["a"] - d["b"]


def fields(x, y):
    body = Body(x)
    body.speed = y
    body.mass *= body.speed
    other = body
    other.speed = body.mass * x
    return body.energy


def methods(x, n: int):
    body = Body(x, 1.0)
    total = 0.0
    for i in range(n):
        total += body.push(0.3 * i, 0.1) * x
    return total + body.energy


def helper(body, x):
    body.mass = body.mass * x


def passed_to_a_function(x, y):
    body = Body(y)
    helper(body, x)
    helper(body, x)
    return body.mass


def nested(x, y):
    pair = Pair(Body(x, y), Body(y, x))
    pair.left.speed *= pair.right.mass
    pair.right = replace(pair.left, mass=x * y)
    pair.right.speed = 3.0 * x
    pair.log.append(pair.left.speed)
    pair.log += [x]
    return pair.left.energy * pair.right.energy + sum(pair.log)


def copies_are_apart(x, y):
    body = Body(x, y)
    other = replace(body)
    other.speed = x * x
    return body.speed * other.speed


def early_exit(x, n: int):
    d = {"s": x}
    for i in range(n):
        if d["s"] > 2.0:
            break
        d["s"] = d["s"] * d["s"] + 0.1 * i
    return d["s"]


def two_objects(x, y):
    body = Body(x, y) if x > y else Body(y, x)
    return body.energy * body.mass


PROGRAMS = {
    entries: [(0.3, 0.7)],
    updated: [(0.3, 0.7)],
    aliases: [(0.3, 0.7)],
    in_a_loop: [(0.3, 4), (0.3, 0)],
    on_one_side: [(0.3, 0.7), (0.1, 0.7)],
    over_items: [(0.3, 0.7)],
    fields: [(0.3, 0.7)],
    methods: [(0.3, 4)],
    passed_to_a_function: [(0.3, 0.7)],
    nested: [(0.3, 0.7)],
    copies_are_apart: [(0.3, 0.7)],
    early_exit: [(1.3, 6), (0.1, 3)],
    two_objects: [(0.3, 0.7), (0.7, 0.3)],
}
CASES = [
    pytest.param(function, args, id=f"{function.__name__}-{at}")
    for function, points in PROGRAMS.items()
    for at, args in enumerate(points)
]
STEP = 1e-6


def wrt_of(args):
    return tuple(at for at, arg in enumerate(args) if not isinstance(arg, int))


def slopes(function, args):
    found = []
    for at in wrt_of(args):
        up, down = (
            tuple(arg + sign * STEP if at == index else arg for index, arg in enumerate(args))
            for sign in (1, -1)
        )
        found.append((function(*up) - function(*down)) / (2 * STEP))
    return found


@pytest.mark.parametrize(("function", "args"), CASES)
def test_both_modes(function, args):
    wrt = wrt_of(args)
    value, gradient = value_and_grad(function, wrt)(*args)
    assert value == function(*args)
    assert list(gradient) == pytest.approx(slopes(function, args), rel=1e-6, abs=1e-8)
    assert jvp(function, wrt)(*args, *[1.0] * len(wrt))[1] == pytest.approx(sum(gradient))


@pytest.mark.parametrize(("function", "args"), CASES)
def test_second_order(function, args):
    wrt = wrt_of(args)
    for at, row in zip(wrt, hessian(function, wrt)(*args), strict=True):
        assert list(row) == pytest.approx(slopes(grad(function, at), args), rel=1e-4, abs=1e-6)


def grows(state, x):
    if x > 3.0:
        return x
    state["turns"] = state["turns"] + x
    return grows(state, x * x)


def start(x):
    state = {"turns": 0.0}
    return grows(state, x) * state["turns"]


def test_a_change_inside_of_recursion_is_refused():
    with pytest.raises(S2SDiffError) as caught:
        grad(start)(1.1)
    assert str(caught.value).startswith("S2S307 a dict from outside the function is changed")


class Layer:
    scale = 2.0

    def __init__(self, weight, bias=0.1):
        self.weight = weight
        self.bias = bias
        self.calls = 0
        self.history = []

    def __call__(self, x):
        self.calls += 1
        y = math.tanh(self.weight * x + self.bias) * self.scale
        self.history.append(y)
        return y

    @property
    def penalty(self):
        return self.weight**2 + self.bias**2

    @staticmethod
    def loss(one, two):
        return (one - two) ** 2


class Twice(Layer):
    scale = 3.0

    def twice(self, x):
        return self(self(x))


class Number:
    def __init__(self, value):
        self.value = value

    def __add__(self, other):
        return Number(self.value + other.value)

    def __mul__(self, factor):
        return Number(self.value * factor)


class Counter:
    def __init__(self):
        self.total = 0.0

    def add(self, x):
        self.total += x
        return self


def layers(x, w):
    layer = Layer(w, bias=0.3 * w)
    total = 0.0
    for k in range(3):
        total += Layer.loss(layer(x * k), 0.5) * layer.calls
    return total + layer.penalty + sum(layer.history) + Twice(w).twice(x)


def operators(x, y):
    return ((Number(x) + Number(y)) * x).value


def counted(x, n: int):
    counter = Counter()
    for i in range(n):
        if i % 2:
            counter.add(x * i).add(1.0)
        x = x * 0.9
    return counter.total * x


def one_or_other(x, y):
    one, two = Number(x), Number(y)
    chosen = one if x > y else two
    return chosen.value * two.value


OBJECTS = [
    (layers, (0.3, 0.7)),
    (operators, (0.3, 0.7)),
    (counted, (0.4, 5)),
    (one_or_other, (0.4, 0.7)),
    (one_or_other, (0.7, 0.4)),
]


@pytest.mark.parametrize(("function", "args"), OBJECTS)
def test_objects_of_plain_classes(function, args):
    test_both_modes(function, args)
    test_second_order(function, args)


def test_static_use_of_plain_classes():
    module = read_module(__file__)
    for function in (layers, operators, counted):
        target = find_target(module, function.__name__)
        lowered = lower(target, types_from_annotations(target, {})).function
        text = compile_text(lowered, (Step("value_and_grad"),)).source
        assert text == value_and_grad(function).source
