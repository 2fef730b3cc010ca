"""What the caller passes: checks at the beginning of the emitted code, where arguments are changed.

if np.shares_memory(a, b):
    raise ValueError("a must share no memory with b: it is changed")
"""

from __future__ import annotations

from collections.abc import Iterator

from s2sdiff.errors import Span, fail
from s2sdiff.frontend.assignments import AssignmentLowerer
from s2sdiff.frontend.meanings import Meaning
from s2sdiff.frontend.templates import is_array_object
from s2sdiff.ir.arrays import CONTIGUOUS
from s2sdiff.ir.core import Apply, Atom, Block, Op, Value, constant
from s2sdiff.ir.forms import READS
from s2sdiff.ir.lists import depth_of
from s2sdiff.ir.structure import DISTINCT, RAISE, SEPARATE, UNPACK, VALUE_ERROR
from s2sdiff.ir.types import List, Tuple, holds_arrays


class GivenLowerer(AssignmentLowerer):
    """Checks the arguments of the function itself."""

    def check_different(self, params: list[Value], ops: list[Op]) -> None:
        """Where a list of the caller's is changed, all lists that it passes must be different ones."""
        changed = [
            depth_of(each.type)
            for each in self.outside
            if isinstance(each, Value) and self.versions.get(each, each) is not each
        ]
        if not changed and not self.must_differ:
            return
        given: list[Atom] = [value for value in params if isinstance(value.type, List)]
        place = 0
        for at, op in _opening(params, ops):
            place = at + 1
            given += [v for v in op.results if isinstance(v.type, List)]
            given += [atom for atom in op.args[:1] if _is_opened_list(atom)]
        levels = {
            *changed,
            *(level for level in self.marks.changed if 0 < level < max(changed, default=0)),
        }
        if self.must_differ:
            levels.update(range(1, 1 + max((depth_of(each.type) for each in given), default=0)))
        with self.builder.block() as checks:
            for level in sorted(levels):
                lists = [each for each in given if max(1, depth_of(each.type)) >= level]
                if len(lists) > 1 or any(depth_of(each.type) > level for each in lists):
                    self.builder.run(DISTINCT, constant(level), *lists)
        ops[place:place] = checks

    def check_separate(self, params: list[Value], ops: list[Op]) -> None:
        """Where an array of the caller's is changed, no other array that it passes may share its memory."""
        passed = {*params, *(part for _, op in _opening(params, ops) for part in op.results)}
        seen = [each for each in self.outside if isinstance(each, Value)]
        arrays = [each for each in seen if is_array_object(each) and each in self.given]
        lists = [each for each in seen if isinstance(each.type, List) and each in passed]
        lists = [each for each in lists if holds_arrays(each.type)]
        changed = [each for each in seen if self.versions.get(each, each) is not each]
        if self.changed_on_paths:
            changed = arrays  # one of them
        changed = [each for each in changed if each in arrays]
        with self.builder.block() as checks:
            for at, each in enumerate(changed):
                others = [other for other in arrays if other not in changed[: at + 1]]
                if others or lists:
                    self.builder.run(SEPARATE, each, *others, *lists)
        self.put_first(checks, arrays, ops)

    def check_contiguous(self, ops: list[Op]) -> None:
        """Where a reshaped array of the caller's is changed, it must be a view."""
        with self.builder.block() as checks:
            for each in self.relied:
                decided = self.builder.apply(CONTIGUOUS, each)
                name = each.hint if isinstance(each.hint, str) else "an argument"
                text = f"{name} must be C-contiguous: it is changed, and reshaped"
                with self.builder.block() as raising:
                    self.builder.run(RAISE, constant(VALUE_ERROR), constant(text))
                sides = (Block((), (), ()), Block((), tuple(raising), ()))
                self.builder.branch(decided, *sides)
        self.put_first(checks, list(self.relied), ops)

    def put_first(self, checks: list[Op], arrays: list[Value], ops: list[Op]) -> None:
        """Insert `checks` where the `arrays` that the caller passes are known."""
        places = (at for at, op in enumerate(ops) if not set(op.results).isdisjoint(arrays))
        place = 1 + max(places, default=-1)
        ops[place:place] = checks

    def check_given(self, args: tuple[Meaning, ...], span: Span) -> None:
        """Raise S2S306 where one of `args` is not an array as the caller passed it."""
        for arg in map(self.now, args):
            if not (isinstance(arg, Value) and arg in self.given):
                fail(
                    "S2S306",
                    "np.shares_memory() of an array that is not an argument as it was passed",
                    span,
                    "ask it of arguments, before they are changed",
                )


def _opening(params: list[Value], ops: list[Op]) -> Iterator[tuple[int, Apply]]:
    """The ops that take apart what the caller passes, and where they stand."""
    opened = set[Atom](params)
    for at, op in enumerate(ops):
        if isinstance(op, Apply) and op.primitive in (*READS, UNPACK) and op.args[0] in opened:
            opened.update(op.results)
            yield at, op


def _is_opened_list(atom: Atom) -> bool:
    return isinstance(atom.type, Tuple) and atom.type.kind == "list"
