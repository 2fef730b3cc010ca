"""Common subexpressions: what was computed already is not computed again.

    a = x**2                          a = x**2
    b = exp(x**2)          ->         b = exp(a)

Ops run for their effect are left alone, and structures are made anew: whoever changes one does not change
its twin. A nested block sees what the blocks around it computed.
"""

from __future__ import annotations

from dataclasses import replace

from s2sdiff.ir.core import Apply, Atom, Block, Const, Function, Op, Primitive, Value
from s2sdiff.ir.objects import changed_by_program
from s2sdiff.ir.structure import begins_reverse, is_section
from s2sdiff.ir.traverse import blocks, operands, rename, substituted, with_ops, with_parts
from s2sdiff.rules.registry import find_rule, primitive
from s2sdiff.rules.signatures import bound_slots

Key = tuple[object, ...]
COMMUTATIVE = (primitive("operator.add"), primitive("operator.mul"))


def common(function: Function) -> Function:
    """`function` with repeated computations shared."""
    run = _Run(changed_by_program(function.body))
    body = run.block(function.body, {})
    return replace(function, body=rename(body, run.names) if run.names else body)


class _Run:
    def __init__(self, objects: frozenset[Value]) -> None:
        self.objects = objects
        self.substitution: dict[Value, Atom] = {}
        self.names: dict[Value, Atom] = {}
        self.in_reverse: set[Value] = set()
        self.reverse_began = False

    def block(self, block: Block, outer: dict[Key, tuple[Value, ...]]) -> Block:
        seen = dict(outer)
        ops: list[Op] = []
        for op in block.ops:
            atoms = tuple(substituted(atom, self.substitution) for atom in operands(op))
            nested = tuple(self.block(inner, seen) for inner in blocks(op))
            op = with_parts(op, atoms, nested)
            if isinstance(op, Apply) and _can_be_shared(op.primitive):
                key = _key(op)
                earlier = seen.get(key)
                if earlier is not None and self.objects.isdisjoint((*earlier, *op.results)):
                    self.share(earlier, op.results)
                    continue
                seen[key] = op.results
                if self.reverse_began:
                    self.in_reverse.update(op.results)
            elif is_section(op):
                self.reverse_began = begins_reverse(op)
            ops.append(op)
        outputs = tuple(substituted(atom, self.substitution) for atom in block.outputs)
        return with_ops(block, ops, outputs)

    def share(self, earlier: tuple[Value, ...], results: tuple[Value, ...]) -> None:
        """Use `earlier` for `results`. An unnamed value takes the name of its twin, but no value of
        the forward sweep is called a cotangent."""
        for old, new in zip(earlier, results, strict=True):
            self.substitution[new] = old
            fitting = isinstance(new.hint, str) or (new.hint is not None and old in self.in_reverse)
            if old.hint is None and fitting and old not in self.names:
                self.names[old] = new


def _can_be_shared(primitive: Primitive) -> bool:
    return not (primitive.effect or primitive.changes or primitive.identity)


def _key(op: Apply) -> Key:
    parts = [_part(atom) for atom in op.args]
    if op.primitive in COMMUTATIVE:
        parts.sort(key=repr)
    rule = find_rule(op.primitive) if op.primitive.layout is not None else None
    if rule is None or rule.call is None:
        return (op.primitive.name, op.primitive.keywords, op.primitive.layout, *parts)
    found: list[object] = []  # by position or by keyword, it is the same argument
    for name, slot in bound_slots(op.primitive, rule.call).items():
        flat = slot if isinstance(slot, tuple) else (slot,)
        found.append((name, *((each.layout, *map(_part, each.of(op.args))) for each in flat)))
    return (op.primitive.name, *sorted(found, key=repr))


def _part(atom: Atom) -> object:
    return atom.key if isinstance(atom, Const) else id(atom)
