"""Random statements that make, change, share and read lists of floats."""

NAMES = ("p", "q", "r")


def statement(g, pad):
    """Make a list, or change or read one that exists."""
    if not g.lists or g.random.random() < 0.2:
        make(g, pad)
        return
    kind = g.random.random()
    if kind < 0.5:
        change(g, pad)
    elif kind < 0.8:
        read(g, pad)
    else:
        share(g, pad)


def make(g, pad):
    name = g.choose(NAMES)
    one, two = g.expression(1), g.expression(1)
    options = [
        f"[{one}, {two}]", f"[{one}] * 3", f"[{one}] + [{two}]", f"[{one} * k for k in range(3)]", "[]",
    ]  # fmt: skip
    if g.lists:
        old = g.choose(g.lists)
        options += [
            f"[{one} * k for k in {old}]",
            f"[k + {one} for k in {old} if k < {two}]",
            f"list({old})",
            f"sorted({old})",
        ]
    if g.integers:
        options.append(f"[{one}] * {g.choose(g.integers)}")
    made = g.choose(options)
    g.lines.append(f"{pad}{name} = {made}")
    if made == "[]":
        g.lines.append(f"{pad}{name}.append({one})")
    g.note_list(name)


def change(g, pad):
    name = g.choose(g.lists)
    value = g.expression(1)
    other = g.choose(g.lists)
    lines = [
        f"{name}.append({value})",
        f"{name}.insert({g.choose(['0', '1', '-1'])}, {value})",
        f"{name}.extend(({value}, {g.atom()}))",
        f"{name}.extend({other}[:2])",
        f"{name}[{index(g, name)}] = {value}",
        f"{name}[{index(g, name)}] {g.choose(['+=', '*=', '-='])} {value}",
        f"{name} += [{value}]",
        f"{name}[0], {name}[-1] = {name}[-1], {other}[0]",
        f"{name}.reverse()",
        f"{name}.pop({g.choose(['', '0', '-1'])})",
        f"del {name}[{index(g, name)}]",
        f"{name}[:] = [{value}, *{other}]",
        f"change({name}, {value})",
        f"both({name}, {other}, {value})",
    ]
    line = g.choose(lines)
    if line.startswith("change"):
        g.texts["change"] = CHANGE
    if line.startswith("both"):
        g.texts["both"] = BOTH
    g.lines.append(pad + line)


def read(g, pad):
    name, other, target = g.choose(g.lists), g.choose(g.lists), g.target()
    lines = [
        f"{target} = {name}.pop()",
        f"{target} = {name}.pop(0)",
        f"{target} = {name}[{index(g, name)}]",
        f"{target} = math.sin(sum({name}))",
        f"{target} = {name}[-1] * {name}[0]",
        f"{target} = sum({name}[1:]) + sum({name}[::-1])",
        f"{target} = max({name})",
        f"{target} = sum(k * m for k, m in zip({name}, {other}))",
        f"{target} = {name}[0] if {name} else {g.atom()}",
        f"{target} = float(len({name})) * {g.atom()}",
    ]
    g.lines.append(pad + g.choose(lines))
    g.note(target)


def share(g, pad):
    name, other = g.choose(g.lists), g.choose(NAMES)
    value = g.expression(1)
    lines = [
        f"{other} = {name}",
        f"{other} = {name}",
        f"{other} = {name}[:]",
        f"{other} = {name}[1:] + [{value}]",
        f"{other} = {name} + {g.choose(g.lists)}",
        f"{other} = {name} if {g.test_atom()} else {g.choose(g.lists)}",
        f"{other} = {name} * 2",
        f"{other} = [{value}, *{name}]",
        f"{other} = made({value}, {name})",
    ]
    line = g.choose(lines)
    if "made(" in line:
        g.texts["made"] = MADE
    g.lines.append(pad + line)
    g.note_list(other)


def index(g, name):
    """An index that is nearly always inside the list."""
    if g.integers and g.random.random() < 0.6:
        return f"{g.choose(g.integers)} % len({name})"
    return g.choose(
        ["0", "-1", f"len({name}) // 2", f"int(2 + math.sin({g.choose(g.names)})) % len({name})"]
    )


CHANGE = [
    "def change(items, value):",
    "    items[0] = items[-1] * value",
    "    items.append(math.sin(value))",
]
BOTH = [
    "def both(one, two, value):",
    "    one[-1] = value * two[0]",
    "    two[0] += math.sin(one[-1])",
]
MADE = [
    "def made(value, items):",
    "    out = [value]",
    "    for item in items:",
    "        if item > 1.5:",
    "            continue",
    "        out.append(out[-1] * 0.5 + item)",
    "    return out",
]
