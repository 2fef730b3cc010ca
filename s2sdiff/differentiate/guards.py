"""The derivative raises where the primal raises.

    f(x) = log(x)    has the gradient 1 / x, which exists at x = -1, where f does not.

Before differentiating, every op of the primal whose exception might get lost is marked with `keep`.
Dead-code elimination drops the mark where the value is computed anyway; what remains is emitted as a
line of its own.
"""

from __future__ import annotations

from s2sdiff.analysis.activity import useful_values, varied_values
from s2sdiff.errors import fail
from s2sdiff.ir.arrays import AXIS, is_store
from s2sdiff.ir.core import Apply, Atom, Block, Const, For, Function, Op, Value, is_none
from s2sdiff.ir.forms import ITEM as KEYED
from s2sdiff.ir.lists import DELETE, ITEM, LARGEST, POP, POP_AT, RANGE, SMALLEST, STORE, lengths_of
from s2sdiff.ir.parts import index_parts, is_number, is_slice
from s2sdiff.ir.shapes import fits_surely, is_same
from s2sdiff.ir.structure import KEEP
from s2sdiff.ir.traverse import blocks, defining_ops, rewrite_blocks, walk
from s2sdiff.ir.types import FLOAT, INT, Array, Axes, Axis, Scalar, axes_of
from s2sdiff.rules.registry import INTEGERS, LINE, find_rule

# Each raises where an item does not exist, and so does the op of the reverse sweep if it is active.
LOOKED_UP = (ITEM, LARGEST, SMALLEST, POP, POP_AT, STORE, DELETE, KEYED)


MOVES = ("operator.add", "operator.sub")
PRODUCTS = ("operator.matmul", "numpy.matmul", "numpy.dot")
# Functions that make a grid: it moves with numbers that are given to them.
GRIDS = ("numpy.arange", "numpy.fft.fftfreq", "numpy.fft.rfftfreq")


def guard(function: Function, wrt: tuple[int, ...]) -> Function:
    """`function` with a `keep` behind every op that may raise where its partials do not."""
    varied = varied_values(function.body, [function.body.params[index] for index in wrt])
    active = varied & useful_values(function.body)
    safe = _read_by_loops(function.body) | _inside(function.body) | _read_before(function.body, {})
    for op in walk(function.body):
        _refuse_moving_grid(op, varied)

    def guarded(block: Block) -> Block:
        ops: list[Op] = []
        for op in block.ops:
            ops.append(op)
            if isinstance(op, Apply) and op not in safe and _loses_exception(op, active):
                ops.append(Apply(KEEP, op.results[-1:], (), op.span))
        return Block(block.params, tuple(ops), block.outputs)

    return rewrite_blocks(function, guarded)


def _refuse_moving_grid(op: Op, varied: frozenset[Value]) -> None:
    """Raise S2S202 for a grid whose places depend on what is differentiated with respect to."""
    if not isinstance(op, Apply) or op.primitive.name not in GRIDS:
        return
    if any(arg in varied and arg.type == FLOAT for arg in op.args):
        short = op.primitive.name.replace("numpy", "np")
        what = f"{short}() of a number that is differentiated with respect to has no rule"
        fail("S2S202", what, op.span, "scale a grid of ints: start + step * np.arange(n)")


def _read_by_loops(body: Block) -> set[Op]:
    """Items of lists that a loop runs over: they exist."""
    made = defining_ops(body)
    found: set[Op] = set()
    for loop in walk(body):
        if not isinstance(loop, For) or not isinstance(loop.iterable, Value):
            continue
        match made.get(loop.iterable):
            case Apply(primitive=each, args=(Const(value=0), stop, Const(value=1))) if (
                each is RANGE
            ):
                known = lengths_of(stop, made)
                index = loop.body.params[0]
                found.update(
                    op
                    for op in walk(loop.body)
                    if isinstance(op, Apply)
                    and op.primitive is ITEM
                    and op.args[0] in known
                    and op.args[1] is index
                )
    return found


def _inside(body: Block) -> set[Op]:
    """Reads `x[i + 1]` in loops over `range(len(x) - 1)`: there is such an entry."""
    made = defining_ops(body)
    ranges: dict[Atom, tuple[int, Atom]] = {}
    for loop in walk(body):
        over = made.get(loop.iterable) if isinstance(loop, For) else None  # type: ignore[arg-type]
        match over:
            case Apply(primitive=each, args=(Const(value=int(first)), stop, Const(value=1))) if (
                each is RANGE and isinstance(loop, For)
            ):
                ranges[loop.body.params[0]] = (first, stop)
    return {
        op
        for op in walk(body)
        if _is_known_part(op, ranges, made) or (ranges and _is_inside(op, ranges, made))
    }


def _is_known_part(op: Op, ranges: dict[Atom, tuple[int, Atom]], made: dict[Value, Op]) -> bool:
    """Is it a part of an array whose lengths are known, at numbers that are known to be smaller?"""
    match op:
        case Apply(primitive=each, args=(Value(type=Array(axes=tuple(axes))), *index)) if (
            each.name == "operator.getitem" and each.layout is not None
        ):
            places = index_parts(each.layout[1], tuple(index))
            return len(places) <= len(axes) and all(
                (is_slice(place) and is_none(place[1][2]))  # a step may be 0
                or (is_number(place) and _is_below(place[1][0], axis, ranges, made))
                for place, axis in zip(places, axes, strict=False)
            )
    return False


def _is_below(
    at: Atom, axis: Axis, ranges: dict[Atom, tuple[int, Atom]], made: dict[Value, Op]
) -> bool:
    """Is a number surely an index of an axis?"""
    base, by = _moved(at, made)
    if not isinstance(axis, int):
        return False
    if isinstance(base, Const):
        return isinstance(base.value, int) and -axis <= base.value + by < axis
    first, stop = ranges.get(base, (0, base))
    if not isinstance(stop, Const) or not isinstance(stop.value, int):
        return False
    return first + by >= -axis and stop.value - 1 + by < axis


def _read_before(block: Block, around: dict[object, list[Axes]]) -> set[Op]:
    """Parts of arrays that were read before, of the same array or of one that is as long."""
    found: set[Op] = set()
    earlier = {index: list(arrays) for index, arrays in around.items()}
    for op in block.ops:
        for inner in blocks(op):
            found |= _read_before(inner, earlier)
        match op:
            case Apply(primitive=each, args=(Value(type=Array(axes=tuple(axes))), *index)) if (
                each.name == "operator.getitem"
            ):
                keys = (atom.key if isinstance(atom, Const) else atom for atom in index)
                same = earlier.setdefault((each.layout, *keys), [])
                if any(len(axes) == len(a) and all(map(is_same, axes, a)) for a in same):
                    found.add(op)
                else:
                    same.append(axes)
    return found


def _is_inside(op: Op, ranges: dict[Atom, tuple[int, Atom]], made: dict[Value, Op]) -> bool:
    match op:
        case Apply(primitive=primitive, args=(Value(type=Array(axes=(length, *more))), at, *_)) if (
            is_store(op) and len(op.args) == 3
        ) or (primitive.name == "operator.getitem" and primitive.layout == (None, None)):
            index, ahead = _moved(at, made)
            if index not in ranges or (more and is_store(op)):
                return False
            first, stop = ranges[index]
            end, behind = _moved(stop, made)
            counted = made.get(end) if isinstance(end, Value) else None
            if not isinstance(counted, Apply) or counted.primitive is not AXIS:
                return False
            whole, place = counted.args
            assert isinstance(whole.type, Array) and isinstance(place, Const)
            axes, which = whole.type.axes, place.value
            is_mine = axes is not None and isinstance(which, int) and is_same(axes[which], length)
            return is_mine and first + ahead >= 0 and ahead + behind <= 0
    return False


def _moved(atom: Atom, made: dict[Value, Op]) -> tuple[Atom, int]:
    """x and n, where `atom` is x + n."""
    by = 0
    while isinstance(atom, Value):
        match made.get(atom):
            case Apply(primitive=each, args=(x, Const(value=int(n)))) if each.name in MOVES:
                by += n if each.name == "operator.add" else -n
                atom = x
            case _:
                break
    return atom, by


def _fits_anyway(op: Apply) -> bool:
    """Are the axes of arrays that are multiplied, or chosen from, surely as long as they have to be?"""
    axes = [axes_of(a.type) for a in op.args if isinstance(a.type, Scalar | Array)]
    if op.primitive.name == "numpy.where":
        return len(axes) == 3 and fits_surely(axes)
    if op.primitive.name not in PRODUCTS or len(axes) != 2:
        return False
    one, two = axes
    if not one or not two or len(one) > 2 or len(two) > 2:
        return False
    return is_same(one[-1], two[-2] if len(two) == 2 else two[0])


def _is_of_ufunc(op: Apply) -> bool:
    """Is it a function of numbers that gives NaN outside its domain? NumPy's powers of ints raise."""
    if op.results[0].type == INT or not op.primitive.name.startswith(("numpy.", "scipy.special.")):
        return False
    rule = find_rule(op.primitive)
    return rule is not None and rule.call is None and rule.definition is None


def _loses_exception(op: Apply, active: frozenset[Value]) -> bool:
    if op.primitive is RANGE:
        step = op.args[2]
        return not (isinstance(step, Const) and step.value)
    if op.primitive in LOOKED_UP or is_store(op):
        return op.results[-1] not in active
    rule = find_rule(op.primitive)
    if rule is not None and rule.call is None and any(isinstance(a.type, Array) for a in op.args):
        axes = [axes_of(a.type) for a in op.args if isinstance(a.type, Scalar | Array)]
        return not fits_surely(axes)
    if rule is None or not op.primitive.raises or len(op.results) != 1:
        return False
    if _fits_anyway(op) or _is_of_ufunc(op):
        return False
    restricted = any(interval not in (LINE, INTEGERS) for interval in rule.domain)
    return rule.guard or (restricted and op.results[0] not in active)
