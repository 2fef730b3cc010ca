"""Walking and rewriting: the only module that knows how to get at the parts of each op."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from operator import is_
from typing import TypeAlias, assert_never

from s2sdiff.ir.core import Apply, Atom, Block, Call, For, Function, If, Op, Value, While

Substitution: TypeAlias = Mapping[Value, Atom]


def operands(op: Op) -> tuple[Atom, ...]:
    """What `op` itself reads, its nested blocks left out."""
    if isinstance(op, Apply):  # most ops are
        return op.args
    match op:
        case Call(args=args):
            return args
        case If(test=test):
            return (test,)
        case For(iterable=iterable, carried=carried):
            return (iterable, *carried)
        case While(carried=carried):
            return carried
        case _:
            assert_never(op)


def blocks(op: Op) -> tuple[Block, ...]:
    """The nested blocks of `op`."""
    if isinstance(op, Apply):
        return ()
    match op:
        case Call():
            return ()
        case If(then=then, orelse=orelse):
            return (then, orelse)
        case For(body=body):
            return (body,)
        case While(test=test, body=body):
            return (test, body)
        case _:
            assert_never(op)


def with_parts(op: Op, atoms: tuple[Atom, ...], nested: tuple[Block, ...]) -> Op:
    """`op` with other operands and nested blocks, in the order of `operands` and `blocks`.

    Gives `op` itself where nothing changes: most passes change little.
    """
    if _same(atoms, operands(op)) and _same(nested, blocks(op)):
        return op
    if isinstance(op, Apply):
        return Apply(op.primitive, atoms, op.results, op.span)
    match op:
        case Call(callee=callee, results=results, span=span):
            return Call(callee, atoms, results, span)
        case If(results=results, span=span):
            return If(atoms[0], nested[0], nested[1], results, span)
        case For(results=results, span=span):
            return For(atoms[0], atoms[1:], nested[0], results, span)
        case While(results=results, span=span):
            return While(atoms, nested[0], nested[1], results, span)
        case _:
            assert_never(op)


def with_ops(block: Block, ops: Sequence[Op], outputs: tuple[Atom, ...]) -> Block:
    """`block` with other ops and outputs; `block` itself where these are its own."""
    if _same(ops, block.ops) and _same(outputs, block.outputs):
        return block
    return Block(block.params, tuple(ops), outputs)


def _same(ones: Sequence[object], twos: Sequence[object]) -> bool:
    return len(ones) == len(twos) and all(map(is_, ones, twos))


def walk(block: Block) -> Iterator[Op]:
    """Every op of `block` and of the blocks nested in it, in order of the text."""
    for op in block.ops:
        yield op
        if not isinstance(op, Apply):
            for nested in blocks(op):
                yield from walk(nested)


def carried_params(op: For | While) -> tuple[Value, ...]:
    """The parameters of a loop's body that stand for what it carries; the item of a `For` comes before."""
    return op.body.params[len(op.body.params) - len(op.carried) :]


def same_object(value: Value, op: Op | None) -> tuple[Atom, ...]:
    """What `value`, a result of `op`, was before a change or in a branch; nothing where it is made."""
    match op:
        case Apply(primitive=primitive, args=args) if primitive.changes and value is op.results[0]:
            return (args[0],)
        case If(results=results, then=then, orelse=orelse):
            at = results.index(value)
            return (then.outputs[at], orelse.outputs[at])
    return ()


def changes_in(block: Block) -> list[Apply]:
    """Every op that changes a list, nested blocks included."""
    return [op for op in walk(block) if isinstance(op, Apply) and op.primitive.changes]


def reads(block: Block) -> Iterator[Atom]:
    """Every atom that is read in `block`, outputs included, as often as it is read."""
    for op in block.ops:
        yield from operands(op)
        for nested in blocks(op):
            yield from reads(nested)
    yield from block.outputs


def definitions(block: Block) -> Iterator[Value]:
    """Every value that `block` defines, nested blocks included."""
    yield from block.params
    for op in block.ops:
        for nested in blocks(op):
            yield from definitions(nested)
        yield from op.results


def free_values(block: Block) -> tuple[Value, ...]:
    """Values that `block` reads and does not define, each once, in order of reading."""
    own: set[Atom] = set()
    found: dict[Value, None] = {}

    def read(atoms: tuple[Atom, ...]) -> None:
        for atom in atoms:
            if isinstance(atom, Value) and atom not in own:
                found[atom] = None

    def visit(inner: Block) -> None:
        own.update(inner.params)
        for op in inner.ops:
            read(operands(op))
            for nested in blocks(op):
                visit(nested)
            own.update(op.results)
        read(inner.outputs)

    visit(block)
    return tuple(found)


def defining_ops(block: Block) -> dict[Value, Op]:
    """Table: the op that defines each value, nested blocks included."""
    return {result: op for op in walk(block) for result in op.results}


def substituted(atom: Atom, table: Substitution) -> Atom:
    """`atom` after following `table` to its end."""
    while isinstance(atom, Value) and atom in table:
        atom = table[atom]
    return atom


def substitute(block: Block, table: Substitution) -> Block:
    """`block` with every read of a value in `table` replaced."""

    def mapped(atoms: tuple[Atom, ...]) -> tuple[Atom, ...]:
        return tuple(substituted(atom, table) for atom in atoms)

    ops = tuple(
        with_parts(op, mapped(operands(op)), tuple(substitute(b, table) for b in blocks(op)))
        for op in block.ops
    )
    return with_ops(block, ops, mapped(block.outputs))


def clone_block(block: Block, table: dict[Value, Atom]) -> Block:
    """A copy of `block` that defines fresh values; `table` is extended by old -> new."""

    def fresh(values: tuple[Value, ...]) -> tuple[Value, ...]:
        copies = tuple(replace(value) for value in values)
        table.update(zip(values, copies, strict=True))
        return copies

    def mapped(atoms: tuple[Atom, ...]) -> tuple[Atom, ...]:
        return tuple(substituted(atom, table) for atom in atoms)

    params = fresh(block.params)
    ops: list[Op] = []
    for op in block.ops:
        nested = tuple(clone_block(b, table) for b in blocks(op))
        copy = with_parts(op, mapped(operands(op)), nested)
        ops.append(replace(copy, results=fresh(op.results)))
    return Block(params, tuple(ops), mapped(block.outputs))


def rewrite_blocks(function: Function, change: Callable[[Block], Block]) -> Function:
    """`function` with `change` applied to every block, inner blocks first."""

    def visit(block: Block) -> Block:
        ops = tuple(
            with_parts(op, operands(op), tuple(visit(b) for b in blocks(op))) if blocks(op) else op
            for op in block.ops
        )
        return change(with_ops(block, ops, block.outputs))

    return replace(function, body=visit(function.body))


def rename(block: Block, table: Substitution) -> Block:
    """`block` with the values of `table` defined and read under another identity."""

    def results(inner: Block) -> Block:
        ops: list[Op] = []
        for op in inner.ops:
            nested = tuple(results(block) for block in blocks(op))
            op = with_parts(op, operands(op), nested)
            if any(result in table for result in op.results):
                renamed = tuple(
                    new if isinstance(new := table.get(result, result), Value) else result
                    for result in op.results
                )
                op = replace(op, results=renamed)
            ops.append(op)
        params = (
            new for param in inner.params if isinstance(new := table.get(param, param), Value)
        )
        return Block(tuple(params), tuple(ops), inner.outputs)

    return substitute(results(block), table)
