"""Random programs of the accepted subset, as source text.

A program is a function of some floats made of assignments (also to names used before), tuples, helper
functions, lambdas, conditional expressions and `if` statements, with early returns. Its values stay
of moderate size and away from domain borders, so that derivatives can be compared tightly.
"""

import random

UNARY = ("sin", "cos", "tanh", "atan", "asinh")
LITERALS = ("0.5", "2", "3.0", "-1.5", "0.25", "1e-1", "7")


class Generator:
    """One random program; the same seed gives the same text."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.lines = []
        self.helpers = []
        self.names = []

    def program(self):
        count = self.random.randint(1, 4)
        parameters = [f"x{index}" for index in range(count)]
        for index in range(self.random.randint(0, 2)):
            self.helper(index)
        self.names = list(parameters)
        self.lines = []
        for _ in range(self.random.randint(1, 6)):
            self.statement(1)
        self.lines.append(f"    return {self.expression(2)}")
        text = ["import math", ""]
        for helper in self.helpers:
            text += ["", *helper[1], ""]
        text += ["", f"def f({', '.join(parameters)}):", *self.lines, ""]
        return "\n".join(text), count

    def helper(self, index):
        name = f"h{index}"
        outer = self.lines, self.names
        self.lines, self.names = [], ["u", "v"]
        for _ in range(self.random.randint(0, 2)):
            self.statement(1)
        self.lines.append(f"    return {self.expression(2)}")
        body = [f"def {name}(u, v=0.5):", *self.lines]
        self.lines, self.names = outer
        self.helpers.append((name, body))

    def choose(self, options):
        return self.random.choice(options)

    def target(self):
        """A new name, or one that is overwritten."""
        if self.names and self.random.random() < 0.35:
            return self.choose(self.names)
        return self.choose(["a", "b", "c", "d", "t", "x_bar", "y"])

    def statement(self, depth):
        pad = "    " * depth
        kind = self.random.random()
        if kind < 0.55 or depth > 2:
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
        before = list(self.names)
        self.side(depth)
        after_then = list(self.names)
        self.names = list(before)
        if self.random.random() < 0.7:
            self.lines.append(f"{pad}else:")
            self.side(depth)
            self.names = [name for name in after_then if name in self.names]
        else:
            self.names = before

    def side(self, depth):
        for _ in range(self.random.randint(1, 2)):
            self.statement(depth + 1)
        if self.random.random() < 0.15:
            self.lines.append(f"{'    ' * (depth + 1)}return {self.expression(2)}")

    def note(self, name):
        if name not in self.names:
            self.names.append(name)

    def test(self):
        test = f"{self.atom()} {self.choose(['<', '>', '<=', '>='])} {self.expression(1)}"
        extra = self.random.random()
        if extra < 0.15:
            return f"{test} {self.choose(['and', 'or'])} {self.atom()} < {self.atom()}"
        return f"not {test}" if extra < 0.2 else test

    def atom(self):
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
