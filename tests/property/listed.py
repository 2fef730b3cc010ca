"""Random statements about arrays that are items of lists whose length is known at run time only.

    h = [np.zeros(4) for _ in range(len(x))]
    for i in range(len(h)):
        h[i][1:] *= t

The generator knows the shape of the items of each list, and how many there are at least.
"""


class ListedArrays:
    """Statements with lists of arrays. `lists` has shape and least length of each list that is bound."""

    def row_index(self, name):
        """The index of an item that is there."""
        _, least = self.lists[name]
        options = [str(self.random.randrange(-least, least))]
        options += [f"{i}" for i, low, most in self.integers if low >= 0 and most <= least]
        return self.choose(options)

    def row(self, name):
        return f"{name}[{self.row_index(name)}]"

    def rows(self, shape):
        """Items of lists that have this shape."""
        return [self.row(name) for name, (mine, _) in self.lists.items() if mine == shape]

    def listed_entry(self):
        name = self.choose(self.lists)
        shape, _ = self.lists[name]
        return f"{self.row(name)}[{', '.join(self.index(length) for length in shape)}]"

    def make_list(self, depth):
        name = self.choose("hg")
        shape = self.choose([(4,), (4,), (3,), (2,)])
        item = self.choose((f"np.zeros({shape[0]})", self.array(shape)))
        count = self.choose(("len(x)", "len(x)", "3", "len(x) - 2"))
        least = {"len(x)": 4, "3": 3, "len(x) - 2": 2}[count]
        kind = self.random.random()
        if kind < 0.5:
            self.add(depth, f"{name} = [{item} for _ in range({count})]")
        elif kind < 0.7:
            self.add(depth, f"{name} = []", f"for _ in range({count}):")
            self.add(depth + 1, f"{name}.append({item})")
        elif kind < 0.85:
            items = ", ".join(self.array(shape) for _ in range(3))
            self.add(depth, f"{name} = [{items}]")
            least = 3
        elif self.lists:
            other = self.choose(self.lists)
            self.add(depth, f"{name} = {self.choose((other, f'{other}.copy()', f'{other}[:]'))}")
            shape, least = self.lists[other]
        else:
            return
        self.lists[name] = (shape, least)

    def store_in_list(self, depth):
        if not self.lists:
            self.make_list(depth)
            return
        name = self.choose(self.lists)
        shape, _ = self.lists[name]
        row = self.row(name)
        operator = self.choose(("=", "=", "+=", "*=", "-="))
        kind = self.random.random()
        if kind < 0.45:
            at = ", ".join(self.index(length) for length in shape)
            self.add(depth, f"{row}[{at}] {operator} {self.scalar(1)}")
        elif kind < 0.7:
            self.arrays["<row>"] = shape
            target, part = self.part("<row>")
            del self.arrays["<row>"]
            value = self.scalar(1) if self.random.random() < 0.3 else self.array(part)
            self.add(depth, f"{target.replace('<row>', row)} {operator} {value}")
        elif kind < 0.85:
            self.add(depth, f"{row} {operator} {self.array(shape)}")
        else:
            self.add(
                depth,
                self.choose(
                    [
                        f"{name}.append({self.array(shape)})",
                        f"{row}.sort()",
                        f"{row}[:] = {self.array(shape)}",
                        f"{name}.reverse()",
                        f"np.copyto({row}, {self.array(shape)})",
                        f"{row}[{row} > {self.scalar(0)}] = {self.scalar(1)}",
                    ]
                ),
            )

    def take_row(self, depth):
        """A name for an item of a list, or for a part of it."""
        if not self.lists:
            return
        name = self.choose(self.lists)
        shape, _ = self.lists[name]
        taken = self.choose(("b", "v", "w"))
        self.add(depth, f"{taken} = {self.row(name)}")
        self.bind(taken, shape)

    def loop_over_list(self, depth):
        """The head of a loop over a list."""
        name = self.choose(self.lists)
        shape, least = self.lists[name]
        kind = self.random.random()
        if kind < 0.4:
            index = "ij"[self.loops % 2] if self.loops < 2 else f"i{self.loops}"
            self.add(depth, f"for {index} in range(len({name})):")
            self.integers.append((index, 0, least))
            return
        self.add(
            depth, f"for row in {name}:" if kind < 0.7 else f"for _, row in enumerate({name}):"
        )
        self.bind("row", shape)
