"""Random statements on lists and dicts that something else than a name holds, and on lazy iterators."""


def statement(g, depth):
    """Hold a list or a dict, let its name go elsewhere or change what it holds, and read both."""
    pad = "    " * depth
    target = g.target()
    lines = g.choose((lists, iterators, dicts, exchanged))(g, target)
    g.lines += [pad + line for line in lines]
    g.note(target)


def lists(g, target):
    name = g.choose([*g.lists, "q"])
    start = [] if name in g.lists else [f"{name} = [{g.atom()}, {g.atom()}]"]
    other = f"[{g.atom()}, {g.atom()}]"
    rebound = g.choose(
        [
            [f"if {g.test()}:", f"    {name} = {other}"],
            [f"{name} = {other}"],
            [],
        ]
    )
    change = g.choose([[f"{name}[0] = {g.expression(1)}"], [f"{name}.append({g.atom()})"], []])
    hold, use = g.choose(
        [
            ([f"hold = {name}.append"], [f"hold({g.atom()})", f"{target} = sum({name})"]),
            ([f"hold = lambda held={name}: held[0] + sum(held)"], [f"{target} = hold()"]),
            ([f"hold = ({name}, 1.0)"], [f"{target} = hold[0][0] + sum({name})"]),
            (
                [f"hold = zip({name}, {name})"],
                [f"{target} = 0.0", "for p, r in hold:", f"    {target} += p * math.sin(r)"],
            ),
            ([f"hold = map(math.sin, {name})"], [f"{target} = sum(hold) + {name}[0]"]),
            ([f"hold = reversed({name})"], [f"{target} = sum(list(hold)) - {name}[-1]"]),
        ]
    )
    return [*start, *hold, *rebound, *change, *use]


def exchanged(g, target):
    """Lists that change places in a loop."""
    one, two, three = g.expression(1), g.expression(1), g.atom()
    turns = f"range(int(2 + 2 * math.sin({g.choose(g.names)})))"
    change = g.choose(
        [
            [f"p[0] = 0.5 * q[1] + {three}", "q[1] = math.sin(p[0] * q[0])"],
            [f"p[k % 2] = math.cos(q[0] + {three})"],
            ["p.append(q[-1] * 0.5)", "q[0] = math.sin(p[-1])"],
        ]
    )
    move = g.choose(
        [
            ["p, q = q, p"],
            ["p, q, r = q, r, p"],
            ["if k % 2 == 0:", "    p, q = q, p"],
            ["r = [p[0], q[1]]", "p, q = q, r"],
            ["r, p = p, [q[0], 1.0]"],
        ]
    )
    body = [*move, *change] if g.random.random() < 0.3 else [*change, *move]
    return [
        f"p, q, r = [{one}, {two}], [{two}, {three}], [{three}, {one}]",
        f"for k in {turns}:",
        *(f"    {line}" for line in body),
        f"{target} = p[0] * q[1] + r[0]",
    ]


def iterators(g, target):
    name = g.choose([*g.lists, f"[{g.atom()}, {g.atom()}]"])
    c = g.choose(g.names)
    head = g.choose(
        [
            f"k * {c} for k in {name}",
            f"math.sin(k) for k in {name} if k > {g.atom()}",
            f"k + ({c} > 0) for k in {name}",
        ]
    )
    over = g.choose(
        [f"({head})", f"map(lambda k: math.cos(k * {c}), {name})", f"enumerate({head})", name]
    )
    item = "(j, e)" if over.startswith("enumerate") else "e"
    inside = g.choose(
        [
            [f"{c} = math.sin({c} + e)"],
            [f"{name}[0] = math.cos(e)"] if name in g.lists else [],
            [f"if {g.test()}:", "    break"],
            [],
        ]
    )
    body = [f"    {line}" for line in inside]
    return [f"{target} = 0.0", f"for {item} in {over}:", f"    {target} += e", *body]


def dicts(g, target):
    one, two = g.expression(1), g.expression(1)
    make = [f"held = {{'p': {one}, 'r': {two}}}"]
    view = g.choose(["held.values()", "held.items()", "held.keys()"])
    rebound = [f"if {g.test()}:", f"    held = {{'p': {g.atom()}, 'r': {g.atom()}}}"]
    change = g.choose(
        [
            [f"held['p'] = {g.expression(1)}"],
            [f"held['s'] = {g.atom()}"],
            ["held.pop('p')"],
            rebound,
            [],
        ]
    )
    if g.random.random() < 0.5:
        read = {"held.values()": "v", "held.items()": "v[1]", "held.keys()": "held[v]"}[view]
        return [*make, f"view = {view}", *change, f"{target} = sum({read} for v in view)"]
    store = g.choose(
        [f"held['r'] = 0.5 * {g.atom()}", f"held[k] = math.sin(held[k]) * {g.atom()}", "pass"]
    )
    names = "k, v" if "items" in view else "k"
    over = view if "values" not in view else "held"
    return [
        *make,
        f"{target} = 0.0",
        f"for {names} in {over}:",
        f"    {store}",
        f"    {target} += {'v' if 'items' in view else 'held[k]'}",
        *change,
        f"{target} += sum(held.values())",
    ]
