"""What a loop carries: the forms and meanings of its slots before and after a turn."""

from __future__ import annotations

from s2sdiff.frontend.meanings import Meaning
from s2sdiff.frontend.state import Slot, State, Variable, versions_in
from s2sdiff.frontend.templates import (
    Object,
    Template,
    content_template,
    template_of,
)


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


def is_new_list(slot: Slot, entry: State) -> bool:
    """Was the list made inside the loop? Then nobody outside knows it."""
    return not isinstance(slot, Variable) and slot not in entry
