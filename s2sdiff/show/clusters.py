"""The computation graph of a function with loops, lists or kept functions: a cluster for each region.

    for i in range(n): s = s * x        cluster "for each turn": i, s, s_2; an edge s_2 -> s "next turn",
                                        and s_2 -> s_3, which is s after the loop

A call of a kept function is one node; the graph shows the function that was asked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, assert_never, final

from s2sdiff.ir.core import Apply, Atom, Block, Call, Const, For, Function, If, Op, Value, While
from s2sdiff.ir.types import Static
from s2sdiff.show.regions import Names
from s2sdiff.show.variables import prepared

Shape: TypeAlias = Literal["circle", "box"]
_MARKED = frozenset('#"&<>`*_')


@final
@dataclass(frozen=True, slots=True)
class Place:
    """A node: a value and what it says."""

    number: int
    label: str
    shape: Shape


@final
@dataclass(slots=True)
class Cluster:
    """The nodes and clusters of one region, in order."""

    title: str
    number: int
    inside: list[Place | Cluster] = field(default_factory=list)


@final
@dataclass(frozen=True, slots=True)
class Edge:
    start: int
    end: int
    label: str = ""


class _Drawing:
    """Collects nodes and edges. A value of an outer block keeps its node in inner ones."""

    def __init__(self, primal: Function) -> None:
        self.function = prepared(primal)
        self.names = Names(self.function)
        self.numbers: dict[Value, int] = {}
        self.clusters = self.places = 0
        self.edges: list[Edge] = []
        self.whole = Cluster(primal.name, 0)
        body = self.function.body
        for param in body.params:
            if not isinstance(param.type, Static):
                self.node(param, self.whole, self.names.atom(param), "circle")
        self.block(body, self.whole)
        self.outputs = {
            self.numbers[v] for v in body.outputs if isinstance(v, Value) and v in self.numbers
        }

    def node(self, value: Value, into: Cluster, label: str, shape: Shape = "box") -> None:
        self.numbers[value] = self.places
        self.places += 1
        into.inside.append(Place(self.numbers[value], label, shape))

    def edge(self, start: Atom, end: Value, label: str = "") -> None:
        if isinstance(start, Value) and start in self.numbers:
            edge = Edge(self.numbers[start], self.numbers[end], label)
            if edge not in self.edges:
                self.edges.append(edge)

    def cluster(self, title: str, into: Cluster) -> Cluster:
        self.clusters += 1
        found = Cluster(title, self.clusters)
        into.inside.append(found)
        return found

    def block(self, block: Block, into: Cluster) -> None:
        for op in block.ops:
            self.op(op, into)

    def op(self, op: Op, into: Cluster) -> None:
        names = self.names
        match op:
            case Apply(args=args, results=results):
                self.computed(results, names.formula(op), args, into)
            case Call(callee=callee, args=args, results=results):
                self.computed(results, f"{callee.name}({names.atoms(args)})", args, into)
            case If(test=test, then=then, orelse=orelse, results=results):
                for title, side in (
                    (f"if {names.test(op)}", then),
                    (f"if not {names.test(op)}", orelse),
                ):
                    if side.ops:
                        self.block(side, self.cluster(title, into))
                for result, yes, no in zip(results, then.outputs, orelse.outputs, strict=True):
                    choice = f"{names.atom(yes)} if {names.test(op)} else {names.atom(no)}"
                    read = (yes, no) if isinstance(test, Const) else (test, yes, no)
                    self.computed((result,), choice, read, into)
            case For(iterable=iterable, carried=carried, body=body, results=results):
                item, *state = body.params
                title = f"for each {names.atom(item)} in {names.atom(iterable)}"
                turn = self.cluster(title + self.left(body), into)
                self.node(item, turn, names.atom(item), "circle")
                self.edge(iterable, item, "each")
                self.turn(carried, state, body, results, turn, into)
            case While(carried=carried, test=tested, body=body, results=results):
                title = f"while {names.atoms(tested.outputs)}"
                turn = self.cluster(title + self.left(body), into)
                self.entered(carried, tested.params, turn)
                self.block(tested, self.cluster("test", turn))
                self.turn(tested.params, body.params, body, results, turn, into, tested.params)
            case _:
                assert_never(op)

    def left(self, body: Block) -> str:
        """When a turn is the last one, for the title of a loop."""
        stop = body.outputs[0]
        never = isinstance(stop, Const) and stop.value is False
        return "" if never else f", until {self.names.atom(stop)}"

    def computed(
        self, results: Iterable[Value], formula: str, args: Iterable[Atom], into: Cluster
    ) -> None:
        for result in results:
            self.node(result, into, f"{self.names.atom(result)} = {formula}")
            for arg in args:
                self.edge(arg, result)

    def entered(self, carried: Iterable[Atom], state: Iterable[Value], into: Cluster) -> None:
        """Nodes of the values that a turn begins with."""
        for start, value in zip(carried, state, strict=True):
            label = self.names.atom(value)
            if not isinstance(start, Value):
                label += f", first {self.names.atom(start)}"
            self.node(value, into, label, "circle")
            self.edge(start, value, "first")

    def turn(
        self,
        carried: Iterable[Atom],
        state: Iterable[Value],
        body: Block,
        results: tuple[Value, ...],
        inside: Cluster,
        outside: Cluster,
        heads: tuple[Value, ...] | None = None,
    ) -> None:
        """The body of a loop; what it gives goes to `heads`, where the next turn begins."""
        state = tuple(state)
        if heads is None:
            self.entered(carried, state, inside)
            heads = state
        else:
            for head, value in zip(heads, state, strict=True):
                self.numbers[value] = self.numbers[head]
                self.names.chosen[value] = self.names.atom(head)
        self.block(body, inside)
        for head, following in zip(heads, body.outputs[1:], strict=True):
            if following is not head:
                self.edge(following, head, "next turn")
        for result, head in zip(results, heads, strict=True):
            label = f"{self.names.atom(result)} = {self.names.atom(head)} after the last turn"
            self.node(result, outside, label)
            self.edge(head, result)


def dot_of(primal: Function) -> str:
    """The clustered graph for Graphviz; edges to the next turn are dashed."""
    drawing = _Drawing(primal)

    def lines(cluster: Cluster, indent: str) -> Iterable[str]:
        for part in cluster.inside:
            if isinstance(part, Place):
                border = ", peripheries=2" if part.number in drawing.outputs else ""
                label = f"label={_dot_text(part.label)}"
                yield f"{indent}n{part.number} [{label}, shape={part.shape}{border}];"
            else:
                yield f"{indent}subgraph cluster_{part.number} {{"
                yield f"{indent}  label={_dot_text(part.title)};"
                yield from lines(part, indent + "  ")
                yield f"{indent}}}"

    text = [f"digraph {_dot_text(primal.name)} {{", "  rankdir=LR;", *lines(drawing.whole, "  ")]
    for edge in drawing.edges:
        dashed = ", style=dashed, constraint=false" if edge.label == "next turn" else ""
        label = f" [label={_dot_text(edge.label)}{dashed}]" if edge.label else ""
        text.append(f"  n{edge.start} -> n{edge.end}{label};")
    return "\n".join((*text, "}")) + "\n"


def mermaid_of(primal: Function) -> str:
    """The clustered graph for Mermaid; edges to the next turn are dashed."""
    drawing = _Drawing(primal)

    def lines(cluster: Cluster, indent: str) -> Iterable[str]:
        for part in cluster.inside:
            if isinstance(part, Place):
                round_ = ("(((", ")))") if part.number in drawing.outputs else ("((", "))")
                square = ("[[", "]]") if part.number in drawing.outputs else ("[", "]")
                opening, closing = round_ if part.shape == "circle" else square
                yield f"{indent}n{part.number}{opening}{_mermaid_text(part.label)}{closing}"
            else:
                yield f"{indent}subgraph c{part.number}[{_mermaid_text(part.title)}]"
                yield from lines(part, indent + "  ")
                yield f"{indent}end"

    text = ["flowchart LR", *lines(drawing.whole, "  ")]
    for edge in drawing.edges:
        arrow = "-.->" if edge.label == "next turn" else "-->"
        label = f"|{edge.label}|" if edge.label else ""
        text.append(f"  n{edge.start} {arrow}{label} n{edge.end}")
    return "\n".join(text) + "\n"


def _dot_text(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _mermaid_text(text: str) -> str:
    """A quoted label; what Mermaid would read as markup becomes an entity."""
    return '"' + "".join(f"#{ord(c)};" if c in _MARKED else c for c in text) + '"'
