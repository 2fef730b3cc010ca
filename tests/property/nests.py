"""Random loops in loops, as programs for matrices, tables and time steps have them.

    for i in range(len(x)):
        q = x[i] * 0.5
        for j in range(i + 1, len(x)):
            x[j] -= q * y[j - 1]
        s += x[i]

The inner loops may begin or end where the outer one is; what one reads others store.
"""

N = 4


class LoopNests:
    """Statements that are loops in loops, each with stores, sums and numbers that the inner one reads.

    Those of one nest have the same few `operators`, and are about the arrays `nested`.
    """

    def nests(self, depth):
        """A few of them, with arrays of their own, and with stores before, between and behind them."""
        for name in self.sample(["a", "b", "c"], self.random.randint(0, 2)):
            texts = (f"np.zeros({N})", f"np.ones({N})", "x * t", "x.copy()", "np.sin(x)")
            self.add(depth, f"{name} = {self.choose(texts)}")
            self.bind(name, (N,))
        self.about(list(self.arrays))
        for _ in range(self.random.randint(2, 4)):
            self.choose((self.nest, self.nest, self.step, self.kept))(depth)
            if self.random.random() < 0.5:
                self.about(self.sample(list(self.arrays), 1))
        self.nest(depth)
        self.some(depth, (self.step, self.kept), 0, 2)

    def about(self, names):
        self.nested = names
        self.operators = self.choose((("+=", "-="), ("=",), ("=", "=", "+=", "-=", "-=", "*=")))

    def nest(self, depth):
        names = self.vectors()
        if not names or self.loops:
            return
        name = self.choose(names)
        (length,) = self.arrays[name]
        before, integers = self.scope(), list(self.integers)
        same = [other for other, shape in self.arrays.items() if shape[-1] == length]
        self.about(self.choose(([name], self.sample(same, 2), list(self.arrays))))
        if self.random.random() < 0.5:
            self.add(depth, f"s = {self.scalar(0)}")
            self.numbers = [*self.numbers, "s"]
        self.level(depth, f"len({name})", length, self.choose((1, 1, 2, 2, 3)))
        self.integers = integers
        self.meet(before, self.scope())

    def level(self, depth, count, length, levels):
        """One loop; of `levels` loops in each other."""
        index = "ijk"[self.loops]
        text, least, most = self.choose(self.ranges(count, length))
        self.add(depth, f"for {index} in {text}:")
        before = list(self.integers)
        self.integers.append((index, least, most))
        self.loops += 1
        if self.random.random() < 0.25:
            self.add(depth + 1, f"m = {most - 1} - {index}")
            self.integers.append(("m", max(0, most - length), most - least))
        if levels > 1:
            self.some(depth + 1, (self.step, self.step, self.kept), 0, 2)
            self.level(depth + 1, count, length, levels - 1)
            self.some(depth + 1, (self.step, self.kept), 0, 1)
        else:
            self.some(depth + 1, (self.step, self.step, self.kept, self.tested), 1, 2)
        self.loops -= 1
        self.integers = before

    def some(self, depth, kinds, least, most):
        for _ in range(self.random.randint(least, most)):
            self.choose(kinds)(depth)

    def ranges(self, count, length):
        """What a loop may run over, and the least number and one more than the largest."""
        found = [
            (f"range({count})", 0, length),
            (f"range({count})", 0, length),
            (f"range(1, {count})", 1, length),
            (f"range({count} - 1, -1, -1)", 0, length),
            ("range(2)", 0, 2),
        ]
        if self.loops:
            outer, least, most = self.integers[-1]
            found += [
                (f"range({outer})", 0, max(most - 1, 0)),
                (f"range({outer} + 1)", 0, most),
                (f"range({outer} + 1, {count})", least + 1, length),
                (f"range({outer}, {count})", least, length),
                (f"range({count} - 1, {outer}, -1)", least + 1, length),
                (f"range({outer} - 1, -1, -1)", 0, max(most - 1, 0)),
            ]
        return [each for each in found if each[1] < each[2]]

    def entry(self):
        """An entry of an array, mostly at the numbers of the turns."""
        name = self.choose(self.nested)
        at = []
        for length in self.arrays[name]:
            inside = [(i, least) for i, least, most in self.integers if most <= length]
            found = [i for i, _ in inside] + [f"{i} - 1" for i, least in inside if least >= 1]
            if inside and self.random.random() < 0.25:
                i, _ = self.choose(inside)
                others = (f"({i} + 1) % {length}", f"{length - 1} - {i}", f"{i} - {length}")
                found = [*others, f"-1 - {i}"]
            is_turn = found and self.random.random() < 0.85
            at.append(self.choose(found) if is_turn else self.index(length))
        return f"{name}[{', '.join(at)}]"

    def step(self, depth):
        """A store at the numbers of the turns."""
        operator = self.choose(self.operators)
        self.add(depth, f"{self.entry()} {operator} {self.small()}")

    def kept(self, depth):
        """A number that is kept, or a sum."""
        name = self.choose(("q", "r", "s"))
        operator = self.choose(("=", "=", "+=", "-=")) if name in self.numbers else "="
        self.add(depth, f"{name} {operator} {self.small()}")
        if name not in self.numbers:
            self.numbers = [*self.numbers, name]

    def tested(self, depth):
        """A store under a test of the turns or of values."""
        names = [name for name, _, _ in self.integers]
        index = names[-1]
        tests = [f"{index} > 0", f"{index} != 1", f"{self.small()} > 0.2"]
        tests += [f"{index} {sign} {other}" for sign in ("==", "<", "!=") for other in names[:-1]]
        self.add(depth, f"if {self.choose(tests)}:")
        before = self.numbers
        self.choose((self.step, self.step, self.kept))(depth + 1)
        self.numbers = before

    def small(self):
        """An expression of entries and numbers."""
        one = self.entry()
        kind = self.random.random()
        if kind < 0.15:
            return one
        if kind < 0.3:
            return self.choose((self.numbers[-1], f"0.5 * {self.choose(self.numbers)}"))
        if kind < 0.45:
            return f"{self.choose(('0.5', '-0.5', '0.25'))} * {one}"
        two = self.choose(self.numbers) if kind < 0.7 else self.entry()
        if kind < 0.85:
            return f"0.5 * {one} * {two}"
        return f"math.{self.choose(('sin', 'cos', 'tanh'))}({one} + {two})"
