"""Stores into arrays: items, slices, masks, arrays of indices, whole arrays.

    a[i] = v           put(a, i, v)                a.fill(v)              put(a, :, v)
    a[1:] += v         scatter(a, 1:, v)           np.add.at(a, i, v)     scatter_add(a, i, v)
    a[i] *= v          put(a, i, a[i] * v)         np.exp(x, out=a)       put(a, :, exp(x))

Each gives the array its next version; a store into a view is one into the array through the view.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace

from s2sdiff.errors import Span, fail
from s2sdiff.frontend.array_arguments import as_array, ranked
from s2sdiff.frontend.array_indices import index_layout, of_entry
from s2sdiff.frontend.array_objects import joined
from s2sdiff.frontend.lists import ListLowerer
from s2sdiff.frontend.meanings import Meaning, Sequence, describe, is_none
from s2sdiff.frontend.operations import Frame
from s2sdiff.ir.arrays import Way, length_of_axis, put, scatter
from s2sdiff.ir.core import Apply, Atom, Const, Group, Layout, Op, Primitive, Value, constant
from s2sdiff.ir.evaluate import library
from s2sdiff.ir.lists import ITEM
from s2sdiff.ir.parts import Place
from s2sdiff.ir.shapes import broadcast, fits_into
from s2sdiff.ir.types import KINDS, Array, Kind, Scalar, Type, axes_of
from s2sdiff.rules.registry import getting

GETITEM = "operator.getitem"
EVERYTHING: Place = (
    Group("slice", (None, None, None)),
    (constant(None), constant(None), constant(None)),
)


_CHANGING = "copyto add.at subtract.at fill_diagonal"
CHANGES_AN_ARRAY = frozenset(f"numpy.{name}" for name in _CHANGING.split())
CHANGES_AN_ARRAY |= {"s2sdiff.array.fill", "s2sdiff.array.sort"}


# Functions that may read with out= what they have written, where that is a part of an argument.
FILLS_AS_IT_READS = frozenset(
    f"numpy.{name}" for name in ("dot", "concatenate", "stack", "take", "compress", "choose")
)


def check_kind(into: Kind, given: Kind, span: Span) -> None:
    """Raise S2S306 where numbers of one kind would be cut when they are stored in an array of another."""
    if KINDS.index(given) <= KINDS.index(into) or (into, given) == ("float32", "float"):
        return
    plural = {"bool": "bools", "int": "ints", "complex": "complex numbers"}
    article = "an" if given == "int" else "a"
    into_what = plural.get(into, "floats")
    fail(
        "S2S306",
        f"{article} {given} is stored in an array of {into_what}, which would cut it",
        span,
        "make the array one of floats: a.astype(float), np.zeros(n), np.array([1.0, 2.0])"
        if given != "complex"
        else "make the array a complex one",
    )


def result_array(
    name: str, args: tuple[Meaning, ...], keywords: dict[str, Meaning], span: Span
) -> tuple[Meaning, tuple[Meaning, ...], dict[str, Meaning]] | None:
    """The array that takes the result, where `out=` or one argument more names one; the other arguments.

    Raises S2S302 for `where=` beside it.
    """
    out = keywords.get("out")
    if out is not None:
        keywords = {word: meaning for word, meaning in keywords.items() if word != "out"}
    elif name.startswith(("numpy.", "scipy.special.")):
        most = getattr(library(name), "nin", None)
        if most is not None and len(args) == most + 1:
            *args_, out = args
            args = tuple(args_)
    if out is None or is_none(out):
        return None if out is None else (out, args, keywords)
    if name in FILLS_AS_IT_READS:
        short = name.replace("numpy.", "np.")
        fail("S2S302", f"{short}() with out=", span, "store the result: a[:] = ...")
    if "where" in keywords:
        fail("S2S302", "out= and where= in one call", span, "store with a mask: a[mask] = x[mask]")
    return out, args, keywords


class ArrayStoreLowerer(ListLowerer):
    """Changes arrays in place."""

    def array_place(self, frame: Frame, node: ast.expr, span: Span) -> Place:
        """The index of a store: its layout and its atoms."""
        atoms: list[Atom] = []
        layout = index_layout(self, frame, node, atoms, span)
        return layout, tuple(atoms)

    def store_item(
        self,
        whole: Value,
        place: Place,
        meaning: Meaning,
        span: Span,
    ) -> None:
        """`whole[place] = meaning`. Raises S2S306, S2S307."""
        value = self.stored_value(whole, place, meaning, span)
        self.apply_store(put, whole, place, value, span)

    def add_to_item(
        self,
        whole: Value,
        place: Place,
        meaning: Meaning,
        span: Span,
        each: bool = False,
    ) -> None:
        """`whole[place] += meaning`, where no entry is met twice; `each`: where they add up."""
        value = self.stored_value(whole, place, meaning, span)

        def adding(layout: Layout, way: Way) -> Primitive:
            return scatter(layout, each, way)

        self.apply_store(adding, whole, place, value, span)

    def add_signed(
        self, whole: Value, place: Place, operator: ast.operator, meaning: Meaning, span: Span
    ) -> None:
        """`whole[place] += meaning`, or `-=`."""
        if isinstance(operator, ast.Sub):
            array = self.atom(as_array(self, meaning, span), span)
            meaning = self.operation("operator.neg", (array,), None, span)
        self.add_to_item(whole, place, meaning, span)

    def apply_store(
        self,
        make: Callable[[Layout, Way], Primitive],
        whole: Value,
        place: Place,
        value: Atom,
        span: Span,
    ) -> None:
        root, way = self.way_to(whole)
        self.rely_on(whole)
        way, (layout, index) = joined(way, of_entry(whole.type, *place))
        steps = tuple(atom for part in way for atom in part.args)
        views = tuple(part.step for part in way)
        row = self.row_at(root)
        if row is not None:
            self.check_change(root, span)
            made = make(layout, (ITEM,) * len(row.path) + views)
            self.change_row(row, made, (*steps, *index, value), span)
            self.note_change(root)
            return
        before = ranked(self, self.atom(root, span), span)
        after = self.builder.apply(
            make(layout, views), before, *steps, *index, value, hint=self.name_of(root)
        )
        self.change_array(root, after, span)

    def item_type(self, whole: Atom, place: Place, span: Span) -> Type:
        """The type of `whole[place]`. Raises S2S306 for what is no index."""
        layout, index = place
        try:
            return getting(layout).infer((whole, *index))[0]
        except TypeError as problem:
            fail("S2S306", f"a store into an array: {problem}", span, "check the index")

    def stored_value(
        self,
        whole: Value,
        place: Place,
        meaning: Meaning,
        span: Span,
    ) -> Atom:
        """What is stored, as a number or an array. Raises S2S306 where it cannot be."""
        now = self.now(as_array(self, meaning, span))
        if not isinstance(now, Value | Const) or not isinstance(now.type, Scalar | Array):
            fail(
                "S2S306", f"{describe(now)} is stored in an array", span, "store numbers or arrays"
            )
        with self.builder.block():  # only the types are asked for
            current = ranked(self, self.atom(whole, span), span)
        part = self.item_type(current, place, span)
        assert isinstance(part, Scalar | Array) and isinstance(current.type, Array)
        check_kind(current.type.kind, now.type.kind, span)
        mine, given = axes_of(part), axes_of(now.type)
        if mine is not None and given is not None:
            if len(given) > len(mine):
                what = f"an array of {len(given)} axes is stored where there are {len(mine)}"
                fail(
                    "S2S306", what, span, "drop the axes of length 1 first: x[0], or np.squeeze(x)"
                )
            try:
                broadcast([mine, given])
            except TypeError as problem:
                fail("S2S306", f"a store into an array: {problem}", span, "check the shapes")
        return now

    def augment_array(
        self,
        whole: Value,
        operator: ast.operator,
        value: Meaning,
        result: Atom,
        ops: list[Op],
        span: Span,
    ) -> None:
        """`whole op= value` of an array, where `ops` compute `result`, which is `whole op value`.

        Where nobody outside sees it, and it is no part of another array, the array has the value `result`
        from here on. Raises S2S306, S2S307.
        """
        before = self.atom(whole, span)
        assert isinstance(before.type, Array)
        if isinstance(result.type, Array | Scalar):
            check_kind(before.type.kind, result.type.kind, span)
        root, way = self.way_to(whole)
        is_own = not way and root not in self.outside
        if self.row_at(root) is not None and isinstance(operator, ast.Add | ast.Sub):
            is_own = False  # xs[i] += value
        is_fitting = isinstance(result, Value) and fits_into(before.type, result.type)
        if not (is_own and is_fitting) and isinstance(operator, ast.Add | ast.Sub):
            self.add_signed(whole, EVERYTHING, operator, value, span)
            return
        if is_own and is_fitting:
            self.builder.ops += ops
            self.change_array(root, result, span)
            return
        last = ops[-1] if ops else None
        if isinstance(last, Apply) and last.results == (result,):
            # the array has the name, not what is stored
            result = replace(last.results[0], hint=None)
            ops = [*ops[:-1], replace(last, results=(result,))]
        self.builder.ops += ops
        self.store_item(whole, EVERYTHING, result, span)

    # Functions that change an array

    def whole_array(self, meaning: Meaning, name: str, span: Span) -> Value:
        """The array that a function changes. Raises S2S306."""
        if isinstance(meaning, Value):
            found = self.array_of(meaning)
            if found is not None:
                return found
        fail("S2S306", f"{name} changes {describe(self.now(meaning))}", span, "pass an array")

    def change_by_function(
        self,
        name: str,
        args: tuple[Meaning, ...],
        keywords: dict[str, Meaning],
        span: Span,
    ) -> Meaning:
        """`np.copyto(a, x)` and its like. Raises S2S302, S2S306, S2S307."""
        short = name.replace("numpy.", "np.").replace("s2sdiff.array.", "")
        if name == "numpy.copyto":
            named = [word for word in ("dst", "src")[len(args) :] if word in keywords]
            args += tuple(keywords[word] for word in named)
            keywords = {word: each for word, each in keywords.items() if word not in named}
        whole = self.whole_array(args[0] if args else constant(None), f"{short}()", span)
        match name, args[1:], keywords:
            case "numpy.copyto" | "s2sdiff.array.fill", (value,), {} if not keywords:
                if short == "fill" and not isinstance(self.atom(value, span).type, Scalar):
                    fail("S2S306", "fill() with what is no number", span, "store it: x[:] = v")
                self.store_item(whole, EVERYTHING, value, span)
            case "numpy.copyto", (value,), {"where": mask} if len(keywords) == 1:
                chosen = self.call_library("numpy.where", (mask, value, whole), {}, None, span)
                self.store_item(whole, EVERYTHING, chosen, span)
            case "s2sdiff.array.sort", rest, _:
                ordered = self.call_library("numpy.sort", (whole, *rest), keywords, None, span)
                self.store_item(whole, EVERYTHING, ordered, span)
            case "numpy.add.at", (index, value), {} if not keywords:
                self.add_to_item(whole, self.place_of(index, span), value, span, each=True)
            case "numpy.subtract.at", (index, value), {} if not keywords:
                negative = self.call_library("operator.neg", (value,), {}, None, span)
                self.add_to_item(whole, self.place_of(index, span), negative, span, each=True)
            case "numpy.fill_diagonal", (value,), {} if not keywords:
                current = self.atom(whole, span)
                axes = axes_of(current.type) if isinstance(current.type, Array) else None
                if axes is None or len(axes) != 2:
                    fail("S2S306", "np.fill_diagonal() of no matrix", span, "store with an index")
                both = tuple(length_of_axis(self.builder, current, at) for at in (0, 1))
                count = self.call_library("builtins.min", both, {}, None, span)
                places = self.call_library("numpy.arange", (count,), {}, None, span)
                self.store_item(whole, self.place_of(Sequence((places, places)), span), value, span)
            case _:
                fail("S2S302", f"{short}() is not accepted like this", span, "store with an index")
        return constant(None)

    def place_of(self, index: Meaning, span: Span) -> Place:
        """An index that is passed to a function."""
        now = self.now(as_array(self, index, span)) if not isinstance(index, Sequence) else index
        if isinstance(now, Sequence) and any(
            isinstance(each, Const) and isinstance(each.value, slice) for each in now.items
        ):
            fail("S2S306", "a slice in an index of add.at()", span, "write x[...] += v")
        if isinstance(now, Sequence) and now.kind == "tuple":
            atoms = tuple(self.atom(as_array(self, item, span), span) for item in now.items)
            return Group("tuple", (None,) * len(atoms)), atoms
        return None, (self.atom(as_array(self, now, span), span),)

    def store_result(self, out: Meaning, result: Meaning, name: str, span: Span) -> Meaning:
        """`f(x, out=a)`: what f gives is stored in the array, which is what the call gives."""
        if is_none(out):
            return result
        if isinstance(out, Sequence) and len(out.items) == 1:
            (out,) = out.items
        whole = self.whole_array(out, f"{name} with out=", span)
        result = ranked(self, self.atom(result, span), span)
        value, current = result.type, ranked(self, self.atom(whole, span), span).type
        if isinstance(value, Array) and isinstance(current, Array):
            axes, mine = value.axes, current.axes
            if axes is None or mine is None:
                what = f"out= of {name}, where the number of axes is known at run time only"
                fail("S2S306", what, span, "annotate the parameters: f8[n,3]")
            if len(axes) != len(mine):
                what = f"out= of {name} has {len(mine)} axes, not {len(axes)}"
                fail("S2S306", what, span, "check the shapes")
        self.store_item(whole, EVERYTHING, result, span)
        return whole
