"""Random statements about arrays in lists, tuples and dicts of a few items that are written down.

    box = [a, x * 2.0]
    if t > 0.5:
        box = [b, a]
    box[0][1] += t

Which array an item is depends on the path; the generator knows only its shape.
"""


class BoxedArrays:
    """Statements with small structures. `boxes` has kind and shapes of the arrays of each that is bound."""

    def inside(self, name):
        """How the arrays in a box are written, with their shapes."""
        kind, shapes = self.boxes[name]
        if kind == "dict":
            return [(f"{name}['k']", shapes[0])]
        return [(f"{name}[{at}]", shape) for at, shape in enumerate(shapes)]

    def boxed_entry(self):
        text, shape = self.choose(self.inside(self.choose(self.boxes)))
        return f"{text}[{', '.join(self.index(length) for length in shape)}]"

    def content(self, shape=None):
        """An array that is put into a box: mostly one that has a name."""
        names = [name for name, mine in self.arrays.items() if shape in (None, mine)]
        if names and self.random.random() < 0.75:
            name = self.choose(names)
            return name, self.arrays[name]
        shape = shape or self.choose([(4,), (3,), (2,)])
        return self.array(shape), shape

    def box_of(self, kind, shapes):
        """The text of a box; `shapes` are those of the arrays in it, or None."""
        found = [self.content(shape) for shape in shapes]
        texts = [text for text, _ in found]
        text = {
            "pair": f"[{', '.join(texts)}]",
            "list": f"[{texts[0]}, {self.scalar(0)}]",
            "tuple": f"({texts[0]}, {self.scalar(0)})",
            "dict": f"{{'k': {texts[0]}, 'n': {self.scalar(0)}}}",
        }[kind]
        return text, (kind, tuple(shape for _, shape in found))

    def make_box(self, depth):
        name = self.choose(("box", "bag"))
        if name in self.boxes and self.random.random() < 0.7:
            kind, shapes = self.boxes[name]
        else:
            kind = self.choose(("pair", "pair", "list", "tuple", "dict"))
            shapes = (None, None) if kind == "pair" else (None,)
        text, self.boxes[name] = self.box_of(kind, shapes)
        self.add(depth, f"{name} = {text}")

    def use_box(self, depth):
        name = self.choose(self.boxes)
        kind, shapes = self.boxes[name]
        text, shape = self.choose(self.inside(name))
        same = [other for other in self.boxes if self.boxes[other] == self.boxes[name]]
        pick = self.random.random()
        at = ", ".join(self.index(length) for length in shape)
        operator = self.choose(("=", "+=", "*="))
        if pick < 0.4:
            self.add(depth, f"{text}[{at}] {operator} {self.scalar(1)}")
        elif pick < 0.55 and kind != "tuple":
            self.add(depth, f"{text} {self.choose(('+=', '*='))} {self.array(shape)}")
        elif pick < 0.7 and kind != "tuple":
            self.add(depth, f"{text} = {self.content(shape)[0]}")
        elif pick < 0.8:
            taken = self.choose(("b", "v", "w"))
            self.add(depth, f"{taken} = {text}")
            self.bind(taken, shape)
        elif pick < 0.9 and len(same) > 1:
            self.add(depth, f"{same[0]}, {same[1]} = {same[1]}, {same[0]}")
        elif kind == "pair" and shapes[0] == shapes[1]:
            self.add(depth, f"{name}[0], {name}[1] = {name}[1], {name}[0]")
        elif kind != "tuple":
            self.add(depth, f"{name} = {'dict' if kind == 'dict' else 'list'}({name})")
        else:
            self.make_box(depth)

    def about_boxes(self):
        """Once there is a box, it is changed often."""
        return [
            (self.make_box, 1),
            *([(self.make_box, 1), (self.use_box, 4)] if self.boxes else []),
        ]
