"""Dicts, dataclasses, namedtuples and lists: values, structure, second order, both ways in."""

import dataclasses
import math
import pickle
import subprocess
import sys
import types
from dataclasses import astuple, dataclass, field, replace
from pathlib import Path

import pytest

import s2sdiff
from s2sdiff import grad, hessian, hvp, jacobian, jvp, value_and_grad, vjp
from s2sdiff.errors import S2SDiffError
from s2sdiff.frontend.lower import lower
from s2sdiff.frontend.modules import read_module
from s2sdiff.frontend.signatures import types_from_annotations
from s2sdiff.frontend.targets import find_target
from s2sdiff.pipeline import Step, compile_text
from tests import structure_samples
from tests.property.structures import compare
from tests.structure_samples import (
    Body,
    Mixed,
    Named,
    Pair,
    Planet,
    Point,
    Vector,
    chosen,
    energy,
    moved,
    named,
    norm,
    pair,
    results,
    spin_energy,
    spring,
    vectors,
    with_default,
)

BODY = Body(2.0, Vector(1.0, 3.0))
PLANET = Planet(2.0, Vector(1.0, 3.0), spin=0.7)
FRIENDLY = [
    (energy, (BODY,)),
    (spin_energy, (PLANET,)),
    (spring, ({"mass": 2.0, "stiffness": 3.0}, 0.7)),
    (norm, (Point(0.6, 0.8),)),
    (pair, (Pair(0.6, 0.8),)),
    (named, (Named(0.6, 0.8),)),
    (vectors, (Vector(0.3, 0.4), 0.9)),
    (chosen, (Point(0.6, 0.8), 0.9)),
    (chosen, (Point(0.6, 0.8), 0.3)),
]


def inside(tree):
    """What a structure holds, by name; None for a leaf."""
    if isinstance(tree, dict):
        return tree
    if isinstance(tree, tuple | list):
        return dict(enumerate(tree))
    if dataclasses.is_dataclass(tree):
        return {f.name: getattr(tree, f.name) for f in dataclasses.fields(tree)}
    return None


def changed(tree, path, step):
    """`tree` with `step` added to the leaf at `path`."""
    if not path:
        return tree + step
    key, *rest = path
    part = changed(inside(tree)[key], rest, step)
    if isinstance(tree, dict):
        return {**tree, key: part}
    if dataclasses.is_dataclass(tree):
        return replace(tree, **{key: part})
    items = [part if at == key else item for at, item in enumerate(tree)]
    return type(tree)(*items) if hasattr(tree, "_fields") else type(tree)(items)


def paths(tree, path=()):
    """The paths of all float leaves."""
    parts = inside(tree)
    if parts is None:
        return [path] if isinstance(tree, float) else []
    return [found for key, part in parts.items() for found in paths(part, (*path, key))]


def leaf(tree, path):
    for key in path:
        tree = inside(tree)[key]
    return tree


def central(function, args, at, path):
    """The derivative by a float leaf of argument `at`, by central differences of order 4."""
    estimates = []
    for step in (1e-3, 5e-4):
        above, below = (
            function(*(changed(a, path, s) if i == at else a for i, a in enumerate(args)))
            for s in (step, -step)
        )
        estimates.append((above - below) / (2 * step))
    return (4 * estimates[1] - estimates[0]) / 3


def same_structure(one, two):
    """The same classes and keys all the way down; None stands for strings, bools and None."""
    parts, others = inside(one), inside(two)
    if parts is None:
        return isinstance(two, float) if isinstance(one, int | float) and one is not True else True
    if type(one) is not type(two) or list(parts) != list(others):
        return False
    return all(same_structure(parts[key], others[key]) for key in parts)


@pytest.mark.parametrize(
    ("function", "args"), FRIENDLY, ids=lambda part: getattr(part, "__name__", "")
)
def test_values_and_structure(function, args):
    every = tuple(range(len(args)))
    value, gradients = value_and_grad(function, every)(*args)
    assert value == pytest.approx(function(*args), rel=1e-14)
    for at, (arg, gradient) in enumerate(zip(args, gradients, strict=True)):
        assert same_structure(arg, gradient)
        for path in paths(arg):
            wanted = central(function, args, at, path)
            assert leaf(gradient, path) == pytest.approx(wanted, rel=1e-7, abs=1e-8)


@pytest.mark.parametrize(
    ("function", "args"), FRIENDLY, ids=lambda part: getattr(part, "__name__", "")
)
def test_second_order(function, args):
    """The Hessian by differences of the gradient, and the product with a direction."""
    gradient, second = grad(function), hessian(function)(*args)
    direction = args[0]
    product = hvp(function)(*args, direction)
    for row in paths(args[0]):
        total = 0.0
        for column in paths(args[0]):
            wanted = central(lambda *a, row=row: leaf(gradient(*a), row), args, 0, column)
            found = leaf(leaf(second, row), column)
            assert found == pytest.approx(wanted, rel=1e-6, abs=1e-7)
            total += found * leaf(direction, column)
        assert leaf(product, row) == pytest.approx(total, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(
    ("function", "args"), FRIENDLY[:8], ids=lambda part: getattr(part, "__name__", "")
)
@pytest.mark.parametrize("operator", ["grad", "value_and_grad", "jvp", "vjp", "hessian", "hvp"])
def test_static_and_live_give_the_same_text(function, args, operator):
    live = getattr(s2sdiff, operator)(function)
    seeds = {"jvp": args[:1], "hvp": args[:1], "vjp": (1.0,)}.get(operator, ())
    live(*args, *seeds)
    target = find_target(read_module(structure_samples.__file__), function.__name__)
    lowered = lower(target, types_from_annotations(target, {})).function
    assert compile_text(lowered, (Step(operator, 0),)).source == live.source


def test_emitted_text_runs_alone():
    """Without s2sdiff: it imports the class from the module of the user."""
    value_and_grad(energy)(BODY)
    made = value_and_grad(energy)
    value, gradient = made(BODY)
    scope = {}
    exec(made.source, scope)
    assert scope["energy_value_and_grad"](BODY) == (value, gradient)
    assert "from tests.structure_samples import Body, Vector" in made.source
    assert "s2sdiff" not in made.source.partition("\n")[2]


def test_pullback_and_pushforward_of_structures():
    p, x, direction = Point(0.6, 0.8), 1.3, Point(0.25, -0.5)
    value, tangent = jvp(results)(p, x, direction)
    assert value == results(p, x)
    assert same_structure(value, tangent)
    for path in paths(value):
        step = 1e-6
        above = results(Point(0.6 + 0.25 * step, 0.8 - 0.5 * step), x)
        below = results(Point(0.6 - 0.25 * step, 0.8 + 0.5 * step), x)
        wanted = (leaf(above, path) - leaf(below, path)) / (2 * step)
        assert leaf(tangent, path) == pytest.approx(wanted, rel=1e-8, abs=1e-9)
    bars = {"sum": 1.0, "parts": [0.5, (2.0, 0.25)], "pair": Pair(3.0, 7.0)}
    again, pulled = vjp(results)(p, x, bars)
    assert again == value and type(pulled) is Point
    forward = sum(leaf(bars, path) * leaf(tangent, path) for path in paths(value))
    assert pulled.x * 0.25 + pulled.y * -0.5 == pytest.approx(forward, rel=1e-14)


def test_a_seed_has_the_keys_of_the_result():
    with pytest.raises(ValueError, match="sorted"):
        vjp(results)(Point(1.0, 2.0), 3.0, {"sum": 1.0, "parts": [1.0, (1.0, 1.0)], "extra": 1.0})


def test_jacobian_is_a_structure_of_structures():
    found = jacobian(results, (0, 1))(Point(0.6, 0.8), 1.3)
    assert found["sum"] == (Point(1.0, 0.0), 1.0)
    assert found["parts"] == [
        (Point(1.3, 0.0), 0.6),
        ((Point(0.0, 1.0), 0.0), (Point(0.0, 0.0), 2.6)),
    ]
    assert found["pair"] == Pair((Point(0.8, 0.6), 0.0), (Point(0.0, 0.0), 0.0))


def test_a_record_goes_through_with_its_strings():
    value, tangent = jvp(moved, (0, 1))(BODY, 0.5, replace(BODY, name="other"), 1.0)
    assert value == moved(BODY, 0.5)
    assert tangent.name is None and tangent.note is None and tangent.steps == 0.0
    assert tangent.mass == 2.0
    assert tangent.position == Vector(1.0 + 0.5 * 0.5 + 0.5, 3.0 + 0.5 + 1.0 - 0.5 * 9.81)


def mixed(m: Mixed):
    if m.kind == "power":
        return m.values[0] ** m.power * m.options["k"]
    return m.values[1] * m.at.x if m.flag else m.values[1]


def test_inactive_leaves():
    """Strings, bools and None have None in their place, ints 0.0; what is looked at is compiled for."""
    made = grad(mixed)
    point = Mixed("power", 3, [-2.0, 5.0], {"k": 1.5, "unit": "m"}, True, Point(0.5, 2.0))
    assert made(point) == Mixed(
        None, 0.0, [18.0, 0.0], {"k": -8.0, "unit": None}, None, Point(0.0, 0.0)
    )
    other = replace(point, kind="product")
    assert made(other) == Mixed(
        None, 0.0, [0.0, 0.5], {"k": 0.0, "unit": None}, None, Point(5.0, 0.0)
    )
    assert made(replace(other, flag=False)).values == [0.0, 1.0]
    with pytest.raises(ValueError, match=r"m\.kind = 'product' only"):
        made.__wrapped__(point)


def nested(p):
    return p["w"][0] * p["layers"][1]["b"] + p["layers"][0]["b"] ** 2 + p["pt"].y * p["t"][1]


def test_structures_in_structures():
    p = {
        "w": [1.0, 2.0],
        "layers": [{"b": 1.5}, {"b": 2.5}],
        "pt": Point(1.0, 2.0),
        "t": (1.0, 2.0),
        3: {"unused": []},
    }
    assert grad(nested)(p) == {
        "w": [2.5, 0.0],
        "layers": [{"b": 3.0}, {"b": 1.0}],
        "pt": Point(0.0, 2.0),
        "t": (0.0, 2.0),
        3: {"unused": []},
    }


KEYS = ("a", "b")


def dict_algebra(p, x):
    q = {**p, "c": p["a"] * x}
    r = q | {"b": x**2}
    s = {k: v * 2.0 for k, v in r.items() if k != "a"}
    t = dict(s, d=r["a"])
    u = {name: t.get(name, 1.0) for name in (*KEYS, "c")}
    v = dict(u.items()) | dict.fromkeys(("e",), x)
    return sum(v.values()) + len(t) * t["d"] + t.get("zz", x) * ("b" in t) + taken(**p)


def taken(a, b=2.0, **rest):
    return a * b + len(rest)


def tuples(p: Vector):
    return sum(astuple(p)) * dataclasses.asdict(p)["x"] + Point(p.x)._asdict()["y"] * p.y


@pytest.mark.parametrize(
    ("function", "args"),
    [(dict_algebra, ({"a": 1.0, "b": 2.0}, 3.0)), (tuples, (Vector(0.5, 0.7),))],
)
def test_functions_of_structures(function, args):
    gradients = grad(function, tuple(range(len(args))))(*args)
    for at, gradient in enumerate(gradients):
        for path in paths(args[at]):
            wanted = central(function, args, at, path)
            assert leaf(gradient, path) == pytest.approx(wanted, rel=1e-7, abs=1e-8)


def test_one_compilation_for_each_set_of_keys():
    made = grad(lambda p: sum(value * value for value in p.values()))
    assert made({"a": 1.0, "b": 2.0}) == {"a": 2.0, "b": 4.0}
    first = made.source
    assert made({"a": 3.0, "b": 5.0}) == {"a": 6.0, "b": 10.0}
    assert made.source is first
    assert made({"a": 3.0, "c": 5.0}) == {"a": 6.0, "c": 10.0}
    assert list(made({"b": 3.0, "a": 5.0})) == ["b", "a"]
    assert made(Point(1.0, 2.0)._asdict()) == {"x": 2.0, "y": 4.0}


def test_keys_are_checked():
    """In their order only where that matters."""
    by_key, in_order = grad(spring), grad(lambda p: tuple(p.values())[1])
    by_key({"mass": 2.0, "stiffness": 3.0}, 0.7)
    in_order({"a": 1.0, "b": 2.0})
    given = by_key.__wrapped__({"stiffness": 3.0, "mass": 2.0}, 0.7)
    assert given == grad(spring)({"mass": 2.0, "stiffness": 3.0}, 0.7)
    with pytest.raises(ValueError, match="sorted"):
        by_key.__wrapped__({"mass": 2.0, "stiffness": 3.0, "damping": 1.0}, 0.7)
    with pytest.raises(ValueError, match="list"):
        in_order.__wrapped__({"b": 2.0, "a": 1.0})


def test_defaults_of_records():
    assert grad(with_default)(2.0) == 2 * 1.5 * 1.5 * 2.0
    made = grad(with_default, ("x", "at"))
    assert made(2.0, Point(1.0, 3.0)) == (12.0, Point(-12.0, 2.0))
    assert "at=Point(x=0.5, y=1.5)" in made.source
    assert made.__wrapped__(2.0) == (9.0, Point(-9.0, 4.5))


def test_ints_in_fields_declared_as_floats():
    assert grad(lambda p: p.x**2 * p.y)(Point(2, 3)) == Point(12.0, 4.0)
    assert grad(lambda p: p.left * p.right)(Pair(2, 3)) == Pair(3.0, 2.0)
    assert grad(lambda p: p["a"] * p["n"])({"a": 2.0, "n": 3}) == {"a": 3.0, "n": 0.0}
    assert grad(lambda p: p[0] ** p[1])((2.0, 1)) == (1.0, 2.0 * math.log(2.0))


def test_parts_of_a_result_are_not_shared():
    found = hessian(lambda p: p["a"] + p["b"])({"a": 1.0, "b": 2.0})
    assert found["a"] == found["b"]
    assert found["a"] is not found["b"]


def test_an_argument_that_contains_itself():
    loop = {}
    loop["again"] = loop
    with pytest.raises(S2SDiffError) as caught:
        grad(lambda p: p["x"])(loop)
    assert str(caught.value).startswith("S2S403 an argument contains itself")


@dataclass
class Series:
    first: float
    rest: list = field(default_factory=list)


def series(x: float):
    return sum((Series(x).first, *Series(x).rest, *Series(x, [x]).rest))


def test_default_factories():
    assert grad(series)(3.0) == 2.0


def test_methods_as_entry():
    assert grad(Body.kinetic)(BODY) == grad(lambda body: body.kinetic())(BODY)
    target = find_target(read_module(structure_samples.__file__), "Body.kinetic")
    lowered = lower(target, types_from_annotations(target, {})).function
    live = grad(Body.kinetic)
    live(BODY)
    assert compile_text(lowered, (Step("grad", 0),)).source == live.source
    moving = Vector(0.5, 1.5)
    assert grad(moving)(2.0) == 1.5


def test_types_by_name():
    target = find_target(read_module(structure_samples.__file__), "scaled")
    known = types_from_annotations(target, {"a": "Point", "b": "Parameters"})
    assert str(known["a"]) == "Point(x: float, y: float)"
    assert str(known["b"]) == "{mass: float, stiffness: float}"


def test_a_class_that_is_defined_anew(monkeypatch):
    """As when a cell of a notebook is run again: the text is the same, the class is not."""
    notebook = types.ModuleType("notebook")
    monkeypatch.setitem(sys.modules, "notebook", notebook)
    cell = "from dataclasses import dataclass\n@dataclass\nclass Cell:\n    x: float\n"
    text = "def square(c):\n    return c.x**2\n"
    exec(compile(text, "<notebook>", "exec"), notebook.__dict__)
    for _ in range(2):
        exec(cell, notebook.__dict__)
        made = grad(notebook.square, source=text)
        assert type(made(notebook.Cell(3.0))) is notebook.Cell


def test_pickles_by_source():
    made = grad(energy)
    wanted = made(BODY)
    assert pickle.loads(pickle.dumps(made))(BODY) == wanted


def test_generated_code_is_differentiated_again():
    first = grad(norm)
    first(Point(0.6, 0.8))
    generated = first.__wrapped__
    found = jacobian(generated)(Point(0.6, 0.8))
    assert found == hessian(norm)(Point(0.6, 0.8))


def test_checked_by_sympy():
    assert s2sdiff.check(norm).verdict == "EXACT"
    assert s2sdiff.check(spring, (0, 1)).verdict == "EXACT"
    assert s2sdiff.check(results, operator="jacobian").verdict == "EXACT"
    assert s2sdiff.check(chosen, (0, 1), args=(Point(0.6, 0.8), 0.9)).verdict == "EXACT"
    unknown = s2sdiff.check(energy)
    assert str(unknown) == "UNKNOWN: there are ints or bools in a dict, a record or a list"


def test_a_wrong_gradient_is_found():
    from s2sdiff.check.gradient import check_text
    from s2sdiff.emit.module import Emitted

    made = grad(spring)
    traced, emitted = made.compiled_for(None)
    wrong = emitted.source.replace('"mass": ', '"mass": 2.0 * ')
    assert wrong != emitted.source
    assert check_text(traced, made.plan, Emitted(wrong, emitted.name)).verdict == "DIFFERENT"


@dataclass
class Validated:
    x: float

    def __post_init__(self):
        assert self.x > 0


def test_refusals_of_live_objects():
    @dataclass
    class Local:
        x: float

    with pytest.raises(S2SDiffError) as caught:
        grad(lambda p: p.x**2)(Local(1.0))
    assert "the generated text cannot import it" in str(caught.value)
    with pytest.raises(S2SDiffError) as caught:
        grad(lambda p: p.x**2)(Validated(1.0))
    assert "it has a __post_init__" in str(caught.value)
    assert grad(lambda k, p: k * p.x)(3.0, Validated(2.0)) == 2.0
    with pytest.raises(S2SDiffError) as caught:
        grad(lambda p: p["a"])({("a",): 1.0})
    assert str(caught.value).startswith("S2S403 the dict p has the key ('a',)")
    with pytest.raises(S2SDiffError) as caught:
        grad(lambda p: p.missing)(BODY)
    assert str(caught.value).startswith("S2S104 Body has no attribute missing")
    with pytest.raises(S2SDiffError) as caught:
        grad(lambda x, body=BODY: x * body.mass)(1.0)
    assert str(caught.value).startswith("S2S403 the default of body is an object of class Body")


def test_constants_of_classes_are_followed():
    made = grad(lambda v: v.length * v.x)
    before = made(Vector(3.0, 4.0)).y
    original = Vector.length
    try:
        Vector.length = property(lambda self: self.y**2)
        assert made(Vector(3.0, 4.0)).y == 24.0
    finally:
        Vector.length = original
    assert made(Vector(3.0, 4.0)).y == before


def test_the_example_of_the_readme(tmp_path):
    readme = (Path(__file__).parent.parent / "README.md").read_text()
    section = readme[readme.index("### Structures") : readme.index("### Loops, lists")]
    program, shown = (part.partition("```")[0] for part in section.split("```python\n")[1:])
    path = tmp_path / "springs.py"
    path.write_text(f"from dataclasses import dataclass\n\n\n{program}")
    target = find_target(read_module(str(path)), "loss")
    lowered = lower(target, types_from_annotations(target, {})).function
    emitted = compile_text(lowered, (Step("grad", 0),)).source
    assert emitted.partition("\n\n")[2] == shown


@pytest.mark.parametrize("seed", range(60))
def test_random_programs(seed):
    compare(seed)


def test_trace_opens_structures():
    command = [sys.executable, "-m", "s2sdiff.cli", "trace", f"{structure_samples.__file__}:spring"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert "p_mass, p_stiffness = p" in done.stdout
    assert "dp_stiffness" in done.stdout
