"""Random programs that store into arrays: views, aliases, masks, slices, helpers with effects.

    python -m tests.property --of arrays --count 1000

Arrays have a length of 4, or are slices and rows of such; two parameters are matrices. The shape of each
array that a name stands for is known to the generator, so that most programs run. The derivative is not
asked for with respect to `u`.
"""

import random

import numpy as np

from tests.property.boxes import BoxedArrays
from tests.property.listed import ListedArrays
from tests.property.nests import LoopNests, N

UNARY = ("sin", "cos", "tanh")
NUMBERS = ("0.5", "2.0", "-1.5", "0.25", "1.25")


class ArrayGenerator(ListedArrays, BoxedArrays, LoopNests):
    """One random program with arrays; the same seed gives the same text.

    `numbers` are names of floats that are bound for sure, `arrays` those of arrays, with their shapes.
    """

    def __init__(self, seed, most=0):
        self.random = random.Random(seed)
        self.most = most or self.random.choice((2, 4, 7))
        self.lines = []
        self.numbers = []
        self.arrays = {}
        self.lists = {}
        self.boxes = {}
        self.integers = []
        self.helpers = {}
        self.loops = 0

    def program(self):
        from tests.property.generator import Program

        shapes = {"x": (N,), "y": (N,), "A": (3, N)}
        given = {
            name: shape
            for name, shape in shapes.items()
            if name == "x" or self.random.random() < 0.5
        }
        varied = len(given)
        if self.random.random() < 0.4:
            given["u"] = (N,)
        for index in range(self.random.randint(0, 2)):
            self.helper(index)
        self.numbers, self.arrays, self.integers = ["t"], dict(given), []
        self.lists, self.boxes = {}, {}
        self.lines = []
        if self.random.random() < 0.3:
            self.make_list(1)
        if self.random.random() < 0.3:
            self.make_box(1)
        if self.random.random() < 0.4:
            self.nests(1)
        for _ in range(self.random.randint(1, self.most)):
            self.statement(1)
        names = self.sample(list(self.arrays), 2)
        shown = [f"np.sum({self.row(name)} ** 2)" for name in self.lists]
        shown += [f"np.sum({text})" for name in self.boxes for text, _ in self.inside(name)]
        result = " + ".join([self.scalar(1), *(self.total(name) for name in names), *shown])
        self.lines.append(f"    return {result}")
        known = self.random.random() < 0.3
        marks = {
            name: f'"f8[{", ".join(map(str, shape)) if known else ", ".join("mn"[-len(shape) :])}]"'
            for name, shape in given.items()
        }
        head = ", ".join(["t: float", *(f"{name}: {mark}" for name, mark in marks.items())])
        text = ["import math", "", "import numpy as np"]
        for lines in self.helpers.values():
            text += ["", "", *lines]
        text += ["", "", f"def f({head}):", *self.lines, ""]
        draw = np.random.default_rng(self.random.randrange(10**6))
        values = [np.round(draw.uniform(-1.5, 1.5, shape), 3) for shape in given.values()]
        arguments = (round(self.random.uniform(-1.5, 1.5), 3), *values)
        return Program("\n".join(text), arguments, tuple(range(1 + varied)))

    def sample(self, names, most):
        return self.random.sample(names, min(most, len(names)))

    def choose(self, options):
        return self.random.choice(list(options))

    def add(self, depth, *lines):
        self.lines += ["    " * depth + line for line in lines]

    # Expressions

    def total(self, name):
        options = [f"np.sum({name} * {name})", f"{name}.sum()", f"np.sum(np.sin({name}))"]
        options.append(f"np.sum({name} * np.arange(1.0, {self.arrays[name][-1] + 1.0}))")
        if len(self.arrays[name]) == 1:
            (length,) = self.arrays[name]
            other = self.choose(self.vectors(length))
            options += [f"{name} @ {name}", f"np.dot({name}, {other})", f"{name} @ {other}"]
            if self.arrays.get("u") == (length,):
                options += [f"{name} @ u"] * 3
        return self.choose(options)

    def vectors(self, length=None):
        return [
            name
            for name, shape in self.arrays.items()
            if len(shape) == 1 and (length is None or shape[0] == length)
        ]

    def index(self, length):
        """An index that is there."""
        options = [str(self.random.randrange(-length, length))]
        options += [f"{i}" for i, least, most in self.integers if least >= 0 and most <= length]
        options += [f"{i} - 1" for i, least, most in self.integers if least >= 1 and most <= length]
        return self.choose(options)

    def place(self, name):
        """An entry of an array."""
        at = [self.index(length) for length in self.arrays[name]]
        return f"{name}[{', '.join(at)}]"

    def scalar(self, depth):
        kind = self.random.random()
        if depth == 0 or kind < 0.15:
            pick = self.random.random()
            if pick < 0.2 and self.lists:
                return self.listed_entry()
            if 0.2 <= pick < 0.3 and self.boxes:
                return self.boxed_entry()
            if pick < 0.5 and self.arrays:
                return self.place(self.choose(self.arrays))
            return self.choose(self.numbers) if pick < 0.85 else self.choose(NUMBERS)
        one = self.scalar(depth - 1)
        if kind < 0.35:
            return f"({one} {self.choose('+-')} {self.scalar(depth - 1)})"
        if kind < 0.55:
            return f"{one} * {self.scalar(depth - 1)}"
        if kind < 0.75:
            return f"math.{self.choose(UNARY)}({one})"
        if kind < 0.85 and self.arrays:
            return f"0.3 * {self.total(self.choose(self.arrays))}"
        if kind < 0.92 and self.helpers and self.vectors():
            name = self.choose(self.helpers)
            return f"{name}({self.choose(self.vectors())}, {one})"
        return f"{one} / (1.5 + {self.scalar(0)} ** 2)"

    def array(self, shape, depth=1):
        """An array of this shape."""
        names = [name for name, mine in self.arrays.items() if mine == shape]
        parts = [*names, *names, *self.rows(shape)]
        if len(shape) == 1:
            for name in self.vectors():
                (length,) = self.arrays[name]
                if length > shape[0]:
                    start = self.random.randint(0, length - shape[0])
                    parts.append(f"{name}[{start}:{start + shape[0]}]")
            for name, mine in self.arrays.items():
                if len(mine) == 2 and mine[1] == shape[0]:
                    parts.append(f"{name}[{self.index(mine[0])}]")
            if names and self.random.random() < 0.1:
                parts.append(f"{self.choose(names)}.reshape(-1)")
        if not parts:
            (size,) = shape[:1] if len(shape) == 1 else (shape,)
            return f"np.full({size}, {self.scalar(0)})"
        one = self.choose(parts)
        kind = self.random.random()
        if depth == 0:
            return one
        if kind < 0.25:
            return f"{one} * {self.scalar(1)}"
        if kind < 0.5:
            return f"{one} {self.choose('+-*')} {self.choose(parts)}"
        if kind < 0.75:
            return f"np.{self.choose(UNARY)}({one})"
        if kind < 0.85:
            return f"{one} + {self.scalar(0)}"
        return one

    # Statements

    def statement(self, depth):
        kinds = [
            (self.make, 3),
            (self.view, 3),
            (self.store, 6),
            (self.store_part, 4),
            (self.store_chosen, 3),
            (self.whole, 3),
            (self.number, 2),
            (self.function, 2),
            (self.swap, 1),
            (self.exchange, 1),
            (self.held, 1),
            (self.renewed, 1),
            *self.about_lists(),
            *self.about_boxes(),
        ]
        if depth < 4:
            kinds += [(self.branch, 2), (self.loop, 4), (self.nest, 4)]
        names = [kind for kind, weight in kinds for _ in range(weight)]
        self.choose(names)(depth)

    def about_lists(self):
        """Once there is a list, it is changed often."""
        if not self.lists:
            return [(self.make_list, 1)]
        return [(self.make_list, 1), (self.store_in_list, 8), (self.take_row, 2)]

    def name(self):
        return self.choose(("a", "b", "c", "x", "w"))

    def bind(self, name, shape):
        self.arrays[name] = shape

    def make(self, depth):
        name = self.name()
        length = self.choose((N, N, N, 3, 2))
        shape = self.choose([(length,)] * 4 + [(3, N)])
        size = shape[0] if len(shape) == 1 else shape
        texts = [
            f"np.zeros({size})",
            f"np.ones({size})",
            f"np.full({size}, {self.scalar(1)})",
            self.array(shape),
            f"({self.array(shape)}).copy()",
        ]
        if len(shape) == 1:
            texts.append(f"np.array([{', '.join(self.scalar(0) for _ in range(length))}])")
            first = self.random.randint(1, length - 1)
            texts.append(
                f"np.concatenate(({self.array((first,), 0)}, {self.array((length - first,), 0)}))"
            )
        else:
            rows = ", ".join(self.array((N,), 0) for _ in range(3))
            texts += [f"np.asarray([{rows}])", f"np.stack(({rows}))", f"np.array([{rows}])"]
        if name in ("x",) and shape != (N,):
            shape, texts = (N,), [f"np.zeros({N})", self.array((N,))]
        self.add(depth, f"{name} = {self.choose(texts)}")
        self.bind(name, shape)

    def view(self, depth):
        """Another name, a slice, a row, a column, a transposed or reshaped array."""
        source = self.choose(self.arrays)
        shape = self.arrays[source]
        options = [(source, shape), (f"np.asarray({source})", shape)]
        if len(shape) == 1:
            (n,) = shape
            options += [(f"{source}[::-1]", shape), (f"{source}[:]", shape)]
            if n > 1:
                options += [
                    (f"{source}[1:]", (n - 1,)),
                    (f"{source}[:-1]", (n - 1,)),
                    (f"{source}[::2]", ((n + 1) // 2,)),
                ]
            if n == 4:
                options.append((f"{source}.reshape(2, 2)", (2, 2)))
            options.append((f"{source}[None, :]", (1, n)))
        else:
            m, n = shape
            options += [
                (f"{source}[{self.index(m)}]", (n,)),
                (f"{source}[:, {self.index(n)}]", (m,)),
                (f"{source}.T", (n, m)),
                (f"{source}[::-1]", (m, n)),
                (f"{source}.ravel()", (m * n,)),
                (f"{source}.reshape(-1)", (m * n,)),
            ]
        text, made = self.choose(options)
        name = self.choose(("b", "c", "v", "w"))
        self.add(depth, f"{name} = {text}")
        self.bind(name, made)

    def store(self, depth):
        name = self.choose(self.arrays)
        operator = self.choose(("=", "=", "+=", "-=", "*=", "/="))
        value = self.scalar(1)
        if operator == "/=":
            value = f"(1.5 + ({value}) ** 2)"
        self.add(depth, f"{self.place(name)} {operator} {value}")

    def part(self, name):
        """A part of an array that can be stored to, and its shape."""
        shape = self.arrays[name]
        n = shape[-1]
        start = self.random.randint(0, n - 1)
        stop = self.random.randint(start + 1, n)
        column = [(f"{start}:{stop}", stop - start), ("::2", (n + 1) // 2), (":", n), ("::-1", n)]
        if n > 1:
            column += [("1:", n - 1), (":-1", n - 1)]
        text, length = self.choose(column)
        if len(shape) == 1:
            return f"{name}[{text}]", (length,)
        row = self.choose((":", self.index(shape[0])))
        made = (shape[0], length) if row == ":" else (length,)
        return f"{name}[{row}, {text}]", made

    def store_part(self, depth):
        name = self.choose(self.arrays)
        target, shape = self.part(name)
        operator = self.choose(("=", "=", "=", "+=", "*=", "-="))
        value = self.scalar(1) if self.random.random() < 0.3 else self.array(shape)
        self.add(depth, f"{target} {operator} {value}")

    def store_chosen(self, depth):
        """Masks and arrays of indices."""
        names = self.vectors()
        if not names:
            return
        name = self.choose(names)
        (n,) = self.arrays[name]
        at = [self.random.randrange(n) for _ in range(self.random.randint(1, 3))]
        listed = f"np.array({at})"
        values = f"np.array([{', '.join(self.scalar(0) for _ in at)}])"
        self.add(
            depth,
            self.choose(
                [
                    f"{name}[{name} > {self.scalar(0)}] = {self.scalar(1)}",
                    f"{name}[{name} > {self.scalar(0)}] *= {self.scalar(1)}",
                    f"{name}[{listed}] = {values}",
                    f"{name}[{listed}] += {values}",
                    f"{name}[{listed}] = {self.scalar(0)}",
                    f"np.add.at({name}, {listed}, {values})",
                    f"{name}[{listed}] *= {self.scalar(1)}",
                ]
            ),
        )

    def whole(self, depth):
        name = self.choose(self.arrays)
        shape = self.arrays[name]
        options = [
            f"{name}[:] = {self.array(shape)}",
            f"{name} += {self.array(shape)}",
            f"{name} *= {self.scalar(1)}",
            f"{name} -= {self.scalar(0)}",
            f"{name}.fill({self.scalar(1)})",
            f"np.copyto({name}, {self.array(shape)})",
            f"np.{self.choose(UNARY)}({self.array(shape, 0)}, out={name})",
            f"{name}[...] = {self.scalar(1)}",
        ]
        if len(shape) == 1:
            options.append(f"{name}.sort()")
        self.add(depth, self.choose(options))

    def number(self, depth):
        name = self.choose(("t", "s", "r"))
        operator = self.choose(("=", "=", "+=")) if name in self.numbers else "="
        self.add(depth, f"{name} {operator} {self.scalar(2)}")
        if name not in self.numbers:
            self.numbers.append(name)

    def function(self, depth):
        if not self.helpers or not self.vectors():
            return
        name = self.choose(self.helpers)
        one = self.choose(self.vectors())
        call = f"{name}({one}, {self.scalar(1)})"
        self.add(depth, call if self.random.random() < 0.5 else f"t = {call}")

    def swap(self, depth):
        name = self.choose(self.arrays)
        one, two = self.place(name), self.place(name)
        lines = [f"{one}, {two} = {two}, {one}"]
        shape = self.arrays[name]
        if len(shape) == 2 and shape[0] > 1:
            lines += [
                f"{name}[[0, 1]] = {name}[[1, 0]]",
                f"{name}[0], {name}[1] = {name}[1], {name}[0]",
            ]
        self.add(depth, self.choose(lines))

    def exchange(self, depth):
        """Two arrays of one shape change places."""
        one = self.choose(self.arrays)
        others = [name for name, shape in self.arrays.items() if shape == self.arrays[one]]
        two = self.choose(others)
        self.add(depth, f"{one}, {two} = {two}, {one}")

    def held(self, depth):
        """An array in a tuple, a list or a dict."""
        name = self.choose(self.arrays)
        shape = self.arrays[name]
        at = ", ".join(self.index(length) for length in shape)
        box = self.choose((f"({name}, 1.0)", f"[{name}]"))
        lines = [f"box = {box}", f"box[0][{at}] {self.choose(('=', '+='))} {self.scalar(1)}"]
        if self.random.random() < 0.4:
            lines = [f"box = {{'k': {name}}}", f"box['k'][{at}] = {self.scalar(1)}"]
        self.add(depth, *lines)

    def renewed(self, depth):
        """An array that is another one on one path, and is changed on both."""
        name = self.choose(self.arrays)
        new = self.choose(
            (f"{name}.copy()", f"{name} * {self.scalar(0)}", f"{name} + {self.scalar(0)}")
        )
        self.add(depth, f"if {self.scalar(0)} {self.choose('<>')} {self.scalar(0)}:")
        self.add(depth + 1, f"{name} = {new}")
        at = ", ".join(self.index(length) for length in self.arrays[name])
        self.add(depth, f"{name}[{at}] {self.choose(('=', '+=', '*='))} {self.scalar(1)}")

    def branch(self, depth):
        self.add(depth, f"if {self.scalar(0)} {self.choose('<>')} {self.scalar(0)}:")
        before = self.scope()
        self.side(depth)
        then = self.scope()
        self.restore(before)
        if self.random.random() < 0.6:
            self.add(depth, "else:")
            self.side(depth)
        self.meet(then, self.scope())

    def meet(self, one, two):
        """What is bound to the same on both paths."""
        numbers = [name for name in one[0] if name in two[0]]
        arrays = {name: shape for name, shape in one[1].items() if two[1].get(name) == shape}
        lists = {
            name: (shape, min(least, two[2][name][1]))
            for name, (shape, least) in one[2].items()
            if name in two[2] and two[2][name][0] == shape
        }
        boxes = {name: box for name, box in one[3].items() if two[3].get(name) == box}
        self.numbers, self.arrays, self.lists, self.boxes = numbers, arrays, lists, boxes

    def scope(self):
        return list(self.numbers), dict(self.arrays), dict(self.lists), dict(self.boxes)

    def restore(self, scope):
        self.numbers = list(scope[0])
        self.arrays, self.lists, self.boxes = map(dict, scope[1:])

    def side(self, depth):
        begin = len(self.lines)
        for _ in range(self.random.randint(1, 2)):
            self.statement(depth + 1)
        self.fill(depth + 1, begin)
        if self.loops and self.random.random() < 0.15:
            self.add(depth + 1, self.choose(("break", "continue")))

    def fill(self, depth, begin):
        """A block needs a statement."""
        if len(self.lines) == begin:
            self.add(depth, "pass")

    def loop(self, depth):
        before = self.scope()
        integers = list(self.integers)
        kind = self.random.random()
        rows = [name for name, shape in self.arrays.items() if len(shape) == 2]
        if self.lists and self.random.random() < 0.3:
            self.loop_over_list(depth)
        elif kind < 0.15 and rows:
            name = self.choose(rows)
            shown = f"{name}.reshape({self.arrays[name]})" if self.random.random() < 0.1 else name
            self.add(depth, f"for row in {shown}:")
            self.bind("row", self.arrays[name][1:])
        elif kind < 0.22 and self.vectors():
            one, two = self.choose(self.vectors()), self.choose(self.vectors())
            self.add(
                depth,
                self.choose(
                    (
                        f"for q in {one}:",
                        f"for _, q in enumerate({one}):",
                        f"for q, _ in zip({one}, {two}):",
                        f"for q in reversed({one}):",
                    )
                ),
            )
            self.numbers = [*self.numbers, "q"]
        elif kind < 0.3 and self.loops == 0:
            self.add(depth, "k = 0", "while k < 3:", "    k += 1")
        elif kind < 0.5 or not self.vectors():
            self.add(depth, f"for _ in range({self.choose((0, 1, 2, 3))}):")
        else:
            name = self.choose(self.vectors())
            (n,) = self.arrays[name]
            index = "ij"[self.loops % 2] if self.loops < 2 else f"i{self.loops}"
            text, least = self.choose(
                [
                    (f"range(len({name}))", 0),
                    (f"range(1, len({name}))", 1),
                    (f"range({n})", 0),
                    (f"range({n - 1}, -1, -1)", 0),
                ]
            )
            self.add(depth, f"for {index} in {text}:")
            self.integers.append((index, least, n))
        self.loops += 1
        begin = len(self.lines)
        for _ in range(self.random.randint(1, 3)):
            self.statement(depth + 1)
        self.fill(depth + 1, begin)
        self.loops -= 1
        self.integers = integers
        self.meet(before, self.scope())

    def helper(self, index):
        """A function that changes the vector that it gets, and gives a number."""
        outer = self.lines
        self.lines, self.numbers, self.arrays = [], ["k"], {"p": (2,)}
        self.lists, self.boxes = {}, {}
        for _ in range(self.random.randint(1, 2)):
            self.choose((self.store, self.store_part, self.whole))(1)
        name = f"h{index}"
        self.helpers[name] = [f"def {name}(p, k):", *self.lines, f"    return {self.scalar(1)}"]
        self.lines = outer
