"""Derivatives of lists. Each primitive is linear in the items, so its pushforward is the primitive itself,
applied to tangents, and its pullback puts the cotangent back where it came from.

    y = xs[i]                 xs_bar[i] += y_bar
    xs.append(v)              v_bar = xs_bar.pop()
    v = xs.pop()              xs_bar.append(v_bar)
    xs[i] = v                 v_bar = xs_bar[i]; xs_bar[i] = 0.0
"""

from __future__ import annotations

from collections.abc import Callable

from s2sdiff.differentiate.accumulate import (
    ADD,
    DIVIDE,
    Cotangents,
    arithmetic,
    as_float,
    open_tree,
)
from s2sdiff.differentiate.closing import close_like, opened, zero, zero_of
from s2sdiff.differentiate.rows import Rows
from s2sdiff.errors import fail, internal
from s2sdiff.ir.arrays import is_scatter, is_store
from s2sdiff.ir.build import Builder, number
from s2sdiff.ir.core import Apply, Atom, Block, Const, Cotangent, Tangent, Value, constant
from s2sdiff.ir.forms import Tree, build
from s2sdiff.ir.lists import (
    ADD_AT,
    ADD_LISTS,
    APPEND,
    CONCATENATE,
    COPY,
    COUNT,
    DELETE,
    EXTEND,
    INSERT,
    ITEM,
    LARGEST,
    LENGTH,
    MAKE,
    POP,
    POP_AT,
    RANGE,
    REPEAT,
    REPLACE,
    REPLAY,
    REVERSE,
    SAVE,
    SLICE,
    SMALLEST,
    STORE,
    TOTAL,
    ZEROS_LIKE,
    smooth_arguments,
)
from s2sdiff.ir.shapes import is_same
from s2sdiff.ir.types import (
    INT,
    Array,
    List,
    Scalar,
    Tuple,
    Type,
    cotangent_type,
)
from s2sdiff.rules.registry import primitive

MULTIPLY = primitive("operator.mul")
SUBTRACT = primitive("operator.sub")
MODULO = primitive("operator.mod")
EQUAL = primitive("operator.eq")
LESS = primitive("operator.lt")
MINIMUM = primitive("builtins.min")
MAXIMUM = primitive("builtins.max")

IsVaried = Callable[[Atom], bool]


class ListPullback:
    """The pullback of one op on lists."""

    def __init__(
        self, builder: Builder, cotangents: Cotangents, is_varied: IsVaried, rows: Rows
    ) -> None:
        self.builder = builder
        self.cotangents = cotangents
        self.is_varied = is_varied
        self.rows = rows

    def way_to(self, whole: Value) -> tuple[Value, tuple[Atom, ...]]:
        """The list whose cotangent takes what flows into that of `whole`, and where it is in it.

        A row of a list has no cotangent of its own where that of the list is at hand.
        """
        root, path = self.rows.ways.get(whole, (whole, ()))
        is_latest = self.cotangents.is_running(root) or root not in self.rows.changed
        return (root, path) if is_latest and self.is_varied(root) else (whole, ())

    def give(self, atom: Atom, bar: Atom, through: Value | None = None) -> None:
        """Contribute `bar` to the cotangent of `atom`."""
        if not isinstance(atom, Value) or not self.is_varied(atom):
            return
        if isinstance(atom.type, Tuple):
            self.cotangents.add_tree(atom, open_tree(self.builder, bar), through)
        else:
            self.cotangents.add_tree(atom, bar, through)

    def whole(self, tree: Tree, like: Value) -> Atom:
        """The cotangent of a list that came out of an op."""
        if tree is None:
            return self.builder.apply(ZEROS_LIKE, like, hint=Cotangent(like))
        assert not isinstance(tree, list)
        return tree

    def op(self, op: Apply, bars: list[Tree]) -> None:
        build, args = self.builder, op.args
        if op.primitive in (POP, REPLAY, POP_AT):
            rest, value = op.results
            if not self.is_varied(args[0]):
                return
            bar = self.whole(bars[0], rest)
            item = close_like(build, bars[1], value)
            if op.primitive is POP_AT:
                length = arithmetic(build, ADD, build.apply(LENGTH, bar), constant(1))
                at = self.position(args[1], length)
                bar = build.apply(INSERT, bar, at, item, hint=Cotangent(_value(args[0])))
            else:
                bar = build.apply(APPEND, bar, item, hint=Cotangent(_value(args[0])))
            self.give(args[0], bar)
            return
        (result,) = op.results
        if not self.is_varied(result):
            return
        if isinstance(result.type, List) and op.primitive is not ITEM:
            assert not isinstance(bars[0], list) and bars[0] is not None
            self.of_list(op, result, bars[0])
        else:
            self.of_item(op, result, bars[0])

    def position(self, index: Atom, length: Atom) -> Atom:
        """An index counted from the front."""
        known = number(index)
        if known is not None and known >= 0:
            return index
        return arithmetic(self.builder, MODULO, index, length)

    def of_list(self, op: Apply, result: Value, bar: Atom) -> None:
        """Ops that give a list."""
        build, args = self.builder, op.args
        mine = Cotangent(args[0]) if isinstance(args[0], Value) else None
        match op.primitive:
            case _ if op.primitive is MAKE:
                for at, arg in enumerate(args):
                    if self.is_varied(arg):
                        self.give(arg, build.apply(ITEM, bar, constant(at)), result)
            case _ if op.primitive in (COPY, SAVE):
                self.give(args[0], bar)
            case _ if op.primitive is APPEND:
                rest, item = build.apply_many(REPLAY, (bar,), (mine, _bar_of(args[1])))
                self.give(args[0], rest)
                self.give(args[1], item)
            case _ if op.primitive in (STORE, ADD_AT):
                into, *path, put = args
                is_named = isinstance(put, Value) and put.hint is not None
                hint = _bar_of(put) if is_named else None  # an entry needs no name
                item = build.apply(ITEM, bar, *path, hint=hint)
                if self.is_varied(put):
                    self.give(put, item)
                left = bar
                if op.primitive is STORE:
                    like = self.replaced(into, path, put, item)
                    left = build.apply(STORE, bar, *path, zero(build, like), hint=mine)
                self.give(into, left)
            case _ if op.primitive is INSERT:
                self.insertion(op, bar)
            case _ if op.primitive is DELETE:
                length = arithmetic(build, ADD, build.apply(LENGTH, bar), constant(1))
                assert isinstance(args[0].type, List)
                has_items = isinstance(args[0].type.item, List | Array)
                gone = build.apply(ITEM, *args) if has_items else None
                none = zero_of(build, args[0].type.item, gone)
                where = self.position(args[1], length)
                self.give(args[0], build.apply(INSERT, bar, where, none, hint=mine))
            case _ if op.primitive is REVERSE:
                self.give(args[0], build.apply(REVERSE, bar, hint=mine))
            case _ if op.primitive is REPLACE:
                self.give(args[1], bar)
            case _ if op.primitive in (EXTEND, CONCATENATE):
                self.split(args[0], args[1], bar, result)
            case _ if op.primitive is SLICE:
                self.slice(op, bar)
            case _ if op.primitive is REPEAT:
                self.repeat(op, bar)
            case _ if op.primitive is ADD_LISTS:
                for arg in args:
                    if self.is_varied(arg):
                        self.give(arg, build.apply(COPY, bar))
            case _:
                raise internal("reverse", f"{op.primitive.name} has no pullback")

    def replaced(self, into: Atom, path: list[Atom], put: Atom, bar: Value) -> Atom:
        """What has the shape of the item that `put`, whose cotangent is `bar`, took the place of."""
        with self.builder.block() as ops:
            before = self.builder.apply(ITEM, into, *path)
        if not isinstance(before.type, List | Array):
            return put
        if isinstance(put.type, Array) and isinstance(before.type, Array):
            mine, others = put.type.axes, before.type.axes
            if mine is not None and others is not None and all(map(is_same, mine, others)):
                return bar
        self.builder.ops += ops
        return before

    def insertion(self, op: Apply, bar: Atom) -> None:
        """The inserted item's cotangent is taken out again."""
        build = self.builder
        whole, index, item = op.args
        if number(index) != 0:
            length = arithmetic(build, SUBTRACT, build.apply(LENGTH, bar), constant(1))
            index = self.from_front(index, length, length)
        hints = (_bar_of(whole), _bar_of(item))
        rest, taken = build.apply_many(POP_AT, (bar, index), hints)
        self.give(whole, rest)
        self.give(item, taken)

    def split(self, one: Atom, two: Atom, bar: Atom, result: Value) -> None:
        """The cotangents of two lists that were joined."""
        build, none = self.builder, constant(None)
        whole = build.apply(LENGTH, bar)
        rest = arithmetic(build, SUBTRACT, whole, build.apply(LENGTH, two))
        if self.is_varied(two):
            self.give(two, build.apply(SLICE, bar, rest, none, none, hint=_bar_of(two)))
        if self.is_varied(one):
            self.give(one, build.apply(SLICE, bar, none, rest, none, hint=_bar_of(one)))

    def slice(self, op: Apply, bar: Atom) -> None:
        build, whole = self.builder, _value(op.args[0])
        _, start, _, step = op.args
        if not isinstance(step, Const):
            problem = "a slice with a step known at run time only has no derivative"
            fail("S2S202", problem, op.span, "write a loop")
        stride = 1 if step.value is None else int(number(step) or 1)
        now = self.cotangents.list_bar(whole)
        first = self.first_of(start, now, stride)

        def add(bars: Atom, index: Atom) -> Atom:
            far = abs(stride)
            at = index if far == 1 else arithmetic(build, MULTIPLY, constant(far), index)
            if number(first) != 0:
                at = arithmetic(build, ADD if stride > 0 else SUBTRACT, first, at)
            return self.added(bars, (at,), build.apply(ITEM, bar, index), whole)

        self.cotangents.running[whole] = self.each(bar, now, add, whole)

    def first_of(self, start: Atom, whole: Atom, stride: int) -> Atom:
        """Where a slice of `whole` starts, counted from the front."""
        build = self.builder
        is_whole = isinstance(start, Const) and start.value is None
        if stride < 0:
            length = build.apply(LENGTH, whole)
            last = arithmetic(build, SUBTRACT, length, constant(1))
            return last if is_whole else self.from_front(start, length, last)
        if is_whole:
            return constant(0)
        known = number(start)
        if known is not None and known >= 0:
            return start
        return self.from_front(start, build.apply(LENGTH, whole), None)

    def from_front(self, index: Atom, length: Atom, most: Atom | None) -> Atom:
        """A position counted from the front, as slices and `insert` take it: between 0 and `most`."""
        build, known = self.builder, number(index)

        def behind() -> Atom:
            found = arithmetic(build, ADD, length, index)
            return build.apply(MAXIMUM, found, constant(0))

        def ahead() -> Atom:
            return index if most is None else build.apply(MINIMUM, index, most)

        if known is not None:
            return behind() if known < 0 else ahead()
        negative = build.apply(LESS, index, constant(0))
        with build.block() as ops:
            one = behind()
        with build.block() as other_ops:
            two = ahead()
        sides = Block((), tuple(ops), (one,)), Block((), tuple(other_ops), (two,))
        return build.branch(negative, *sides)[0]

    def repeat(self, op: Apply, bar: Atom) -> None:
        build, whole = self.builder, _value(op.args[0])
        now = self.cotangents.list_bar(whole)
        length = build.apply(LENGTH, now)

        def add(bars: Atom, index: Atom) -> Atom:
            at = arithmetic(build, MODULO, index, length)
            return self.added(bars, (at,), build.apply(ITEM, bar, index), whole)

        self.cotangents.running[whole] = self.each(bar, now, add, whole)

    def of_item(self, op: Apply, result: Value, tree: Tree) -> None:
        """Ops that give an item, or a number that was made of the items."""
        build, whole = self.builder, _value(op.args[0])
        if op.primitive in (COPY, SAVE):  # of an array
            assert isinstance(tree, Value | Const)
            self.give(whole, tree, result)
            return
        root, path = self.way_to(whole)
        if op.primitive is TOTAL and not path and root not in self.cotangents.running:
            assert isinstance(tree, Value | Const)
            one, length = build.apply(MAKE, as_float(build, tree)), build.apply(LENGTH, whole)
            self.cotangents.running[root] = build.apply(REPEAT, one, length, hint=Cotangent(root))
            return
        now = self.cotangents.list_bar(root)
        if op.primitive is ITEM:
            bar = close_like(build, tree, result)
            self.cotangents.running[root] = self.added(now, (*path, *op.args[1:]), bar, root)
            return
        assert tree is not None and not isinstance(tree, list)
        if op.primitive is TOTAL:

            def add(bars: Atom, index: Atom) -> Atom:
                return self.added(bars, (*path, index), tree, root)

        elif op.primitive in (LARGEST, SMALLEST):
            many = build.apply(COUNT, whole, result)
            mean = build.apply(DIVIDE, tree, many)

            def add(bars: Atom, index: Atom) -> Atom:
                test = build.apply(EQUAL, build.apply(ITEM, whole, index), result)
                with build.block() as ops:
                    more = self.added(bars, (*path, index), mean, root)
                then, orelse = Block((), tuple(ops), (more,)), Block((), (), (bars,))
                return build.branch(test, then, orelse, (Cotangent(root),))[0]

        else:
            raise internal("reverse", f"{op.primitive.name} has no pullback")
        self.cotangents.running[root] = self.each(whole, now, add, root)

    def added(self, bars: Atom, path: tuple[Atom, ...], bar: Atom, whole: Value) -> Atom:
        """The cotangent of a list with `bar` added to that of one item."""
        build = self.builder
        item = bar.type
        hint = Cotangent(whole)
        if isinstance(item, Scalar):
            return build.apply(ADD_AT, bars, *path, bar, hint=hint)
        before = build.apply(ITEM, bars, *path)
        both: Atom
        if isinstance(item, List):
            both = build.apply(ADD_LISTS, before, bar)
        else:
            both = sum_of_trees(build, open_tree(build, before), opened(build, bar), item)
        return build.apply(STORE, bars, *path, both, hint=hint)

    def each(
        self, over: Atom, start: Atom, turn: Callable[[Atom, Atom], Atom], whole: Value
    ) -> Atom:
        """`start` after `turn(it, index)` for each index of the list `over`."""
        build = self.builder
        length = build.apply(LENGTH, over)
        turns = build.apply(RANGE, constant(0), length, constant(1))
        index, param = Value("i", INT), Value(Cotangent(whole), start.type)
        with build.block() as ops:
            end = turn(param, index)
        body = Block((index, param), tuple(ops), (constant(False), end))
        return build.for_loop(turns, (start,), body)[0]


def sum_of_trees(builder: Builder, one: Tree, two: Tree, type_: Type) -> Atom:
    """The sum of two derivatives of a tuple, packed."""
    if not isinstance(type_, Tuple):
        assert isinstance(one, Value | Const) and isinstance(two, Value | Const)
        if isinstance(type_, List):
            fail(
                "S2S307",
                "a list of tuples with lists in them is read, which has no derivative in reverse mode",
                builder.span,
                "keep these lists in a list of their own, or use jvp",
            )
        return arithmetic(builder, ADD, one, two)
    assert isinstance(one, list) and isinstance(two, list)
    parts = [
        sum_of_trees(builder, left, right, item)
        for left, right, item in zip(one, two, type_.items, strict=True)
    ]
    return build(builder, type_, parts)


def push_list(builder: Builder, op: Apply, tangents: list[Tree]) -> list[Tree] | None:
    """The tangents of the results of an op on lists, given those of its arguments; None if all are zero."""
    smooth = smooth_arguments(op.primitive, len(op.args))
    if not smooth or all(tangents[at] is None for at in smooth):
        return None
    if is_scatter(op.primitive) and tangents[-1] is None:
        return [tangents[0]]
    if op.primitive in (LARGEST, SMALLEST):
        return [_extreme(builder, op, tangents[0])]
    args: list[Atom] = []
    for at, arg in enumerate(op.args):
        if at not in smooth:
            args.append(arg)
            continue
        if is_store(op) and at and tangents[at] is None:
            args.append(constant(0.0))
            continue
        args.append(close_like(builder, tangents[at], arg))
    same = REPLAY if op.primitive is POP else op.primitive
    if op.primitive is REPLACE:
        same, args = COPY, args[1:]
    hints = tuple(Tangent(result) for result in op.results)
    made = builder.apply_many(same, tuple(args), hints)
    return [open_tree(builder, value) if isinstance(value.type, Tuple) else value for value in made]


def _extreme(builder: Builder, op: Apply, tangent: Tree) -> Atom:
    """The tangent of `max(xs)`: the mean of those of all items that are largest."""
    whole, (result,) = op.args[0], op.results
    assert tangent is not None and not isinstance(tangent, list)
    dots: Atom = tangent
    length = builder.apply(LENGTH, whole)
    turns = builder.apply(RANGE, constant(0), length, constant(1))
    index, param = Value("i", INT), Value(Tangent(result), cotangent_type(result.type))
    with builder.block() as ops:
        test = builder.apply(EQUAL, builder.apply(ITEM, whole, index), result)
        with builder.block() as inner:
            more = builder.apply(ADD, param, builder.apply(ITEM, dots, index))
        then, orelse = Block((), tuple(inner), (more,)), Block((), (), (param,))
        (end,) = builder.branch(test, then, orelse, (Tangent(result),))
    body = Block((index, param), tuple(ops), (constant(False), end))
    (total,) = builder.for_loop(turns, (constant(0.0),), body)
    return builder.apply(DIVIDE, total, builder.apply(COUNT, whole, result), hint=Tangent(result))


def _value(atom: Atom) -> Value:
    assert isinstance(atom, Value)
    return atom


def _bar_of(atom: Atom) -> Cotangent | None:
    return Cotangent(atom) if isinstance(atom, Value) else None
