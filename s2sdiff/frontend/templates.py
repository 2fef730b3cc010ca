"""The form of a meaning: which run-time values it consists of, and what is known while compiling.

Where two paths meet (the sides of a branch, the turns of a loop) each slot gets one form that holds on
both, and the run-time values in it are merged.

    template = Missing                  not assigned on this path
             | Leaf(type)               one run-time value
             | Fixed(meaning)           the same on all paths: a function, a string, an unchanged constant
             | Object(identity, form)   a list or an array: which one, and the form of its content
             | Items(meaning, parts)    a tuple, list or dict of known length
             | Poison(reason)           nothing in common: refused where it is read
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeGuard, assert_never, final

from s2sdiff.frontend.meanings import (
    Changeable,
    Instance,
    Mapping,
    Meaning,
    Module,
    Partial,
    RecordValue,
    Sequence,
    Turns,
    Unknown,
    UserFunction,
    describe,
    is_fixed,
    parts_of,
    rebuilt,
    shape_head,
)
from s2sdiff.frontend.operations import Frame
from s2sdiff.ir.core import UNDEFINED, Atom, Const, Value, constant
from s2sdiff.ir.types import Array, List, Scalar, Tuple, Type, join

Versions: TypeAlias = "dict[Changeable, Meaning]"
Resolve: TypeAlias = Callable[[Sequence | Value], Atom]  # a list, or an array, as it is now


Structured: TypeAlias = Sequence | Mapping | RecordValue


def items_in(whole: Structured) -> tuple[Meaning, ...]:
    found = parts_of(whole)
    assert found is not None
    return found


@final
@dataclass(frozen=True, slots=True)
class Missing:
    pass


@final
@dataclass(frozen=True, slots=True)
class Leaf:
    type: Type


@final
@dataclass(frozen=True, slots=True, eq=False)
class Fixed:
    meaning: Meaning


@final
@dataclass(frozen=True, slots=True, eq=False)
class Object:
    identity: Changeable
    content: Template


@final
@dataclass(frozen=True, slots=True, eq=False)
class Items:
    whole: Structured
    parts: tuple[Template, ...]


@final
@dataclass(frozen=True, slots=True)
class Poison:
    reason: str


Template: TypeAlias = Missing | Leaf | Fixed | Object | Items | Poison


def is_list(meaning: Meaning | None) -> bool:
    """Is it a list, an object that can be changed in place?"""
    if isinstance(meaning, Sequence):
        return meaning.kind == "list"
    return isinstance(meaning, Value) and isinstance(meaning.type, List)


def is_array_object(meaning: Meaning | None) -> TypeGuard[Value]:
    """Is it an array? It can be changed in place."""
    return isinstance(meaning, Value) and isinstance(meaning.type, Array)


def can_change(meaning: Meaning) -> bool:
    """Is it an object that can be changed in place?"""
    if isinstance(meaning, Mapping | RecordValue):
        return meaning.made_here
    return is_list(meaning)


def is_object(meaning: Meaning | None, versions: Versions) -> bool:
    """Is it a list or an array, or a dict or record that was made here? They can be changed in place."""
    if is_list(meaning) or is_array_object(meaning):
        return True
    return isinstance(meaning, Mapping | RecordValue) and meaning in versions


COPY_IT = {
    "list": "copy it first: a = list(a)",
    "dict": "copy it first: a = dict(a)",
    "record": "copy it first: a = dataclasses.replace(a)",
    "array": "copy it first: b = a.copy()",
}


def kind_of(whole: Meaning) -> str:
    """What messages call an object that is changed."""
    match whole:
        case Mapping():
            return "dict"
        case RecordValue():
            return "record"
    return "array" if is_array_object(whole) else "list"


def template_of(meaning: Meaning | None, versions: Versions) -> Template:
    """The form that `meaning` has now."""
    match meaning:
        case None:
            return Missing()
        case Unknown(reason=reason):
            return Poison(reason)
        case Sequence() | Value() | Mapping() | RecordValue() if is_object(meaning, versions):
            return Object(meaning, content_template(versions.get(meaning, meaning), versions))
        case Sequence() | Mapping() | RecordValue():
            return _items(meaning, versions)
        case Value() if not is_fixed(meaning):
            return Leaf(meaning.type)
    return Fixed(meaning)


def content_template(content: Meaning, versions: Versions) -> Template:
    """The form of a list's content."""
    if isinstance(content, Structured):
        return _items(content, versions)
    if isinstance(content, Unknown):
        return Poison(content.reason)
    assert isinstance(content, Value)
    return Leaf(content.type)


def _items(whole: Structured, versions: Versions) -> Items:
    return Items(whole, tuple(template_of(part, versions) for part in items_in(whole)))


def generalised(template: Template) -> Template:
    """The form with every number as a run-time value: a first guess of what a loop carries."""
    match template:
        case Fixed(meaning=Const(type=Scalar() as type_)):
            return Leaf(type_)
        case Items(whole=whole, parts=parts):
            return Items(whole, tuple(map(generalised, parts)))
        case Object(identity=identity, content=content):
            return Object(identity, generalised(content))
    return template


def same(one: Template, two: Template) -> bool:
    """Do both say the same?"""
    match one, two:
        case Fixed(meaning=left), Fixed(meaning=right):
            return same_meaning(left, right)
        case Object(), Object():
            return one.identity is two.identity and same(one.content, two.content)
        case Items(), Items():
            return _same_kind(one.whole, two.whole) and all(map(same, one.parts, two.parts))
    return one == two


def same_meaning(left: Meaning, right: Meaning) -> bool:
    """Do both stand for the same thing, also where it was looked up twice?"""
    if isinstance(left, Const) and isinstance(right, Const):
        return left.key == right.key
    match left, right:
        case Instance(value=one), Instance(value=two):
            return one is two
        case Module(name=one_name), Module(name=two_name):
            return one_name == two_name
        case UserFunction(), UserFunction():
            return (
                is_same_text(left, right)
                and _all_same(left.given, right.given)
                and _all_same(left.defaults, right.defaults)
            )
        case Partial(), Partial():
            return (
                same_meaning(left.function, right.function)
                and _all_same({**dict(enumerate(left.args))}, {**dict(enumerate(right.args))})
                and _all_same(left.keywords, right.keywords)
            )
    return left == right


def is_same_text(left: UserFunction, right: UserFunction) -> bool:
    """Do both run the same text and see the same values of around?"""
    return (
        left.source.path == right.source.path
        and left.span == right.span
        and left.scope == right.scope
    )


def _all_same(left: dict[Any, Meaning], right: dict[Any, Meaning]) -> bool:
    return left.keys() == right.keys() and all(same_meaning(left[key], right[key]) for key in left)


def _same_kind(one: Structured, two: Structured) -> bool:
    return shape_head(one) == shape_head(two) and len(items_in(one)) == len(items_in(two))


def join_templates(one: Template, two: Template) -> Template:
    """The form that holds on both paths."""
    match one, two:
        case Missing(), _:
            return _seen_outside(two)
        case _, Missing():
            return _seen_outside(one)
        case (Poison(), _) | (_, Poison()):
            return one if isinstance(one, Poison) else two
        case Fixed(meaning=left), Fixed(meaning=right) if same_meaning(left, right):
            return one
        case Object(), Object() if one.identity is two.identity:
            return Object(one.identity, join_content(one.content, two.content))
        case Items(), Items() if _same_kind(one.whole, two.whole):
            return Items(one.whole, tuple(map(join_templates, one.parts, two.parts)))
    present = isinstance(one, Object | Items | Leaf) and isinstance(two, Object | Items | Leaf)
    if present and not (isinstance(one, Leaf) and isinstance(two, Leaf)):
        return join_content(_content(one), _content(two))
    left_type, right_type = leaf_type(one), leaf_type(two)
    found = None if left_type is None or right_type is None else join(left_type, right_type)
    if found is None:
        return Poison("has different kinds of values")
    return Leaf(found)


def seen_from(
    other: Template, template: Template, known: Container[object], is_name: bool
) -> Template:
    """The form of a slot on one path, to be joined with `other`, that on another path.

    A name that is unassigned there and refers to a list of `known` here cannot be joined: the list is
    there on both paths, and what it holds must not depend on that name. (An array can: it is another one
    from there on, that may be the same.) Nor can one that nothing at run time tells from an assigned one;
    a number does, also one that is known here.
    """
    if not isinstance(other, Missing) or isinstance(template, Missing | Poison):
        return template
    if is_name:
        template = generalised(template)
        if count(template) == 0:
            return Poison("is assigned on one path only")
    if isinstance(template, Object) and is_array_object(template.identity):
        return template.content if template.identity in known else template
    return Poison("is assigned on one path only") if _refers_to(template, known) else template


def _refers_to(template: Template, known: Container[object]) -> bool:
    match template:
        case Object(identity=identity, content=content):
            return identity in known or _refers_to(content, known)
        case Items(parts=parts):
            return any(_refers_to(part, known) for part in parts)
    return False


def _seen_outside(template: Template) -> Template:
    """The form of what only one path makes: a function made there may know values from there."""
    match template:
        case Fixed(meaning=meaning) if not is_closed(meaning):
            return Poison("is made on one path only")
        case Items(whole=whole, parts=parts):
            return Items(whole, tuple(map(_seen_outside, parts)))
    return template


def is_closed(meaning: Meaning) -> bool:
    """Does it mean the same everywhere? Nested functions and iterators know run-time values."""
    match meaning:
        case UserFunction(scope=scope, defaults=defaults, given=given):
            inside = (*defaults.values(), *given.values())
            return not isinstance(scope, Frame) and all(map(is_closed, inside))
        case Partial(function=function, args=args, keywords=keywords):
            return all(map(is_closed, (function, *args, *keywords.values())))
        case Sequence() | Mapping() | RecordValue():
            return all(map(is_closed, items_in(meaning)))
        case Turns() | Value() | Unknown():
            return False
    return True


def _content(template: Template) -> Template:
    return template.content if isinstance(template, Object) else template


def join_content(one: Template, two: Template) -> Template:
    """The form of a list whose content is `one` or `two`; of different lengths: one run-time list."""
    if isinstance(one, Items) and isinstance(two, Items) and _same_kind(one.whole, two.whole):
        return Items(one.whole, tuple(map(join_templates, one.parts, two.parts)))
    left, right = leaf_type(one), leaf_type(two)
    found = None if left is None or right is None else join(left, right)
    if found is None and any(
        isinstance(getattr(t, "whole", None), RecordValue) for t in (one, two)
    ):
        return Poison("has other attributes on another path")
    return Poison("has different kinds of values") if found is None else Leaf(found)


def leaf_type(template: Template) -> Type | None:
    """The type of `template` as one run-time value; None if it cannot be one."""
    match template:
        case Leaf(type=type_):
            return type_
        case Fixed(meaning=Const(type=type_)) if isinstance(type_, Scalar):
            return type_
        case Object(content=content):
            return leaf_type(content)
        case Items(whole=Sequence(kind="list"), parts=parts):
            item: Type | None = constant(UNDEFINED).type
            for part in parts:
                found = leaf_type(part)
                item = None if item is None or found is None else join(item, found)
            return None if item is None else List(item)
        case Items(whole=Sequence(), parts=parts):
            types = [leaf_type(part) for part in parts]
            known = tuple(type_ for type_ in types if type_ is not None)
            return Tuple(known) if len(known) == len(types) else None
    return None


def count(template: Template) -> int:
    """How many run-time values the form has."""
    match template:
        case Leaf():
            return 1
        case Object(content=content):
            return count(content)
        case Items(parts=parts):
            return sum(map(count, parts))
    return 0


def leaf_types(template: Template) -> list[Type]:
    match template:
        case Leaf(type=type_):
            return [type_]
        case Object(content=content):
            return leaf_types(content)
        case Items(parts=parts):
            return [type_ for part in parts for type_ in leaf_types(part)]
    return []


def atoms_of(
    template: Template, meaning: Meaning | None, versions: Versions, resolve: Resolve
) -> list[Atom]:
    """The run-time values of `meaning` in this form; undefined ones where it is not assigned.

    `resolve` turns a list of known length into a run-time list, and a view into what it shows now.
    """
    match template:
        case Fixed() | Poison() | Missing():
            return []
        case Leaf():
            return [_as_atom(meaning, versions, resolve)]
        case Object(content=content):
            if meaning is None or isinstance(meaning, Unknown):
                return atoms_of(content, None, versions, resolve)
            assert isinstance(meaning, Changeable)
            return atoms_of(content, versions.get(meaning, meaning), versions, resolve)
        case Items(parts=parts):
            if isinstance(meaning, Structured) and meaning in versions:
                meaning = versions[meaning]
            items: tuple[Meaning | None, ...] = (None,) * len(parts)
            if isinstance(meaning, Structured):
                items = items_in(meaning)
            return [
                atom
                for part, item in zip(parts, items, strict=True)
                for atom in atoms_of(part, item, versions, resolve)
            ]
        case _:
            assert_never(template)


def _as_atom(meaning: Meaning | None, versions: Versions, resolve: Resolve) -> Atom:
    if is_array_object(meaning):
        return resolve(meaning)
    if isinstance(meaning, Sequence | Value):
        meaning = versions.get(meaning, meaning)
    match meaning:
        case Value() | Const():
            return meaning
        case Sequence():
            return resolve(meaning)
    return constant(UNDEFINED)


def instantiate(
    template: Template, atoms: Iterator[Atom], versions: Versions, is_content: bool = False
) -> Meaning | None:
    """What a slot of this form means, made of `atoms`; lists and their contents go into `versions`."""
    match template:
        case Missing():
            return None
        case Leaf():
            atom = next(atoms)
            if isinstance(atom, Value) and is_object(atom, versions) and not is_content:
                versions[atom] = atom
            return atom
        case Fixed(meaning=meaning):
            return meaning
        case Poison(reason=reason):
            return Unknown(reason)
        case Object(identity=identity, content=content):
            found = instantiate(content, atoms, versions, is_content=True)
            if found is not None:
                versions[identity] = found
            return identity
        case Items(whole=whole, parts=parts):
            built = [instantiate(part, atoms, versions) for part in parts]
            made = rebuilt(whole, tuple(Unknown("is missing") if b is None else b for b in built))
            if isinstance(made, Structured) and can_change(made) and not is_content:
                versions[made] = made
            return made
        case _:
            assert_never(template)


def clashes(
    one: Template, two: Template, owners: tuple[Changeable, ...] = ()
) -> Iterator[tuple[Changeable, tuple[Changeable, ...]]]:
    """The objects that one path has where the other has another one, and which such objects hold them."""
    match one, two:
        case Object(), Object():
            if one.identity is not two.identity:
                yield one.identity, owners
                yield two.identity, owners
                owners = (*owners, one.identity, two.identity)
            yield from clashes(one.content, two.content, owners)
            return
        case Items(), Items() if _same_kind(one.whole, two.whole):
            for left, right in zip(one.parts, two.parts, strict=True):
                yield from clashes(left, right, owners)
            return
    for template in (one, two):
        if isinstance(template, Object):
            yield template.identity, owners


def objects_in(template: Template) -> Iterator[Changeable]:
    """The objects that a form names."""
    match template:
        case Object(identity=identity, content=content):
            yield identity
            yield from objects_in(content)
        case Items(parts=parts):
            for part in parts:
                yield from objects_in(part)


def lists_in(meaning: Meaning) -> Iterator[Meaning]:
    """The lists and arrays that `meaning` is or holds, as it was made."""
    if is_list(meaning) or is_array_object(meaning) or isinstance(meaning, Mapping | RecordValue):
        yield meaning
    if isinstance(meaning, Structured):
        for part in items_in(meaning):
            yield from lists_in(part)


def joined_objects(made: Iterable[Meaning], forms: list[Template]) -> list[Meaning]:
    """The objects in what was `made` where two paths with these forms meet, that neither of them has.

    Where a name is unassigned on one path, those of the other.
    """
    is_missing = any(isinstance(form, Missing) for form in forms)
    old = set() if is_missing else {each for form in forms for each in objects_in(form)}
    return [each for meaning in made for each in lists_in(meaning) if each not in old]


def why_poisoned(one: Meaning | None, two: Meaning | None) -> str:
    """What the two paths have, for a message."""
    return " and ".join(describe(each) for each in (one, two) if each is not None)
