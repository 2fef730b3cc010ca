"""Which values the reverse sweep reads have to be recorded: a minimum cut.

A reverse body reads values of the primal body it belongs to. Each of them is still standing, or it is
computed again, or it is recorded. Computing again costs the operation and needs its operands, for which
the same choice stands; so the cheapest choice is a minimum cut of the graph

    source -> v   what computing v again costs (infinite for a carried value: nothing computes it)
    v -> v'       what recording v costs
    w' -> v       infinite: to compute v again, its operand w must be there
    v' -> sink    infinite, for each value that is read

(max-flow min-cut; see Naumann, "The Art of Differentiating Computer Programs", chapter 2, and Moses et al.,
"Instead of Rewriting Foreign Code for Machine Learning, Automatically Synthesize Fast Gradients", 2020,
for the use of a cut here).
Of several cheapest cuts the one nearest to the source is taken: it records earlier and fewer values.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import final

from s2sdiff.ir.arrays import may_be_view
from s2sdiff.ir.core import Apply, Block, For, If, Op, Value, While
from s2sdiff.ir.forms import READS
from s2sdiff.ir.lists import ITEM, LENGTH, RANGE, levels_of
from s2sdiff.ir.structure import PACK, UNPACK
from s2sdiff.ir.sure import is_sure
from s2sdiff.ir.tables import TABLE
from s2sdiff.ir.traverse import blocks, free_values, operands
from s2sdiff.ir.types import Array
from s2sdiff.rules.registry import is_own

INFINITE = 10**9
RECORD = 7  # append and pop, and the memory; a call costs less
RECORD_LIST = 10**4  # a copy of the whole list
MANY = 10  # items of a list, rows of a matrix
ARITHMETIC = 2
CALL = 5
ARRAY = 60  # an operation on whole arrays; recording one keeps a reference
OWN = 100  # a function of the user's that has a rule: what it costs is not known
PUT_BACK = 2  # a store that undoes one


@final
@dataclass(slots=True, eq=False)
class Plan:
    """For each block of the primal body: what is recorded there, and which ops are run again.

    `price` is what all that costs.
    """

    recorded: dict[Block, list[Value]] = field(default_factory=dict)
    recomputed: dict[Block, list[Op]] = field(default_factory=dict)
    price: int = 0


@final
@dataclass(frozen=True, slots=True, eq=False)
class Undoing:
    """How versions of arrays are computed from later ones: by `steps` that put back `old` entries.

    These are recorded; `stored` reads values from versions in which they were stored. The versions `after`
    all of it are there.
    """

    steps: Mapping[Value, Apply] = field(default_factory=dict)
    stored: Mapping[Value, Apply] = field(default_factory=dict)
    old: frozenset[Value] = frozenset()
    after: frozenset[Value] = frozenset()


def plan(
    body: Block,
    needed: Iterable[Value],
    is_standing: Callable[[Value], bool],
    record: Callable[[Value], int],
    gone: frozenset[Value] = frozenset(),
    instead: Mapping[Value, Apply] = MappingProxyType({}),
    undoing: Undoing = Undoing(),
) -> Plan:
    """What to do for the values of `body` and of the branches in it that are `needed`.

    Values for which `is_standing` holds cost nothing. `record` is the price of recording a value. What
    reads a value from around that is `gone` by then cannot be computed again. `instead` has ops that
    compute some of the values in another way, `undoing` those that give arrays as they were.
    """
    other = {**undoing.stored, **instead, **undoing.steps}
    old = undoing.old - set(other)
    homes = {value: (other.get(value, op), home) for value, (op, home) in _homes(body).items()}

    def price_again(value: Value, op: Op | None) -> int:
        if value in undoing.steps:
            return PUT_BACK
        if op is None or value in old or not gone.isdisjoint(reads_of(op)):
            return INFINITE
        if is_sure(op) and not all(map(is_there, reads_of(op))):
            return INFINITE  # on other paths there is nothing to record
        return recompute_price(op)

    def is_there(value: Value) -> bool:
        return is_standing(value) or value in undoing.after

    graph = _Graph()
    found: set[Value] = set()
    waiting = [value for value in needed if value in homes]
    for value in waiting:
        graph.connect((value, 1), "sink", INFINITE)
    while waiting:
        value = waiting.pop()
        if value in found:
            continue
        found.add(value)
        op, _ = homes[value]
        if is_there(value):
            continue
        graph.connect((value, 0), (value, 1), record(value))
        price = price_again(value, op)
        graph.connect("source", (value, 0), price)
        if price < INFINITE and op is not None:
            for operand in reads_of(op):
                if operand in homes:
                    graph.connect((operand, 1), (value, 0), INFINITE)
                    waiting.append(operand)
    sources = graph.source_side()
    chosen = Plan()
    again: set[int] = set()
    order = {value: at for at, value in enumerate(homes)}
    for value in sorted(found, key=order.__getitem__):
        if is_there(value) or (value, 1) in sources:
            continue
        op, block = homes[value]
        if (value, 0) in sources:
            chosen.recorded.setdefault(block, []).append(value)
            chosen.price += record(value)
        elif op is not None and id(op) not in again:
            again.add(id(op))
            chosen.recomputed.setdefault(block, []).append(op)
            chosen.price += price_again(value, op)
    if undoing.steps:
        steps = set(undoing.steps.values())
        for block, ops in chosen.recomputed.items():
            chosen.recomputed[block] = _in_order(ops, steps)
    return chosen


def _in_order(ops: list[Op], steps: set[Apply]) -> list[Op]:
    """`ops`, each behind those that give what it reads; the `steps` that undo a store when what was there
    behind it has been read."""
    found: list[Op] = []
    waiting = list(ops)
    while waiting:
        coming = {result for op in waiting for result in op.results}
        ready: list[Op] = [op for op in waiting if coming.isdisjoint(reads_of(op))]
        read = Counter(value for op in waiting for value in reads_of(op))
        due: list[Op] = [op for op in ready if op in steps and read[reads_of(op)[0]] == 1]
        (op, *_) = due or [op for op in ready if op not in steps] or ready
        waiting.remove(op)
        found.append(op)
    return found


def record_price(value: Value, is_copied: bool) -> int:
    """What recording costs, in the units of `ARITHMETIC`."""
    if not is_copied:
        return RECORD
    has_rows = isinstance(value.type, Array) and len(value.type.axes or ()) > 1
    return MANY * RECORD_LIST if has_rows or levels_of(value.type) > 1 else RECORD_LIST


def recompute_price(op: Op | None) -> int:
    """What it costs to run `op` again; carried values, loops and effects cannot be."""
    match op:
        case None | For() | While():
            return INFINITE
        case If(then=then, orelse=orelse):
            inner = [recompute_price(each) for each in (*then.ops, *orelse.ops)]
            return min(INFINITE, ARITHMETIC + sum(inner))
        case Apply(primitive=primitive):
            if primitive.effect or primitive.changes:
                return INFINITE
            if primitive.identity:
                return RECORD_LIST // 2
            if primitive in (LENGTH, RANGE, TABLE):
                return 1
            is_read = primitive in (ITEM, UNPACK, *READS) or may_be_view(primitive)
            if not is_read and any(isinstance(result.type, Array) for result in op.results):
                return ARRAY
            cheap = primitive.name.startswith(
                ("operator.", "core.and", "core.or", "core.sure", "core.ranked")
            )
            if cheap or primitive in (ITEM, PACK, UNPACK):
                return ARITHMETIC
            return OWN if is_own(primitive) else CALL
    return INFINITE


def reads_of(op: Op) -> list[Value]:
    """All values of around that `op` reads."""
    own = [atom for atom in operands(op) if isinstance(atom, Value)]
    return own + [value for inner in blocks(op) for value in free_values(inner)]


def _homes(body: Block) -> dict[Value, tuple[Op | None, Block]]:
    """Table: the op and the block that define each value, in order of the text; loops are not entered."""
    homes: dict[Value, tuple[Op | None, Block]] = {}

    def visit(block: Block) -> None:
        for param in block.params:
            homes[param] = (None, block)
        for op in block.ops:
            if isinstance(op, If):
                visit(op.then)
                visit(op.orelse)
            for result in op.results:
                homes[result] = (op, block)

    visit(body)
    return homes


Node = tuple[Value, int] | str


class _Graph:
    """A flow network; capacities are small integers."""

    def __init__(self) -> None:
        self.capacity: dict[Node, dict[Node, int]] = {}

    def connect(self, one: Node, two: Node, capacity: int) -> None:
        forward = self.capacity.setdefault(one, {})
        forward[two] = min(INFINITE, forward.get(two, 0) + capacity)
        self.capacity.setdefault(two, {}).setdefault(one, 0)

    def source_side(self) -> set[Node]:
        """Nodes that the source still reaches when the flow is largest (Edmonds and Karp, 1972)."""
        while True:
            parents = self.search()
            if "sink" not in parents:
                return set(parents)
            path: list[tuple[Node, Node]] = []
            node: Node = "sink"
            while node != "source":
                path.append((parents[node], node))
                node = parents[node]
            flow = min(self.capacity[one][two] for one, two in path)
            for one, two in path:
                self.capacity[one][two] -= flow
                self.capacity[two][one] += flow

    def search(self) -> dict[Node, Node]:
        parents: dict[Node, Node] = {"source": "source"}
        waiting: deque[Node] = deque(["source"])
        while waiting:
            node = waiting.popleft()
            for other, left in self.capacity.get(node, {}).items():
                if left > 0 and other not in parents:
                    parents[other] = node
                    if other == "sink":
                        return parents
                    waiting.append(other)
        return parents
