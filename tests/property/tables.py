"""Random statements on lists of lists, and on names that are bound in some turns or paths only."""

ROWS = ("ra", "rb")


def statement(g, depth):
    """Make, change or read a table; or bind names where it is not sure that they are bound."""
    pad = "    " * depth
    if g.random.random() < 0.25:
        unsure(g, pad)
        return
    if not g.tables or g.random.random() < 0.15:
        make(g, pad)
        return
    kind = g.random.random()
    if kind < 0.55:
        change(g, pad)
    else:
        read(g, pad)


def make(g, pad):
    name = g.choose(("ta", "tb"))
    one, two = g.expression(1), g.expression(1)
    options = [
        f"[[{one}, {two}], [{two}, 0.5]]",
        f"[[{one} * i + k for k in range(2)] for i in range(3)]",
        f"[[0.0] * 2 for _ in range(2)] + [[{one}, {two}]]",
        f"[[{one}] * 3, [{two}, 1.0, {one}]]",
    ]
    if g.integers:
        n = g.choose(g.integers)
        options.append(f"[[{one} * i, {two}] for i in range(2 + {n} % 3)]")
    if g.lists:
        v = g.choose(g.lists)
        options.append(f"[[k, {one}] for k in {v}] + [[{two}, {two}]]")
    if g.tables:
        options.append(f"[list(row) for row in {g.choose(g.tables)}]")
    g.lines.append(f"{pad}{name} = {g.choose(options)}")
    note(g, name)


def note(g, name):
    if name not in g.tables:
        g.tables.append(name)


def place(g, name):
    """A row and a column that exist."""
    rows = ["0", "1", "-1"]
    if g.integers:
        rows += [f"{g.choose(g.integers)} % len({name})"] * 2
    return g.choose(rows), g.choose(("0", "1", "-1", f"len({name}) % 2"))


def change(g, pad):
    name, value = g.choose(g.tables), g.expression(1)
    (i, j), (k, m) = place(g, name), place(g, name)
    row = g.choose(ROWS)
    lines = g.choose(
        [
            [f"{name}[{i}][{j}] = {value}"],
            [f"{name}[{i}][{j}] {g.choose(('+=', '-=', '*='))} {value}"],
            [f"{name}[{i}][{j}], {name}[{k}][{m}] = {name}[{k}][{m}], {name}[{i}][{j}]"],
            [f"{row} = {name}[{i}]", f"{row}[{j}] = {value} + {name}[{k}][{m}]"],
            [f"{row} = {name}[{i}]", f"{name}[{k}][{m}] = math.sin({row}[{j}]) * {value}"],
            [f"for row in {name}:", f"    row[0] = row[-1] * math.cos({value})"],
            [f"for i, row in enumerate({name}):", f"    {name}[i][{j}] = row[0] * 0.5 + {value}"],
            [
                f"for row in {name}:",
                "    met = 0.0",
                "    for q in row:",
                f"        met = math.sin(met * q) + {value}",
                f"    row[{j}] = met + row[0]",
            ],
            [
                f"for k in range(len({name})):",
                "    if k > 0:",
                f"        kept[{j}] = math.cos(kept[-1]) + {value}",
                f"    kept = {name}[k]",
                f"    {name}[{i}][{j}] += 0.5 * kept[0]",
            ],
            [
                f"for k in range(len({name})):",
                f"    {row} = {name}[k]",
                f"    for m in range(len({row})):",
                f"        {row}[m] = 0.5 * {row}[m - 1] + {value}",
            ],
            [f"{name}[{i}], {name}[{k}] = {name}[{k}], {name}[{i}]"],
            [f"{name}.append([{value}, {g.atom()}])"],
            [f"{name}[{i}] = [{value}, {g.atom()}]"],
            [f"scale({name}, {value})"],
        ]
    )
    if lines[0].startswith("scale"):
        g.texts["scale"] = SCALE
    g.lines += [pad + line for line in lines]


def read(g, pad):
    name, target = g.choose(g.tables), g.target()
    (i, j), (k, m) = place(g, name), place(g, name)
    lines = [
        f"{target} = {name}[{i}][{j}] - {name}[{k}][{m}]",
        f"{target} = sum(sum(row) for row in {name})",
        f"{target} = math.sin(sum({name}[{i}])) + max({name}[{k}])",
        f"{target} = sum(row[0] * row[-1] for row in {name})",
        f"{target} = {g.atom()} if not {name} else {name}[{i}][{j}] * {name}[-1][{m}]",
    ]
    g.lines.append(pad + g.choose(lines))
    g.note(target)


def unsure(g, pad):
    """Names that a turn or a path before has bound; functions that return from inside a loop."""
    target, value = g.target(), g.expression(1)
    x = g.choose(g.names)
    kind = g.random.random()
    if kind < 0.3:
        g.texts["grown"] = GROWN
        lines = [f"{target} = grown({value})"]
    elif kind < 0.5:
        g.texts["first"] = FIRST
        lines = [f"{target} = first({value}, {g.atom()})"]
    elif kind < 0.75:
        lines = [
            "total = 0.0",
            f"for k in range({g.choose(('3', '4', *g.integers))}):",
            "    if k > 0:",
            f"        total += seen * math.sin({x})",
            f"    seen = math.cos({value} + 0.25 * k)",
            f"{target} = total",
        ]
    else:
        lines = [
            f"if {g.test_atom()}:",
            f"    late = {value}",
            "for k in range(3):",
            f"    if k or {g.test_atom()}:",
            f"        late = math.sin({x} + k)",
            f"{target} = late * {g.atom()}",
        ]
    g.lines += [pad + line for line in lines]
    g.note(target)


SCALE = [
    "def scale(table, by):",
    "    for row in table:",
    "        for j in range(len(row)):",
    "            row[j] = row[j] * 0.5 + math.sin(by * j)",
]
GROWN = [
    "def grown(z):",
    "    while True:",
    "        z = 0.6 * z + 0.7",
    "        if z > 1.2:",
    "            return z * z",
]
FIRST = [
    "def first(z, w):",
    "    for k in range(4):",
    "        if math.sin(z + k) > w:",
    "            return z * w + k",
    "        z = z * 0.8 + math.cos(w)",
    "    return z",
]
