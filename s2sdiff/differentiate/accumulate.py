"""The chain rule, once: cotangent times partial, tangent times partial, and their sums.

A contribution to the cotangent of x is kept as a pair (cotangent of y, partial dy/dx) until the
cotangent of x is needed; then all of them become one expression (equation 5.145). Zeros stay
symbolic: a contribution that is not there is None, never 0.0, and a partial that is the constant 0
gives none. So a zero cotangent stays zero whatever it would be multiplied by.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import final

from s2sdiff.differentiate.known import known_like
from s2sdiff.errors import fail, internal
from s2sdiff.ir.build import Builder, number
from s2sdiff.ir.constants import fold
from s2sdiff.ir.core import (
    Apply,
    Atom,
    Block,
    Const,
    Cotangent,
    Hint,
    Primitive,
    Value,
    constant,
)
from s2sdiff.ir.forms import Tree, build, open_parts, part_path, require_keys
from s2sdiff.ir.lists import ADD_LISTS, COPY, ZEROS_LIKE
from s2sdiff.ir.traverse import walk
from s2sdiff.ir.types import (
    COMPLEX,
    FLOAT,
    Array,
    Dict,
    List,
    Residuals,
    Scalar,
    Structure,
    Type,
    has_derivative,
    has_sign,
    labels,
    parts,
)
from s2sdiff.rules.registry import RULES, called_primitive, primitive

ADD = primitive("operator.add")
MULTIPLY = primitive("operator.mul")
DIVIDE = primitive("operator.truediv")
NEGATE = primitive("operator.neg")
TO_FLOAT = primitive("builtins.float")


def arithmetic(builder: Builder, operation: Primitive, *args: Atom, hint: Hint = None) -> Atom:
    """`operation(*args)`, folded where that is exact."""
    known = fold(operation, args)
    return known if known is not None else builder.apply(operation, *args, hint=hint)


@final
@dataclass(slots=True, eq=False)
class Chain:
    """Multiplies derivatives by partials, in the order in which a person would write it.

    `partial_ops` are ops that rules appended for one product, `scaled` products of ours with a
    literal factor: both may be taken apart again. `negated` gives x for values that are -x.
    `primal` are the values that the derivative is computed from; the others are ours to name.
    """

    builder: Builder
    primal: frozenset[Value]
    negated: dict[Value, Atom]
    partial_ops: dict[Value, Apply] = field(default_factory=dict)
    scaled: dict[Value, tuple[Atom, float]] = field(default_factory=dict)

    def remember(self, start: int) -> None:
        """Ops from index `start` on compute partials; a product may be taken apart again."""
        for op in self.builder.ops[start:]:
            if isinstance(op, Apply):
                for result in op.results:
                    self.partial_ops[result] = op
                if op.primitive is NEGATE and has_sign(op.args[0].type):
                    self.negated[op.results[0]] = op.args[0]

    def multiply(self, factor: Atom, partial: Atom, hint: Hint = None) -> Atom:
        """`factor * partial`: `0.5 / d` times `c` is `c * 0.5 / d`, and a minus sign goes to the front."""
        known, scale = number(partial), number(factor)
        mask = self.mask(factor) if known not in (1, -1) else None
        if mask is not None:
            condition, one, two = mask
            parts = [
                each if number(each) == 0 else self.multiply(each, partial) for each in (one, two)
            ]
            return self.masked(condition, parts[0], parts[1], hint)
        if known is not None:
            return self.scale(factor, float(known), hint)
        op = self.partial_ops.get(partial) if isinstance(partial, Value) else None
        match op:
            case Apply(primitive=done, args=(left, right)) if done is MULTIPLY:
                if number(left) is not None:
                    return self.multiply(self.multiply(factor, left), right, hint)
                if number(right) is not None:
                    return self.multiply(self.multiply(factor, right), left, hint)
            case Apply(primitive=done, args=(above, below)) if done is DIVIDE and (
                scale != 1 or self.without_sign(above) is not None
            ):
                if number(above) is not None:
                    top = self.multiply(factor, above)
                    return arithmetic(self.builder, DIVIDE, top, below, hint=hint)
                inner = self.without_sign(above)
                if scale == 1 and inner is not None:
                    return self.negate(arithmetic(self.builder, DIVIDE, inner, below), hint)
                quotient = arithmetic(self.builder, DIVIDE, factor, below)
                return self.multiply(quotient, above, hint)
        divisor = self.reciprocal(factor)
        if divisor is not None:
            return arithmetic(self.builder, DIVIDE, partial, divisor, hint=hint)
        positive = self.without_sign(partial)
        if positive is not None:
            return self.negate(self.multiply(factor, positive), hint)
        positive = self.without_sign(factor)
        if positive is not None:
            return self.negate(self.multiply(positive, partial), hint)
        if scale == 1:
            return partial
        product = arithmetic(self.builder, MULTIPLY, factor, partial, hint=hint)
        if scale is not None and isinstance(product, Value):
            self.scaled[product] = (partial, float(scale))
        return product

    def reciprocal(self, atom: Atom) -> Atom | None:
        """x, where `atom` is 1.0 / x of an array x and has no name."""
        op = self.partial_ops.get(atom) if isinstance(atom, Value) else None
        if op is None or op.primitive is not DIVIDE or number(op.args[0]) != 1:
            return None
        assert isinstance(atom, Value)
        is_array = isinstance(atom.type, Array) and not isinstance(atom.hint, str)
        return op.args[1] if is_array else None

    def mask(self, atom: Atom) -> tuple[Atom, Atom, Atom] | None:
        """The arguments of `np.where(condition, x, 0.0)`, where a rule gave that.

        Products are taken inside: zeros stay zero whatever they would be multiplied by.
        """
        op = self.partial_ops.get(atom) if isinstance(atom, Value) else None
        if op is None or op.primitive.name != "numpy.where" or len(op.args) != 3:
            return None
        condition, one, two = op.args
        return (condition, one, two) if number(one) == 0 or number(two) == 0 else None

    def masked(self, condition: Atom, one: Atom, two: Atom, hint: Hint) -> Atom:
        """`np.where(condition, one, two)`, of which one is zero."""
        call = RULES["numpy.where"].call
        assert call is not None
        where = called_primitive("numpy.where", call, (None, None, None), ())
        start = len(self.builder.ops)
        made = self.builder.apply(where, condition, one, two, hint=hint)
        self.remember(start)
        return made

    def merged_masks(self, terms: list[Atom]) -> list[Atom]:
        """Terms of which those with the same mask are one."""
        found: list[Atom] = []
        for term in terms:
            mask = self.mask(term)
            for at, other in enumerate(found):
                before = self.mask(other)
                if mask is not None and before is not None and mask[0] is before[0]:
                    one, two = (
                        self.sum_of(a, b) for a, b in zip(before[1:], mask[1:], strict=True)
                    )
                    found[at] = self.masked(mask[0], one, two, None)
                    break
            else:
                found.append(term)
        return found

    def sum_of(self, one: Atom, two: Atom) -> Atom:
        if number(one) == 0:
            return two
        return one if number(two) == 0 else arithmetic(self.builder, ADD, one, two)

    def scale(self, factor: Atom, by: float, hint: Hint) -> Atom:
        """`factor * by`; literal factors are multiplied together."""
        if by == 1:
            return factor
        if by == -1:
            return self.negate(factor, hint)
        positive = self.without_sign(factor)
        if positive is not None:
            return self.negate(self.scale(positive, by, None), hint)
        made = self.partial_ops.get(factor) if isinstance(factor, Value) else None
        if made is not None and made.primitive.name == "numpy.expand_dims":
            smaller, *axes = made.args
            return self.builder.apply(
                made.primitive, self.scale(smaller, by, None), *axes, hint=hint
            )
        if isinstance(factor, Value) and factor in self.scaled:
            rest, before = self.scaled[factor]
            merged = fold(MULTIPLY, (constant(before), constant(by)))
            if merged is not None:
                return self.multiply(merged, rest, hint)
        product = arithmetic(self.builder, MULTIPLY, factor, constant(by), hint=hint)
        if isinstance(product, Value):
            self.scaled[product] = (factor, by)
        return product

    def without_sign(self, atom: Atom) -> Atom | None:
        """x, where `atom` is known to be -x."""
        return self.negated.get(atom) if isinstance(atom, Value) else None

    def negate(self, atom: Atom, hint: Hint = None) -> Atom:
        positive = self.without_sign(atom)
        if positive is not None:
            return positive
        minus = arithmetic(self.builder, NEGATE, atom, hint=hint)
        if isinstance(minus, Value) and hint is None:
            self.negated[minus] = atom
        return minus

    def total(self, terms: list[tuple[Atom, Atom]], hint: Hint) -> Atom | None:
        """The sum of `factor * partial` over all terms; None where there are none."""
        terms = self.merged([term for term in terms if number(term[1]) != 0])
        if not terms:
            return None
        if len(terms) > 1 and any(self.mask(factor) is not None for factor, _ in terms):
            products = [self.multiply(factor, partial) for factor, partial in terms]
            terms = [(product, constant(1.0)) for product in self.merged_masks(products)]
        (factor, partial), *rest = terms
        total = self.multiply(factor, partial, None if rest else hint)
        for index, (factor, partial) in enumerate(rest):
            last = index == len(rest) - 1
            term = self.multiply(factor, partial)
            total = arithmetic(self.builder, ADD, total, term, hint=hint if last else None)
        is_new = isinstance(total, Value) and total.hint is None and total not in self.primal
        if isinstance(total, Value) and is_new and not self.is_unnamed_entry(total, hint):
            self.builder.hints.setdefault(total, hint)
        return total

    def is_unnamed_entry(self, value: Value, hint: Hint) -> bool:
        """Was the cotangent of an intermediate variable read from that of a list or an array?"""
        made = self.builder.maker(value)
        is_entry = isinstance(made, Apply) and made.primitive.name in (
            "core.item",
            "operator.getitem",
        )
        return is_entry and isinstance(hint, Cotangent) and hint.of.hint is None

    def merged(self, terms: list[tuple[Atom, Atom]]) -> list[tuple[Atom, Atom]]:
        """Equal terms as one with a literal factor: `x * x` gives `2.0 * x`."""
        counts = Counter(terms)
        found: list[tuple[Atom, Atom]] = []
        for term in dict.fromkeys(terms):
            factor, partial = term
            times = counts[term]
            found.append((self.scale(factor, float(times), None), partial) if times > 1 else term)
        return found


@final
@dataclass(slots=True, eq=False)
class Cotangents:
    """Contributions to the cotangents of primal values, collected while the sweep goes back.

    Inside one side of a branch they are not `named`: there each is but one part of a cotangent.
    `running` are cotangents that are added to at once: those of lists, which are changed in place,
    and those that a loop accumulates; `around` are lists whose cotangents are running in the loops around.
    Those of the arrays `begun` were zeros when something was added to them in place first.
    """

    chain: Chain
    named: bool = True
    running: dict[Value, Atom] = field(default_factory=dict)
    around: frozenset[Value] = frozenset()
    begun: set[Value] = field(default_factory=set)
    terms: dict[Value, list[tuple[Atom, Atom]]] = field(default_factory=dict)
    through: dict[Value, list[Value]] = field(default_factory=dict)
    trees: dict[Value, list[Tree]] = field(default_factory=dict)

    def add(self, atom: Atom, factor: Atom, partial: Atom, through: Value | None) -> None:
        """Contribute `factor * partial` to the cotangent of `atom`; constants have none."""
        if not isinstance(atom, Value) or number(partial) == 0:
            return
        if atom in self.running:
            now = (self.running[atom], constant(1.0))
            total = self.chain.total([now, (factor, partial)], Cotangent(atom))
            assert total is not None
            self.running[atom] = total
            return
        self.terms.setdefault(atom, []).append((factor, partial))
        if through is not None and through not in self.through.setdefault(atom, []):
            self.through[atom].append(through)

    def add_tree(self, atom: Atom, tree: Tree, through: Value | None = None) -> None:
        """Contribute a ready cotangent, which may be that of a tuple."""
        if tree is None or not isinstance(atom, Value):
            return
        if isinstance(tree, list):
            self.trees.setdefault(atom, []).append(tree)
        elif isinstance(atom.type, List):
            self.add_list(atom, tree)
        else:
            tree = known_like(self.chain.builder, tree, atom.type)
            self.add(atom, tree, constant(1.0), through)

    def is_running(self, value: Value) -> bool:
        """Is the cotangent of `value` added to at once, here or in a loop around?"""
        return value in self.running or value in self.around

    def add_list(self, atom: Value, bar: Atom) -> None:
        """Contribute the cotangent of a whole list."""
        now = self.running.get(atom)
        if now is not None:
            bar = self.chain.builder.apply(ADD_LISTS, now, bar, hint=Cotangent(atom))
        self.running[atom] = bar

    def list_bar(self, atom: Value) -> Atom:
        """The cotangent of a list so far, zeros if there is none."""
        if atom not in self.running:
            zeros = self.chain.builder.apply(ZEROS_LIKE, atom, hint=Cotangent(atom))
            self.running[atom] = zeros
        return self.running[atom]

    def take(self, value: Value) -> Tree:
        """The cotangent of `value`, complete: all values that it flows into have been visited."""
        if value in self.running:
            return self.running.pop(value)
        trees = self.trees.pop(value, None)
        if trees is not None:
            return self.combine(trees)
        terms = self.terms.pop(value, None)
        if terms is None:
            return None
        through = tuple(reversed(self.through.pop(value, [])))
        return self.chain.total(terms, Cotangent(value, through) if self.named else None)

    def combine(self, trees: list[Tree]) -> Tree:
        """The sum of cotangents of the same structure."""
        present = [tree for tree in trees if tree is not None]
        if len(present) <= 1:
            return present[0] if present else None
        if all(isinstance(tree, list) for tree in present):
            lists = [tree for tree in present if isinstance(tree, list)]
            return [self.combine(list(column)) for column in zip(*lists, strict=True)]
        atoms = [tree for tree in present if isinstance(tree, Value | Const)]
        if len(atoms) != len(present):
            raise internal("reverse", "cotangents of different structure")
        return self.chain.total([(atom, constant(1.0)) for atom in atoms], None)

    def waiting(self) -> list[Value]:
        """Values that have contributions which nobody has taken."""
        return list(dict.fromkeys((*self.terms, *self.trees, *self.running)))


def negations(block: Block) -> dict[Value, Atom]:
    """Table: x, for every value of `block` that is computed as -x."""
    return {
        op.results[0]: op.args[0]
        for op in walk(block)
        if isinstance(op, Apply) and op.primitive is NEGATE and has_sign(op.args[0].type)
    }


def part_tree(tree: Tree, at: int, size: int) -> Tree:
    """The derivative of a structure of `size` parts of which only number `at` has one."""
    return [tree if index == at else None for index in range(size)]


def tree_atoms(trees: object) -> tuple[Atom, ...]:
    """The atoms in a derivative, or in a list of them."""
    if isinstance(trees, list):
        return tuple(atom for tree in trees for atom in tree_atoms(tree))
    return () if trees is None else (trees,)  # type: ignore[return-value]


def substituted(tree: Tree, table: dict[Value, Value]) -> Tree:
    """A derivative with some values replaced."""
    if isinstance(tree, list):
        return [substituted(part, table) for part in tree]
    return table.get(tree, tree) if isinstance(tree, Value) else tree


def open_tree(builder: Builder, atom: Atom, path: str = "", called: str = "seed") -> Tree:
    """A derivative that comes in from outside (a seed), structures opened."""
    if isinstance(atom, Value) and isinstance(atom.type, Structure):
        name = atom.hint if isinstance(atom.hint, str) else called
        if isinstance(atom.type, Dict):
            require_keys(builder, atom, path or name, ordered=False)
        return [
            open_tree(builder, item, part_path(path or name, atom.type, label))
            for label, item in zip(labels(atom.type), open_parts(builder, atom, name), strict=True)
        ]
    if isinstance(atom, Value) and isinstance(atom.type, List):
        return builder.apply(COPY, atom, hint=atom.hint)
    return atom if has_derivative(atom.type) or isinstance(atom.type, Residuals) else None


def close_tree(builder: Builder, tree: Tree, type_: Type, hint: Hint = None) -> Atom:
    """A derivative as one float or a structure of floats, zeros written out.

    What has no derivative (a bool, a string, None) has None in its place.
    """
    if isinstance(type_, Structure):
        items = parts(type_)
        trees: list[Tree] = tree if isinstance(tree, list) else [None] * len(items)
        closed = [close_tree(builder, t, item) for t, item in zip(trees, items, strict=True)]
        return build(builder, type_, closed)
    if isinstance(type_, List):
        if tree is None or isinstance(tree, list):
            raise internal("differentiate", "a list has no derivative")
        return tree
    if isinstance(type_, Residuals) and isinstance(tree, Value):
        return tree
    if not has_derivative(type_):
        return constant(None)
    if tree is None:
        return constant(0.0)
    if isinstance(tree, list):
        raise internal("differentiate", "a tuple is the derivative of a number")
    return as_float(builder, tree, hint)


def as_float(builder: Builder, atom: Atom, hint: Hint = None) -> Atom:
    """`atom` as a float: derivatives of ints are floats."""
    if atom.type in (FLOAT, COMPLEX):
        return atom
    value = number(atom)
    if value is not None:
        return constant(float(value))
    if isinstance(atom.type, Scalar):
        return builder.apply(TO_FLOAT, atom, hint=hint)
    if isinstance(atom.type, Array):
        what = "this is a number on one path, and the derivative needs an array of known rank"
        fail("S2S306", what, builder.span, "compute it in each branch")
    raise internal("differentiate", f"a derivative of type {atom.type}")
