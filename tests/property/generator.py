"""Random programs of the accepted subset, as source text.

A program is a function of some floats, lists of floats and integers, made of assignments (also to
names used before), tuples, helper functions, recursion, lambdas, conditional expressions, `if` and
`match` statements, loops, lists and records, with early returns. Most values stay of moderate size
and away from domain borders, so that derivatives can be compared tightly; programs that raise or
overflow are left out by the caller.
"""

import random
from typing import Any, NamedTuple

from tests.property import holders, lists, loops, shapes, stores, tables

UNARY = ("sin", "cos", "tanh", "atan", "asinh")
LITERALS = ("0.5", "2.0", "3.0", "-1.5", "0.25", "1e-1", "1.25")


class Program(NamedTuple):
    """The text of a function `f`, arguments for it, and the indices of the differentiable ones."""

    text: str
    arguments: tuple[Any, ...]
    wrt: tuple[int, ...]


class Generator:
    """One random program; the same seed gives the same text. `most` statements stand in its body, of
    which each may contain others; 0 leaves it to chance.

    `names` are floats that are bound for sure, `lists` lists of floats, `integers` integers, `objects`
    dicts and records, `tables` lists of lists.
    """

    record = shapes.RECORD

    def __init__(self, seed, most=0):
        self.random = random.Random(seed)
        self.most = most
        self.lines = []
        self.helpers = []
        self.texts = {}
        self.names = []
        self.lists = []
        self.integers = []
        self.objects = []
        self.tables = []
        self.loops = 0
        self.fresh = 0

    def program(self):
        parameters, arguments, wrt = [], [], []
        names = [f"x{index}" for index in range(self.random.randint(1, 3))]
        vectors = [f"v{index}" for index in range(self.choose((0, 0, 1, 1, 2)))]
        integers = ["n"] if self.random.random() < 0.4 else []
        for name in [*names, *vectors, *integers]:
            kind = "int" if name in integers else "list[float]" if name in vectors else "float"
            if kind != "int":
                wrt.append(len(parameters))
            parameters.append(f"{name}: {kind}")
            arguments.append(self.argument(kind))
        most = self.most or self.choose((2, 3, 6))
        for index in range(self.random.randint(0, most // 2)):
            self.helper(index)
        self.names, self.lists, self.integers = names, vectors, integers
        self.lines = []
        for _ in range(self.random.randint(1, most)):
            self.statement(1)
        result = self.expression(2)
        if self.lists and self.random.random() < 0.7:
            result += f" + sum({self.choose(self.lists)})"
        self.lines.append(f"    return {result}")
        text = ["import math"]
        for lines in [*self.texts.values(), *(body for _, body in self.helpers)]:
            text += ["", "", *lines]
        text += ["", "", f"def f({', '.join(parameters)}):", *self.lines, ""]
        return Program("\n".join(text), tuple(arguments), tuple(wrt))

    def argument(self, kind):
        if kind == "int":
            return self.random.randint(0, 4)
        if kind == "float":
            return round(self.random.uniform(-2.0, 2.0), 3)
        return [self.argument("float") for _ in range(self.random.randint(1, 4))]

    def helper(self, index):
        name = f"h{index}"
        outer = self.lines, self.scope()
        self.lines = []
        self.restore((["u", "v"], [], [], [], []))
        for _ in range(self.random.randint(0, 2)):
            self.statement(1)
        self.lines.append(f"    return {self.expression(2)}")
        body = [f"def {name}(u, v=0.5):", *self.lines]
        self.lines = outer[0]
        self.restore(outer[1])
        self.helpers.append((name, body))

    def scope(self):
        parts = self.names, self.lists, self.integers, self.objects, self.tables
        return tuple(list(part) for part in parts)

    def restore(self, scope):
        parts = (list(part) for part in scope)
        self.names, self.lists, self.integers, self.objects, self.tables = parts

    def choose(self, options):
        return self.random.choice(options)

    def target(self):
        """A new name, or one that is overwritten."""
        if self.names and self.random.random() < 0.35:
            return self.choose(self.names)
        return self.choose(["a", "b", "c", "d", "t", "x_bar", "y"])

    def statement(self, depth):
        pad = "    " * depth
        special = self.random.random()
        if special < 0.2 and self.loops < loops.MOST_NESTED and depth < 5:
            loops.loop(self, depth)
            return
        if special < 0.4:
            lists.statement(self, pad)
            return
        if special < 0.46:
            shapes.statement(self, depth)
            return
        if special < 0.52:
            stores.statement(self, depth)
            return
        if special < 0.62:
            tables.statement(self, depth)
            return
        if special < 0.66:
            holders.statement(self, depth)
            return
        kind = self.random.random()
        if kind < 0.55 or depth > 3:
            target = self.target()
            self.lines.append(f"{pad}{target} = {self.expression(2)}")
            self.note(target)
        elif kind < 0.65:
            target = self.choose(self.names)
            self.lines.append(
                f"{pad}{target} {self.choose(['+=', '*=', '-='])} {self.expression(2)}"
            )
        elif kind < 0.75:
            one, two = self.target(), self.target()
            if one == two:
                two += "_"
            self.lines.append(f"{pad}{one}, {two} = {self.expression(2)}, {self.expression(2)}")
            self.note(one)
            self.note(two)
        elif kind < 0.78:
            self.structure(pad)
        elif kind < 0.81:
            target = self.target()
            inner = self.expression(2)
            self.lines.append(f"{pad}g = lambda z, w={self.atom()}: z * w + {inner}")
            self.lines.append(f"{pad}{target} = g({self.atom()})")
            self.note(target)
        else:
            self.branch(depth)

    def structure(self, pad):
        """Tuples, comprehensions, nested functions, asserts and assignments inside expressions."""
        target = self.target()
        one, two, three = (self.expression(1) for _ in range(3))
        lines = self.choose(
            [
                [f"{target}, *rest = {one}, {two}, {three}", f"{target} = {target} - sum(rest)"],
                [f"{target} = sum(q * {self.atom()} for q in ({one}, {two}))"],
                [f"{target} = math.prod([q + 0.5 for q in ({one}, {two}, {three})])"],
                [f"{target} = max({one}, {two}, {three})"],
                [
                    f"pair = ({one}, ({two}, {three}))",
                    f"{target} = pair[1][0] * pair[-1][1] + pair[0]",
                ],
                [f"assert {self.atom()} < 1e6, f'{{{self.atom()}}}'", f"{target} = {one}"],
                [f"{target} = ({target}_ := {one}) * {target}_"],
                [
                    f"def inner(p, *more, k={self.atom()}):",
                    f"    return p * k + sum(more) + {two}",
                    f"{target} = inner({one}, {three}, k={self.atom()})",
                ],
                [f"{target} = {one} if -3 < {self.atom()} <= {two} < 5 else {three}"],
                [f"{target} = ({self.atom()} and {one}) or {two}"],
                [f"q, {target} = divmod(3 + math.tanh({one}), 1.5)", f"{target} *= q"],
                [f"{target} = math.dist(({one}, 1.0), (0.5, {two})) + math.fsum(({one}, {three}))"],
                [
                    f"{target} = math.atan2({one}, 2 + math.sin({two})) + math.copysign({three}, 2.0)"
                ],
            ]
        )
        self.lines += [pad + line for line in lines]
        self.note(target)

    def branch(self, depth):
        pad = "    " * depth
        self.lines.append(f"{pad}if {self.test()}:")
        before = self.scope()
        self.side(depth)
        after_then = self.scope()
        self.restore(before)
        if self.random.random() < 0.7:
            self.lines.append(f"{pad}else:")
            self.side(depth)
            both = zip(after_then, self.scope(), strict=True)
            self.restore([[name for name in one if name in two] for one, two in both])
        else:
            self.restore(before)

    def side(self, depth):
        for _ in range(self.random.randint(1, 2)):
            self.statement(depth + 1)
        pad = "    " * (depth + 1)
        leaving = self.random.random()
        if leaving < 0.1:
            self.lines.append(f"{pad}return {self.expression(2)}")
        elif leaving < 0.25 and self.loops:
            self.lines.append(f"{pad}{self.choose(('break', 'continue'))}")

    def note(self, name):
        """`name` is a float from here on."""
        if name not in self.names:
            self.names.append(name)

    def note_object(self, name):
        if name not in self.objects:
            self.objects.append(name)

    def note_list(self, name):
        if name not in self.lists:
            self.lists.append(name)

    def test(self):
        test = f"{self.atom()} {self.choose(['<', '>', '<=', '>='])} {self.expression(1)}"
        extra = self.random.random()
        if extra < 0.15:
            return f"{test} {self.choose(['and', 'or'])} {self.atom()} < {self.atom()}"
        return f"not {test}" if extra < 0.2 else test

    def atom(self):
        if self.integers and self.random.random() < 0.12:
            return f"(0.25 * {self.choose(self.integers)})"
        if self.lists and self.random.random() < 0.12:
            return f"{self.choose(self.lists)}[{self.choose(('0', '-1'))}]"
        return self.choose(self.names) if self.random.random() < 0.8 else self.choose(LITERALS)

    def expression(self, depth):
        if depth == 0:
            return self.atom()
        kind = self.random.random()
        one = self.expression(depth - 1)
        if kind < 0.25:
            return f"({one} {self.choose(['+', '-'])} {self.expression(depth - 1)})"
        if kind < 0.4:
            return f"({one}) * ({self.atom()})"
        if kind < 0.55:
            return f"math.{self.choose(UNARY)}({one})"
        if kind < 0.6:
            return f"math.exp(math.sin({one}))"
        if kind < 0.65:
            return f"math.sqrt(1.5 + math.cos({one}))"
        if kind < 0.72:
            return f"({self.atom()}) / (1 + ({one}) ** 2)"
        if kind < 0.76:
            return f"math.tanh({one}) ** {self.choose(['2', '3', '4'])}"
        if kind < 0.8:
            return f"-({one})"
        if kind < 0.84:
            return f"{self.choose(['max', 'min'])}({one}, {self.expression(depth - 1)})"
        if kind < 0.87:
            return f"abs({one})"
        if kind < 0.92 and self.helpers:
            name = self.choose(self.helpers)[0]
            return (
                f"{name}({one})"
                if self.random.random() < 0.5
                else f"{name}(v={one}, u={self.atom()})"
            )
        if kind < 0.96:
            return f"({one} if {self.test_atom()} else {self.expression(depth - 1)})"
        return f"math.hypot({one}, 1.5)"

    def test_atom(self):
        return f"{self.atom()} < {self.atom()}"
