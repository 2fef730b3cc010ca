"""Random loops: `for` over numbers and lists, bounded `while`; break, continue, else and return."""

MOST_NESTED = 3


def loop(g, depth):
    """Append one loop to the program that the generator `g` is writing."""
    pad = "    " * depth
    outside = g.scope()
    if g.random.random() < 0.65:
        head, counts = for_head(g), None
    else:
        head, counts = while_head(g, pad)
    inside = g.scope()
    g.lines.append(f"{pad}{head}:")
    g.loops += 1
    if counts is not None:
        g.lines.append(f"{pad}    {counts} += 1")
    if g.random.random() < 0.15:
        leave_behind_records(g, pad + "    ")
    else:
        body(g, depth + 1)
    g.loops -= 1
    after = g.scope()
    g.restore(outside)
    if g.random.random() < 0.2:
        g.lines.append(f"{pad}else:")
        g.statement(depth + 1)
        g.restore(outside)
    late = g.random.random()
    if late < 0.1:
        g.restore(after)
    elif late < 0.25:
        g.restore(inside)


def body(g, depth):
    """Statements of one turn; the last one changes a name from outside by a bounded amount."""
    pad = "    " * depth
    outside = list(g.names)
    if g.random.random() < 0.25 and len(outside) > 1:
        one, two = g.random.sample(outside, 2)
        first, second = g.choose([(two, one), (f"math.sin({two} + {one})", f"0.5 * {one}")])
        g.lines.append(f"{pad}{one}, {two} = {first}, {second}")
    for _ in range(g.random.randint(1, 3)):
        kind = g.random.random()
        if kind < 0.35:
            g.lines.append(f"{pad}{g.choose(outside)} = {bounded(g)}")
        elif kind < 0.5:
            leave(g, pad)
        elif kind < 0.6:
            leave_behind_records(g, pad)
        else:
            g.statement(depth)
    if g.random.random() < 0.7:
        g.lines.append(f"{pad}{g.choose(outside)} = {bounded(g)}")


def bounded(g):
    inner = g.expression(2)
    return g.choose(
        [f"math.sin({inner})", f"2.0 * math.tanh({inner})", f"{g.atom()} + 0.1 * math.cos({inner})"]
    )


def leave(g, pad):
    way = g.choose(["break", "break", "continue", f"return {g.expression(1)}"])
    g.lines.append(f"{pad}if {g.test()}:")
    if g.random.random() < 0.4:
        g.lines.append(f"{pad}    {g.choose(g.names)} = {bounded(g)}")
    g.lines.append(f"{pad}    {way}")
    if g.random.random() < 0.2:
        g.lines.append(f"{pad}else:")
        g.lines.append(f"{pad}    {g.choose(g.names)} = {bounded(g)}")


def leave_behind_records(g, pad):
    """A way out that changes nothing, behind a loop or a branch of this turn only."""
    g.fresh += 1
    own, changed = f"o{g.fresh}", g.choose(g.names)
    inner = g.choose(
        [
            [
                f"for _ in {trips(g)}:",
                f"    {own} = math.sin({own} * {own}) + 0.3",
            ],
            [f"if {g.test()}:", f"    {own} = math.cos({own}) * {own}"],
            [f"for q in ({g.atom()}, {own}):", f"    {own} = {own} * math.tanh(q) + q"],
        ]
    )
    way = g.choose(["break", "break", "break", "continue", f"return {changed}"])
    lines = [
        f"{own} = {changed}",
        *inner,
        f"if {own} > {g.choose(('0.2', '0.7', '1.5'))}:",
        f"    {way}",
    ]
    g.lines += [pad + line for line in (*lines, f"{changed} = {changed} + 0.1 * math.sin({own})")]


def trips(g):
    """A range of few numbers: any step, computed and empty ones."""
    x = g.choose(g.names)
    options = [
        "range(3)", "range(1, 5)", "range(5, -1, -2)", "range(0, 7, 3)", "range(2, 2)", "range(4, 1)",
        "range(3, 0, -1)", f"range(int(2 + 2 * math.sin({x})))",
        f"range(-1, int(1 + math.tanh({x})), 1)", f"range(int(3 * math.cos({x})), -2, -1)",
    ]  # fmt: skip
    if g.integers:
        n = g.choose(g.integers)
        options += [f"range({n})", f"range({n}, 3)", f"range({n} + 1, -1, -2)"]
    if g.lists:
        v = g.choose(g.lists)
        options += [f"range(len({v}))", f"range(1, len({v}))", f"range(len({v}) - 1, -1, -1)"]
    return g.choose(options)


def for_head(g):
    """The head of a `for`; its names are noted."""
    turn, value = f"i{g.loops}", f"e{g.loops}"
    kind = g.random.random()
    if kind < 0.5:
        head = f"{turn} in {g.choose(('', '', '', 'reversed'))}"
        inner = trips(g)
        g.integers.append(turn)
        return f"for {head}({inner})" if head.endswith("d") else f"for {head}{inner}"
    if g.lists and g.random.random() < 0.7:
        items = g.choose(g.lists)
        if g.random.random() < 0.3:
            items += "[:3]"
    else:
        items = f"({g.atom()}, {g.expression(1)})"
    if kind < 0.65:
        head = f"{value} in {items}"
    elif kind < 0.78:
        head = f"{turn}, {value} in enumerate({items}{g.choose(['', ', 1'])})"
        g.integers.append(turn)
    elif kind < 0.86:
        head = f"{turn}, {value} in zip({trips(g)}, {items})"
        g.integers.append(turn)
    elif kind < 0.94 and g.lists:
        head = f"{value}, w{g.loops} in zip({items}, {g.choose(g.lists)})"
        g.note(f"w{g.loops}")
    else:
        head = f"{value} in reversed({items})"
    g.note(value)
    return f"for {head}"


def while_head(g, pad):
    """The head of a `while`, and the counter that its body increases, or None."""
    g.fresh += 1
    counter = f"n{g.fresh}"
    most = g.random.randint(0, 5)
    kind = g.random.random()
    if kind < 0.2:
        g.lines.append(f"{pad}{counter} = {most}")
        g.integers.append(counter)
        return f"while ({counter} := {counter} - 1) >= 0", None
    if kind < 0.35 and g.lists:
        name = g.choose(g.lists)
        g.lines.append(f"{pad}{counter} = 0")
        return f"while len({name}) > 1 and {counter} < {most}", counter
    g.lines.append(f"{pad}{counter} = 0")
    g.integers.append(counter)
    test = g.choose([f"{counter} < {most}", f"{counter} < {most} and {g.test()}"])
    return f"while {test}", counter
