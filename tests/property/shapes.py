"""Random statements of the rarer kinds: recursion, dicts, records, `match`, tuples in loops."""

RECORD = [
    "from dataclasses import dataclass",
    "from typing import NamedTuple",
    "",
    "",
    "@dataclass",
    "class Point:",
    "    a: float",
    "    b: float = 0.5",
    "",
    "",
    "class Pair(NamedTuple):",
    "    one: float",
    "    two: float",
]


def statement(g, depth):
    pad = "    " * depth
    g.choose([recursive, record, matched, keyed, running])(g, pad)


def recursive(g, pad):
    """A call of a function that calls itself."""
    if "again" not in g.texts:
        saved = g.scope()
        g.restore((["u"], [], [], [], []))
        g.texts["again"] = recursion(g)
        g.restore(saved)
    target = g.target()
    depth = g.choose(["0", "1", "2", "3", *(f"{n} % 4" for n in g.integers)])
    g.lines.append(f"{pad}{target} = again({g.atom()}, {depth})")
    g.note(target)


def recursion(g):
    one, two = g.expression(1), g.expression(1)
    if g.random.random() < 0.6:
        return [
            "def again(u, n=3):",
            "    if n <= 0:",
            f"        return {one}",
            f"    return math.sin(u * again(0.5 * u + {two}, n - 1))",
        ]
    return [
        "def even(u, n):",
        f"    return {one} if n == 0 else odd(math.cos(u), n - 1)",
        "",
        "",
        "def odd(u, n):",
        f"    return {two} if n == 0 else u * even(math.sin(u), n - 1)",
        "",
        "",
        "def again(u, n=3):",
        "    return even(u, n) + odd(u, n=n)",
    ]


def record(g, pad):
    g.texts.setdefault("record", RECORD)
    target, name = g.target(), g.choose(("pt", "pr"))
    one, two = g.expression(1), g.expression(1)
    if name == "pr":
        g.lines.append(f"{pad}pr = Pair({one}, two={two})")
        g.lines.append(f"{pad}{target} = pr.one * pr[1] - pr.two")
    else:
        g.lines.append(f"{pad}pt = Point({one})")
        if g.random.random() < 0.3:
            g.lines.append(f"{pad}pt.b = pt.a * {two}")
        g.lines.append(f"{pad}{target} = pt.a - math.sin(pt.b)")
    g.note(target)


def matched(g, pad):
    target = g.target()
    subject = f"int(2 + 2 * math.sin({g.choose(g.names)}))"
    if g.integers and g.random.random() < 0.6:
        subject = g.choose(g.integers)
    g.lines += [
        f"{pad}match {subject}:",
        f"{pad}    case 0 | 3:",
        f"{pad}        {target} = {g.expression(1)}",
        f"{pad}    case k if k > 1:",
        f"{pad}        {target} = k * {g.expression(1)}",
        f"{pad}    case _:",
        f"{pad}        {target} = {g.expression(2)}",
    ]
    g.note(target)


def keyed(g, pad):
    target = g.target()
    g.lines += [
        f"{pad}s = {{'k': {g.expression(1)}, 'm': {g.atom()}}}",
        f"{pad}s = {{**s, 'k': s['m'] * {g.expression(1)}}}",
        f"{pad}{target} = s['k'] + s['m']",
    ]
    g.note(target)


def running(g, pad):
    """A tuple and a number of another type carried by a loop."""
    target = g.target()
    turns = g.choose(["3", *(g.integers)])
    g.fresh += 1
    state, count = f"state{g.fresh}", f"count{g.fresh}"
    g.lines += [
        f"{pad}{state}, {count} = ({g.expression(1)}, {g.expression(1)}), 0",
        f"{pad}for _ in range({turns}):",
        f"{pad}    {state} = ({state}[1], math.sin({state}[0] * {g.atom()} + {count}))",
        f"{pad}    {count} += 1 if {state}[0] < {g.atom()} else 2",
        f"{pad}{target} = {state}[0] * {count} + {state}[1]",
    ]
    g.note(target)
