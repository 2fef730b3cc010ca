"""Random functions on random structures, for comparing forward, reverse and differences.

python -m tests.property.structures 2000        seeds 0 to 1999; prints the first that fails
"""

import dataclasses
import math
import random
import sys
from typing import Any, NamedTuple

from s2sdiff import jvp, vjp


class Couple(NamedTuple):
    one: Any
    two: Any


@dataclasses.dataclass
class Triple:
    a: Any
    b: Any
    label: str = "triple"


def structure(random_, depth):
    """A random structure of floats."""
    kind = (
        random_.choice(("float", "dict", "list", "tuple", "couple", "triple")) if depth else "float"
    )
    count = random_.randint(1, 3)
    match kind:
        case "dict":
            keys = random_.sample(("x", "y", "mass", 3, "a b"), count)
            return {key: structure(random_, depth - 1) for key in keys}
        case "list":
            return [structure(random_, depth - 1) for _ in range(count)]
        case "tuple":
            return tuple(structure(random_, depth - 1) for _ in range(count))
        case "couple":
            return Couple(structure(random_, depth - 1), structure(random_, depth - 1))
        case "triple":
            return Triple(structure(random_, depth - 1), structure(random_, depth - 1))
    return round(random_.uniform(0.5, 2.0), 3)


def reads(tree, text):
    """(expression, leaf) for every float in a structure that the variable `text` holds."""
    if isinstance(tree, float):
        return [(text, tree)]
    if isinstance(tree, dict):
        parts = [(f"{text}[{key!r}]", part) for key, part in tree.items()]
    elif isinstance(tree, Triple):
        parts = [(f"{text}.a", tree.a), (f"{text}.b", tree.b)]
    elif isinstance(tree, Couple):
        parts = [(f"{text}.one", tree.one), (f"{text}[1]", tree.two)]
    elif isinstance(tree, list | tuple):
        parts = [(f"{text}[{at}]", part) for at, part in enumerate(tree)]
    else:
        return []
    return [found for inner, part in parts for found in reads(part, inner)]


def leaves(tree):
    return [leaf for _, leaf in reads(tree, "")]


def filled(tree, values):
    """`tree` with other floats, and None for strings if those are cotangents."""
    if isinstance(tree, float):
        return next(values)
    if isinstance(tree, dict):
        return {key: filled(part, values) for key, part in tree.items()}
    if isinstance(tree, Triple):
        return Triple(filled(tree.a, values), filled(tree.b, values))
    if isinstance(tree, Couple):
        return Couple(filled(tree.one, values), filled(tree.two, values))
    return type(tree)([filled(part, values) for part in tree])


def number(random_, names):
    one, two = random_.choice(names), random_.choice(names)
    return random_.choice(
        (
            f"{one} * {two}",
            f"math.sin({one})",
            f"{one} + 2.0 * {two}",
            f"{one} / ({two} * {two} + 1.0)",
        )
    )


def result(random_, names, depth):
    """The text of a random structure of numbers."""
    kind = random_.choice(("float", "dict", "list", "couple", "triple")) if depth else "float"
    parts = [result(random_, names, depth - 1) for _ in range(2)] if kind != "float" else []
    match kind:
        case "dict":
            return f'{{"u": {parts[0]}, **{{"v": {parts[1]}}}}}'
        case "list":
            return f"[{', '.join(parts)}]"
        case "couple":
            return f"Couple({parts[0]}, two={parts[1]})"
        case "triple":
            return f"dataclasses.replace(Triple(0.0, {parts[0]}), a={parts[1]})"
    return number(random_, names)


def program(seed):
    """The text of a function of `p` and an argument for it."""
    random_ = random.Random(seed)
    tree = structure(random_, 3)
    while not isinstance(tree, dict | list | tuple | Triple) or type(tree) is list:
        tree = structure(random_, 3)
    names = [text for text, _ in reads(tree, "p")]
    lines = ["def f(p):"]
    for at in range(random_.randint(1, 4)):
        name = f"v{at}"
        lines.append(f"    {name} = {number(random_, names)}")
        names.append(name)
    test, one, two = (random_.choice(names) for _ in range(3))
    lines.append(
        f"    q = Couple({one}, {two}) if {test} > 1.00037 else Couple(two={one}, one={test})"
    )
    names += ["q.one", "q[1]"]
    if random_.random() < 0.5:
        lines += [
            f"    if {two} > 1.10037:",
            f"        s = {{'k': {one}, 'name': 'n'}}",
            "    else:",
        ]
        lines.append(f"        s = {{'k': {two} * 2.0, 'name': 'n'}}")
        names.append("s['k']")
    lines.append(f"    return {result(random_, names, 2)}")
    return "\n".join(lines) + "\n", tree


def compare(seed):
    """Raise AssertionError where forward, reverse and central differences disagree."""
    text, tree = program(seed)
    scope = {"__name__": __name__, "math": math, "dataclasses": dataclasses}
    scope.update(Couple=Couple, Triple=Triple)
    exec(compile(text, f"<structures {seed}>", "exec"), scope)
    function = scope["f"]
    random_ = random.Random(-seed)
    direction = [random_.uniform(-1.0, 1.0) for _ in leaves(tree)]
    value, tangent = jvp(function, source=text)(tree, filled(tree, iter(direction)))
    wanted = function(tree)
    assert value == wanted, (seed, text)
    step = 1e-6
    sides = [
        leaves(
            function(
                filled(
                    tree, iter([x + s * d for x, d in zip(leaves(tree), direction, strict=True)])
                )
            )
        )
        for s in (step, -step)
    ]
    for found, above, below in zip(leaves(tangent), *sides, strict=True):
        assert abs(found - (above - below) / (2 * step)) < 1e-6 * (1 + abs(found)), (seed, text)
    bars = [random_.uniform(-1.0, 1.0) for _ in leaves(wanted)]
    again, pulled = vjp(function, source=text)(tree, filled(wanted, iter(bars)))
    assert again == wanted, (seed, text)
    assert like(pulled) == like(tree), (seed, text)
    left = sum(map(float.__mul__, bars, leaves(tangent)))
    right = sum(a * b for a, b in zip(direction, leaves(pulled), strict=True))
    assert abs(left - right) < 1e-12 * (1 + abs(left)), (seed, text)


def like(tree):
    """The structure alone."""
    return repr(filled(tree, iter([0.0] * len(leaves(tree)))))


if __name__ == "__main__":
    count = int(sys.argv[1])
    for seed in range(count):
        compare(seed)
    print(f"{count} programs on structures agree")
