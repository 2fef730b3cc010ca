"""Random statements that store into dicts and records, and `try` statements."""


def statement(g, depth):
    pad = "    " * depth
    g.choose([stored, stored, attempted, attempted])(g, pad)


def stored(g, pad):
    """Make a dict or a record, give it another name, change or read it."""
    g.texts.setdefault("record", g.record)
    if not g.objects or g.random.random() < 0.3:
        name = g.choose(("box", "crate", "body", "limb"))
        one, two = g.expression(1), g.expression(1)
        if name in ("box", "crate"):
            g.lines.append(f"{pad}{name} = {{'a': {one}, 'b': {two}}}")
        else:
            g.lines.append(f"{pad}{name} = Point({one}, b={two})")
        g.note_object(name)
    name = g.choose(g.objects)
    a, b = (
        (f"{name}['a']", f"{name}['b']") if name in ("box", "crate") else (f"{name}.a", f"{name}.b")
    )
    kind = g.random.random()
    if kind < 0.25:
        g.lines.append(f"{pad}{a} = {g.expression(1)}")
    elif kind < 0.5:
        g.lines.append(f"{pad}{b} {g.choose(('+=', '*=', '-='))} {g.expression(1)}")
    elif kind < 0.6:
        g.lines.append(f"{pad}{a}, {b} = {b}, {a}")
    elif kind < 0.7:
        other = {"box": "crate", "crate": "box", "body": "limb", "limb": "body"}[name]
        g.lines.append(f"{pad}{other} = {name}")
        g.note_object(other)
    elif kind < 0.75 and name in ("box", "crate"):
        g.lines.append(f"{pad}{name}.update(a={g.expression(1)})")
    target = g.target()
    g.lines.append(f"{pad}{target} = math.sin({a}) - 0.5 * math.tanh({b})")
    g.note(target)


def attempted(g, pad):
    """A value of a function that may raise, or another one."""
    target = g.target()
    risky = [
        f"math.log({g.expression(1)})",
        f"math.sqrt(0.3 + {g.expression(1)})",
        f"0.2 * math.acos(1.93 * {g.expression(1)})",
        f"math.sqrt(0.3 + {g.expression(1)}) / (1.0 + {g.atom()} ** 2)",
    ]
    risky += [f"{xs}[{g.choose((1, 2, -3))}]" for xs in g.lists]
    tried = g.choose(risky)
    lines = ["try:"]
    if g.random.random() < 0.3:
        lines.append(f"    w = {g.expression(1)}")
        tried = f"{tried} * math.tanh(w)"
    lines.append(f"    {target} = {tried}")
    lines.append(g.choose(("except (ValueError, IndexError):", "except Exception:")))
    leaving = g.random.random()
    if leaving < 0.08:
        lines.append(f"    return {g.expression(2)}")
    else:
        lines.append(f"    {target} = {g.expression(1)}")
    if g.random.random() < 0.2 and leaving >= 0.08:
        lines += ["else:", f"    {target} = {g.expression(1)} * math.sin({target})"]
    if g.random.random() < 0.15:
        lines += ["finally:", "    done = 2.0"]
    g.lines += [pad + line for line in lines]
    g.note(target)
