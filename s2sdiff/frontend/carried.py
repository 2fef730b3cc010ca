"""What a loop carries: the forms and meanings of its slots before and after a turn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import final

from s2sdiff.frontend.meanings import Changeable, Meaning, Sequence
from s2sdiff.frontend.state import Slot, State, Variable, Versions, versions_in
from s2sdiff.frontend.templates import (
    Object,
    Template,
    content_template,
    is_array_object,
    leaf_types,
    template_of,
)
from s2sdiff.ir.core import Block, Value
from s2sdiff.ir.traverse import definitions
from s2sdiff.ir.types import List


def meaning_at(slot: Slot, state: State) -> Meaning | None:
    """What a slot means in `state`; a list is itself, whatever it holds."""
    if isinstance(slot, Variable):
        return state.get(slot)
    return slot


def form_at(slot: Slot, state: State) -> Template:
    """The form of what is in a slot."""
    versions = versions_in(state)
    if isinstance(slot, Variable):
        return template_of(state.get(slot), versions)
    return Object(slot, content_template(versions.get(slot, slot), versions))


def listed_items(slot: Slot, form: Template, entry: State) -> Iterator[Meaning]:
    """The items of a list of known length that a loop carries as a run-time list; those of its rows."""
    if any(isinstance(type_, List) for type_ in leaf_types(form)):
        versions = versions_in(entry)
        whole = meaning_at(slot, entry)
        if isinstance(whole, Changeable):
            yield from _items_of(versions.get(whole, whole), versions)


def _items_of(now: Meaning, versions: Versions) -> Iterator[Meaning]:
    if isinstance(now, Sequence) and now.kind == "list":
        for item in now.items:
            yield item
            if isinstance(item, Changeable):
                yield from _items_of(versions.get(item, item), versions)


def is_new_object(slot: Slot, entry: State, body: Block) -> bool:
    """Was the list or array made inside the loop with this `body`? Then nobody outside knows it."""
    if isinstance(slot, Variable) or slot in entry:
        return False
    return not is_older_array(slot, body)


@final
@dataclass(frozen=True, slots=True)
class Before:
    """The lists and arrays that were there before `block`, where the slots were `state`."""

    state: State
    block: Block

    def __contains__(self, identity: object) -> bool:
        return identity in self.state or (
            isinstance(identity, Value) and is_older_array(identity, self.block)
        )


def is_older_array(slot: Slot, block: Block) -> bool:
    """Is it an array that was there before `block`?"""
    if isinstance(slot, Variable) or not is_array_object(slot):
        return False
    return all(slot is not made for made in definitions(block))
