"""The computation graph (Figure 5.11 of the book), for Graphviz and for Mermaid.

x -> a -> b -> c -> d -> f        nodes are the inputs and the variables of the trace,
     a ------> c -> e -> f        edges lead to the variables computed from them
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from s2sdiff.ir.core import Function
from s2sdiff.ir.sure import with_one_name_each
from s2sdiff.ir.traverse import free_values
from s2sdiff.ir.types import Static
from s2sdiff.show.clusters import dot_of, mermaid_of
from s2sdiff.show.formulas import expressions, text_of
from s2sdiff.show.regions import has_regions
from s2sdiff.show.trace import trace_table
from s2sdiff.show.variables import opened_by


@final
@dataclass(frozen=True, slots=True)
class Node:
    """A value: its name, what it says, the names it is computed from; is it returned?"""

    name: str
    label: str
    parents: tuple[str, ...]
    is_output: bool


def nodes_of(primal: Function) -> tuple[Node, ...]:
    """The nodes in the order of the trace: inputs first, each after all that it is computed from."""
    primal = with_one_name_each(primal)
    trace = trace_table(primal, ())
    found = [
        Node(trace.names[param], trace.names[param], (), param in trace.outputs)
        for param in trace.function.body.params
        if not isinstance(param.type, Static)
    ]
    for row in trace.variables:
        parents = tuple(trace.names[value] for value in free_values(row.formula))
        label = "" if opened_by(row) else text_of(expressions(row.formula, trace.names)[0])
        for value in row.values:
            found.append(_node(trace.names[value], label, parents, value in trace.outputs))
    return tuple(found)


def _node(name: str, formula: str, parents: tuple[str, ...], is_output: bool) -> Node:
    return Node(name, f"{name} = {formula}" if formula else name, parents, is_output)


def render_dot(primal: Function) -> str:
    """The graph for Graphviz: inputs are circles, results have a double border."""
    if has_regions(primal):
        return dot_of(primal)
    nodes = nodes_of(primal)
    lines = [f"digraph {_dot_text(primal.name)} {{", "  rankdir=LR;"]
    for node in nodes:
        shape = "box" if node.parents else "circle"
        border = ", peripheries=2" if node.is_output else ""
        label = f"label={_dot_text(node.label)}"
        lines.append(f"  {_dot_text(node.name)} [{label}, shape={shape}{border}];")
    for node in nodes:
        for parent in node.parents:
            lines.append(f"  {_dot_text(parent)} -> {_dot_text(node.name)};")
    return "\n".join((*lines, "}")) + "\n"


def _dot_text(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def render_mermaid(primal: Function) -> str:
    """The graph for Mermaid: inputs are circles, results have a double border."""
    if has_regions(primal):
        return mermaid_of(primal)
    nodes = nodes_of(primal)
    number = {node.name: f"n{index}" for index, node in enumerate(nodes)}
    lines = ["flowchart LR"]
    for node in nodes:
        opening, closing = ("[[", "]]") if node.is_output else ("[", "]")
        if not node.parents:
            opening, closing = ("(((", ")))") if node.is_output else ("((", "))")
        lines.append(f"  {number[node.name]}{opening}{_mermaid_text(node.label)}{closing}")
    for node in nodes:
        for parent in node.parents:
            lines.append(f"  {number[parent]} --> {number[node.name]}")
    return "\n".join(lines) + "\n"


def _mermaid_text(text: str) -> str:
    """A quoted label; what Mermaid would read as markup becomes an entity."""
    marked = {char: f"#{ord(char)};" for char in '#"&<>`*_'}
    return '"' + "".join(marked.get(char, char) for char in text) + '"'
