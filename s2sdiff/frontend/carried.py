"""What a loop carries: the forms and meanings of its slots before and after a turn."""

from __future__ import annotations

from collections.abc import Iterator

from s2sdiff.frontend.meanings import Changeable, Meaning, Sequence
from s2sdiff.frontend.state import Slot, State, Variable, Versions, versions_in
from s2sdiff.frontend.templates import (
    Object,
    Template,
    content_template,
    leaf_types,
    template_of,
)
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


def is_new_list(slot: Slot, entry: State) -> bool:
    """Was the list made inside the loop? Then nobody outside knows it."""
    return not isinstance(slot, Variable) and slot not in entry
