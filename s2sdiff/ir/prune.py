"""Dead code: ops whose results nobody reads are dropped, effects excepted.

A loop keeps the carried values that something reads behind it or in a later turn. Tuples that come in
are always unpacked, which makes sure of their length; those that a function gives are not.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from s2sdiff.ir.core import Apply, Atom, Block, Call, For, If, Op, Value, While
from s2sdiff.ir.structure import MARK, UNPACK
from s2sdiff.ir.traverse import blocks, operands, walk, with_ops

T = TypeVar("T")


def prune(block: Block) -> Block:
    """`block` without what does not matter for its outputs or its effects."""
    return _prune(block, set(), _given(block))


def _given(block: Block) -> frozenset[Value]:
    """What functions give that are called by name."""
    return frozenset(
        result
        for op in walk(block)
        if isinstance(op, Apply) and not op.primitive.name.startswith("core.")
        for result in op.results
    )


def _prune(block: Block, needed: set[Value], given: frozenset[Value]) -> Block:
    """`block` without dead ops; `needed` grows by what is read in it."""
    _need(block.outputs, needed)
    kept: list[Op] = []
    for op in reversed(block.ops):
        is_read = any(result in needed for result in op.results)
        if not is_read and not any(_must_stay(inner, given) for inner in (op, *_inside(op))):
            continue
        match op:
            case If():
                op = _branch(op, needed, given)
            case For() | While():
                op = _loop(op, needed, given)
        _need(operands(op), needed)
        kept.append(op)
    return with_ops(block, kept[::-1], block.outputs)


def _must_stay(op: Op, given: frozenset[Value]) -> bool:
    if isinstance(op, Call):
        return not op.callee.pure
    if not isinstance(op, Apply):
        return False
    return op.primitive.effect or (op.primitive is UNPACK and op.args[0] not in given)


def _inside(op: Op) -> list[Op]:
    inside = [inner for block in blocks(op) for inner in walk(block)]
    return [i for i in inside if not (isinstance(i, Apply) and i.primitive is MARK)]


def _need(atoms: tuple[Atom, ...], needed: set[Value]) -> None:
    needed.update(atom for atom in atoms if isinstance(atom, Value))


def _chosen(items: tuple[T, ...], wanted: list[bool]) -> tuple[T, ...]:
    return tuple(item for item, want in zip(items, wanted, strict=True) if want)


def _branch(op: If, needed: set[Value], given: frozenset[Value]) -> If:
    """A branch that gives only what is read."""
    wanted = [result in needed for result in op.results]
    sides = [
        _prune(with_ops(side, side.ops, _chosen(side.outputs, wanted)), needed, given)
        for side in (op.then, op.orelse)
    ]
    if all(wanted) and sides[0] is op.then and sides[1] is op.orelse:
        return op
    return replace(op, then=sides[0], orelse=sides[1], results=_chosen(op.results, wanted))


def _loop(op: For | While, needed: set[Value], given: frozenset[Value]) -> For | While:
    """A loop that carries only what is read behind it or in a later turn."""
    size = len(op.results)
    wanted = [result in needed for result in op.results]
    while True:
        inner: set[Value] = set()
        body = _carrying(op.body, wanted, 1, inner, given)
        test = _carrying(op.test, wanted, 0, inner, given) if isinstance(op, While) else None
        read = [
            any(each.params[len(each.params) - size + at] in inner for each in _all_blocks(op))
            for at in range(size)
        ]
        more = [want or is_read for want, is_read in zip(wanted, read, strict=True)]
        if more == wanted:
            break
        wanted = more
    needed.update(inner)
    if all(wanted) and body is op.body and (isinstance(op, For) or test is op.test):
        return op
    carried, results = _chosen(op.carried, wanted), _chosen(op.results, wanted)
    if isinstance(op, For):
        return replace(op, carried=carried, body=body, results=results)
    assert test is not None
    return replace(op, carried=carried, test=test, body=body, results=results)


def _all_blocks(op: For | While) -> tuple[Block, ...]:
    return blocks(op)


def _carrying(
    block: Block, wanted: list[bool], first: int, needed: set[Value], given: frozenset[Value]
) -> Block:
    """A block of a loop with the wanted carried values only; `first` outputs come before them."""
    if all(wanted):
        return _prune(block, needed, given)
    split = len(block.params) - len(wanted)
    params = block.params[:split] + _chosen(block.params[split:], wanted)
    outputs = block.outputs
    if first:
        outputs = outputs[:first] + _chosen(outputs[first:], wanted)
    return _prune(Block(params, block.ops, outputs), needed, given)
