"""Is a Function well formed? Run after every pass in the tests; names the pass that broke it.

Checked: every value is defined exactly once and before it is read, in its own block or one around
it; results have the types that their primitive infers; blocks take and give as many values as their
op wants; the function has one output and as many parameters as its signature.
"""

from __future__ import annotations

from typing import assert_never
from weakref import WeakSet

from s2sdiff.errors import InternalError, internal
from s2sdiff.ir.core import Apply, Atom, Block, Call, Callee, For, Function, If, Op, Value, While
from s2sdiff.ir.traverse import blocks, operands
from s2sdiff.ir.types import same_form

# Ops whose results have the types that they should: an op never changes.
_TYPED: WeakSet[Apply] = WeakSet()


def validate(function: Function, stage: str) -> Function:
    """`function` itself, if it is well formed. Raises `InternalError` naming `stage`."""
    if len(function.parameters) != len(function.body.params):
        raise internal(stage, f"{function.name} has a parameter without a value")
    if len(function.body.outputs) != 1:
        raise internal(stage, f"{function.name} has {len(function.body.outputs)} outputs")
    helpers = {helper.callee: helper.function for helper in function.helpers}
    _Validator(stage, helpers).block(function.body, frozenset())
    for callee, helper in helpers.items():
        if len(helper.body.outputs) != len(callee.results):
            raise internal(stage, f"{callee.name} does not give what its callee says")
        _Validator(stage, helpers).block(helper.body, frozenset())
    return function


class _Validator:
    def __init__(self, stage: str, helpers: dict[Callee, Function]) -> None:
        self.stage = stage
        self.helpers = helpers
        self.defined: set[Value] = set()

    def problem(self, text: str) -> InternalError:
        return internal(self.stage, text)

    def block(self, block: Block, outer: frozenset[Value]) -> None:
        visible = set(outer)
        self.define(block.params, visible)
        for op in block.ops:
            self.read(operands(op), visible, op)
            for nested in blocks(op):
                self.block(nested, frozenset(visible))
            self.op(op)
            self.define(op.results, visible)
        self.read(block.outputs, visible, None)

    def define(self, values: tuple[Value, ...], visible: set[Value]) -> None:
        for value in values:
            if value in self.defined:
                raise self.problem(f"value {value.hint!r} is defined twice")
            self.defined.add(value)
            visible.add(value)

    def read(self, atoms: tuple[Atom, ...], visible: set[Value], op: Op | None) -> None:
        for atom in atoms:
            if isinstance(atom, Value) and atom not in visible:
                where = "an output" if op is None else f"an operand of {type(op).__name__}"
                raise self.problem(f"value {atom.hint!r} is read as {where} before it is defined")

    def op(self, op: Op) -> None:
        match op:
            case Apply() if op in _TYPED:
                pass
            case Apply(primitive=primitive, args=args, results=results):
                types = primitive.infer(args)
                if len(types) != len(results) or not all(
                    same_form(type_, result.type)
                    for type_, result in zip(types, results, strict=True)
                ):
                    raise self.problem(f"{primitive.name} has results of the wrong type")
                _TYPED.add(op)
            case If(then=then, orelse=orelse, results=results):
                self.arity(op, then, 0, len(results))
                self.arity(op, orelse, 0, len(results))
            case For(carried=carried, body=body, results=results):
                self.arity(op, body, 1 + len(carried), 1 + len(results))
            case While(carried=carried, test=test, body=body, results=results):
                self.arity(op, test, len(carried), 1)
                self.arity(op, body, len(carried), 1 + len(results))
            case Call(callee=callee, args=args, results=results):
                function = self.helpers.get(callee)
                if function is None:
                    raise self.problem(f"{callee.name} is called, but nowhere defined")
                if len(function.body.params) != len(args) or len(results) != len(callee.results):
                    raise self.problem(f"call of {callee.name} with {len(args)} arguments")
            case _:
                assert_never(op)

    def arity(self, op: Op, block: Block, takes: int, gives: int) -> None:
        if len(block.params) != takes or len(block.outputs) != gives:
            raise self.problem(
                f"a block of {type(op).__name__} takes {len(block.params)} and gives "
                f"{len(block.outputs)} values, not {takes} and {gives}"
            )
