"""Sums of products in Einstein's notation: the pullback of one is another."""

from __future__ import annotations

from string import ascii_letters
from typing import Any

from s2sdiff.ir.infer import joined_kind
from s2sdiff.ir.shapes import broadcast_axis, is_same
from s2sdiff.ir.types import Axis, Type, array, may_be_one
from s2sdiff.rules.axes import known_axes
from s2sdiff.rules.general import pullback, pushforward
from s2sdiff.rules.registry import Library
from s2sdiff.rules.signatures import static

np = Library("numpy")
s2s = Library("s2sdiff.runtime")


def parsed(subscripts: str, ranks: list[int]) -> tuple[list[str], str]:
    """The subscripts of all operands and of the result, ellipses and the arrow written out. Raises
    TypeError."""
    text = subscripts.replace(" ", "")
    inputs, arrow, output = text.partition("->")
    terms = inputs.split(",")
    if len(terms) != len(ranks):
        raise TypeError("more operands than subscripts, or fewer")
    free = [letter for letter in ascii_letters if letter not in text]
    longest = max(
        (
            rank - len(term.replace("...", ""))
            for term, rank in zip(terms, ranks, strict=True)
            if "..." in term
        ),
        default=0,
    )
    dots = "".join(free[:longest])
    found: list[str] = []
    for term, rank in zip(terms, ranks, strict=True):
        missing = rank - len(term.replace("...", ""))
        term = term.replace("...", dots[longest - missing :] if missing > 0 else "")
        if len(term) != rank:
            raise TypeError(f"operand with {rank} axes has the subscripts {term!r}")
        found.append(term)
    if not arrow:
        letters = "".join(found)
        once = sorted(each for each in set(letters) - set(dots) if letters.count(each) == 1)
        return found, dots + "".join(once)
    return found, output.replace("...", dots)


def einsum_type(subscripts: Any, *operands: Any, optimize: Any = False) -> Type:
    if not isinstance(subscripts, str):
        raise TypeError("the subscripts have to be a text that is known while compiling")
    terms, output = parsed(subscripts, [len(known_axes(each)) for each in operands])
    axes: dict[str, Axis] = {}
    for term, operand in zip(terms, operands, strict=True):
        for letter, axis in zip(term, known_axes(operand), strict=True):
            axes[letter] = broadcast_axis(axes.get(letter, 1), axis)
    return array(joined_kind(operands), tuple(axes[letter] for letter in output))


@static
def back_subscripts(subscripts: Any, operands: Any, at: Any, shorter: Any) -> tuple[str, Any, Any]:
    """The subscripts that give the cotangent of one operand from that of the result and the others; for
    which of its axes a vector of ones is needed, and for which pairs of axes a unit matrix. Axes that are
    `shorter` than others are summed over."""
    terms, output = parsed(subscripts, [len(known_axes(each)) for each in operands])
    mine = terms[at]
    rest = [term for index, term in enumerate(terms) if index != at]
    free = [letter for letter in ascii_letters if letter not in "".join([*terms, output])]
    target = ""
    units: list[tuple[int, str]] = []
    for place, letter in enumerate(mine):
        if letter in target:
            other = free.pop(0)
            units.append((place, letter + other))
            target += other
        elif place not in shorter:
            target += letter
    there = set(output)
    for index, (term, operand) in enumerate(zip(terms, operands, strict=True)):
        if index != at:
            axes = zip(term, known_axes(operand), strict=True)
            there |= {letter for letter, axis in axes if axis == 1 or not may_be_one(axis)}
    ones = [
        place
        for place, letter in enumerate(mine)
        if letter not in there and mine.index(letter) == place
    ]
    parts = [output, *rest, *(mine[place] for place in ones), *(pair for _, pair in units)]
    return f"{','.join(parts)}->{target}", tuple(ones), tuple(place for place, _ in units)


@static
def stretched(subscripts: Any, operands: Any, at: Any) -> tuple[tuple[int, ...], bool]:
    """The axes of an operand that have length 1 where others are longer; whether more may have."""
    terms, _ = parsed(subscripts, [len(known_axes(each)) for each in operands])
    lengths: dict[str, list[Axis]] = {}
    for term, operand in zip(terms, operands, strict=True):
        for letter, axis in zip(term, known_axes(operand), strict=True):
            lengths.setdefault(letter, []).append(axis)
    pairs = list(enumerate(zip(terms[at], known_axes(operands[at]), strict=True)))
    shorter = tuple(p for p, (each, axis) in pairs if axis == 1 and set(lengths[each]) != {1})
    unsure = any(
        axis != 1 and may_be_one(axis) and not all(is_same(axis, other) for other in lengths[each])
        for _, (each, axis) in pairs
    )
    return shorter, unsure


@pullback(np.einsum, types=einsum_type, order="subscripts, *operands, optimize=False")
def einsum(operands: Any, y: Any, y_bar: Any, *, subscripts: Any, optimize: Any = False) -> Any:
    return tuple(einsum_bar(subscripts, operands, y_bar, at) for at in range(len(operands)))


def einsum_bar(subscripts: Any, operands: Any, y_bar: Any, at: Any) -> Any:
    """The cotangent of one operand."""
    shorter, unsure = stretched(subscripts, operands, at)
    back, ones, units = back_subscripts(subscripts, operands, at, shorter)
    shape = np.shape(operands[at])
    rest = [other for index, other in enumerate(operands) if index != at]
    more = [np.ones(shape[place]) for place in ones]
    more += [np.eye(shape[place]) for place in units]
    bar = np.einsum(back, y_bar, *rest, *more)
    if shorter:
        bar = np.expand_dims(bar, shorter)
    return s2s.unbroadcast(bar, operands[at]) if unsure else bar


@static
def is_missing(dot: Any) -> bool:
    """Is there no tangent?"""
    return isinstance(dot, float)


@pushforward(np.einsum, types=einsum_type)
def einsum_pushforward(
    operands: Any, y: Any, operands_dot: Any, *, subscripts: Any, optimize: Any = False
) -> Any:
    total = 0.0
    for at, dot in enumerate(operands_dot):
        if not is_missing(dot):
            given = [dot if i == at else each for i, each in enumerate(operands)]
            total = total + np.einsum(subscripts, *given)
    return total
