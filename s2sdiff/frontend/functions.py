"""Calls of the user's functions: inlined, or kept where inlining would not end."""

from __future__ import annotations

import ast
import functools
from abc import abstractmethod
from collections.abc import Callable

from s2sdiff.errors import Span, fail
from s2sdiff.frontend.calls import bind
from s2sdiff.frontend.control_flow import may_end
from s2sdiff.frontend.expressions import ExpressionLowerer
from s2sdiff.frontend.iteration import assigned
from s2sdiff.frontend.kept import (
    Kept,
    Key,
    Recursion,
    check_forms,
    fitting_variant,
    helper_of,
    key_of,
    parameter_forms,
    with_free,
)
from s2sdiff.frontend.meanings import (
    Capture,
    Changeable,
    Mapping,
    Meaning,
    RecordValue,
    UserFunction,
    parts_of,
)
from s2sdiff.frontend.nonlocals import declared
from s2sdiff.frontend.operations import Frame
from s2sdiff.frontend.settling import MOST_ROUNDS
from s2sdiff.frontend.sides import hints_of
from s2sdiff.frontend.state import ENDED, RESULT, Endless, Outcome, Raised, Unassigned
from s2sdiff.frontend.templates import (
    Poison,
    atoms_of,
    generalised,
    instantiate,
    join_templates,
    leaf_types,
    same,
    template_of,
)
from s2sdiff.ir.build import Builder
from s2sdiff.ir.core import Atom, Block, Call, Callee, Helper, Hint, Value, constant
from s2sdiff.ir.lists import depth_of
from s2sdiff.ir.objects import changing_arrays, passes_on
from s2sdiff.ir.traverse import free_values
from s2sdiff.ir.types import FLOAT, List

DEEPEST_CALL = 100
MOST_VARIANTS = 20


@functools.lru_cache(maxsize=1000)
def written_by(statements: tuple[ast.stmt, ...]) -> frozenset[str]:
    """Names that a function assigns to; rules are lowered again and again."""
    return assigned(statements)


class FunctionLowerer(ExpressionLowerer):
    """Lowers calls of functions whose text is known.

    `running` are the functions being inlined, `entered` how deep in branches each was first called.
    """

    def __init__(self, builder: Builder, captures: list[Capture]) -> None:
        super().__init__(builder, captures)
        self.depth = 0
        self.kept: dict[Key, list[Kept]] = {}
        self.helpers: list[Helper] = []
        self.entered: dict[Key, int] = {}
        self.running: list[Key] = []

    def frame(
        self, function: UserFunction, meanings: dict[str, Meaning], result_hint: Hint
    ) -> Frame:
        written = written_by(function.statements)
        elsewhere = declared(function, written)
        names = frozenset(meanings) | (written - elsewhere.keys())
        variables = dict(meanings)
        frame = Frame(function.name, function.scope, function.source, names, variables, result_hint)
        frame.nonlocals.update(elsewhere)
        return frame

    def run_function(self, function: UserFunction, frame: Frame) -> Meaning:
        """What the function returns when its statements are run in `frame`."""
        if function.rule is not None:
            place = self.builder.span or function.span
            return self.ruled_call(function, frame.variables, frame.result_hint, place)
        self.active.append(frame)
        try:
            nodes = list(function.statements)
            if not isinstance(nodes[-1], ast.Return) and any(map(may_end, nodes)):
                nodes.append(ast.copy_location(ast.Return(None), nodes[-1]))
            outcome = self.statements(frame, nodes)
        finally:
            self.active.pop()
        if outcome is Outcome.RAISED and self.active:
            raise Raised
        frame.variables.pop(ENDED, None)
        return frame.variables.pop(RESULT, constant(None))

    def run_whole(
        self, function: UserFunction, frame: Frame, meanings: dict[str, Meaning]
    ) -> Meaning:
        """What the function itself returns; if it calls itself, it becomes a call."""
        key = key_of(function)
        before, ops, length = self.checkpoint(), self.builder.ops, len(self.builder.ops)
        self.entered[key] = self.nesting
        self.running.append(key)
        try:
            return self.run_function(function, frame)
        except Recursion as found:
            if found.key != key:
                raise
            del ops[length:]
            self.go_back(before)
        finally:
            self.running.pop()
            self.entered.pop(key, None)
        return self.keep(function, key, meanings, function.name, function.span)

    def call_function(
        self,
        function: UserFunction,
        args: tuple[Meaning, ...],
        keywords: dict[str, Meaning],
        hint: Hint,
        span: Span,
    ) -> Meaning:
        if function.rule is not None:
            bound = bind(function, args, keywords, span)
            return self.ruled_call(function, bound, hint, span)
        key = key_of(function)
        variants = self.kept.get(key, [])
        if variants:
            bound = bind(function, args, keywords, span)
            fitting = fitting_variant(variants, function, parameter_forms(bound, self.versions))
            if fitting is None and len(variants) < MOST_VARIANTS:
                return self.keep(function, key, bound, hint, span)
            if fitting is None:
                fail(
                    "S2S304",
                    f"{function.name} is called recursively in more than {MOST_VARIANTS} ways",
                    span,
                    "call it with arguments of the same types everywhere",
                )
            return self.kept_call(fitting, bound, hint, span)
        if key in self.entered and self.nesting > self.entered[key]:
            raise Recursion(key)
        self.depth += 1
        if self.depth > DEEPEST_CALL:
            fail(
                "S2S304",
                f"calls of {function.name} are nested more than {DEEPEST_CALL} deep",
                span,
                "make the end of the recursion depend on constants only",
            )
        bound = bind(function, args, keywords, span)
        frame = self.frame(function, bound, hint)
        outer, self.rename = self.rename, self.rename_in(function)
        is_outermost = self.entered.setdefault(key, self.nesting) == self.nesting
        before, ops, length = self.checkpoint(), self.builder.ops, len(self.builder.ops)
        first = key not in self.running
        self.running.append(key)
        try:
            with self.builder.at(span):
                return self.run_function(function, frame)
        except Recursion as found:
            if found.key != key or not first:
                raise
            del ops[length:]
            self.go_back(before)
        finally:
            self.running.pop()
            if first and is_outermost:
                del self.entered[key]
            self.rename = outer
            self.depth -= 1
        return self.keep(function, key, bound, hint, span)

    @abstractmethod
    def ruled_call(
        self, function: UserFunction, bound: dict[str, Meaning], hint: Hint, span: Span
    ) -> Meaning:
        """A call of a function that has a rule."""

    # Functions that are kept

    def keep(
        self, function: UserFunction, key: Key, bound: dict[str, Meaning], hint: Hint, span: Span
    ) -> Meaning:
        """Lower `function` once as a function of its own, and call it."""
        taken = {helper.callee.name for helper in self.helpers}
        taken |= {other.callee.name for variants in self.kept.values() for other in variants}
        name, count = f"_{function.name}", 1
        while name in taken:
            count += 1
            name = f"_{function.name}_{count}"
        forms = parameter_forms(bound, self.versions)
        kept = Kept(function, Callee(name, (FLOAT,)), forms)
        self.kept.setdefault(key, []).append(kept)
        made, known = len(self.helpers), {k: tuple(v) for k, v in self.kept.items()}
        for _ in range(MOST_ROUNDS):
            del self.helpers[made:]
            self.kept = {k: list(v) for k, v in known.items()}
            before = self.state()
            body = self.kept_body(kept, bound, span)
            if not kept.grown and not kept.passes_on and passes_on(body, self.gives_new):
                kept.passes_on = kept.grown = True
            if kept.grown:
                kept.grown = False
                self.restore(before)
                continue
            break
        else:
            fail("S2S304", f"the types of {function.name} do not settle", span, "use one type")
        check_forms(kept, span)
        own = {slot for slot, meaning in self.state().items() if before.get(slot) is not meaning}
        if own & set(before):
            fail(
                "S2S307",
                f"the recursive function {function.name} changes what is outside of it",
                span,
                "return the value instead",
            )
        if not changing_arrays(body).isdisjoint(body.params):
            fail(
                "S2S307",
                f"the recursive function {function.name} changes an array that it gets",
                span,
                "write it with a loop, or return a new array",
            )
        self.restore(before)
        kept.free = free_values(body)
        if kept.free:
            body = with_free(body, kept.callee, kept.free)
        self.helpers.append(helper_of(kept, body))
        kept.done = True
        return self.kept_call(kept, bound, hint, span)

    def kept_body(self, kept: Kept, bound: dict[str, Meaning], span: Span) -> Block:
        """The body of a kept function for its present forms; it says itself if they are too narrow."""
        params: list[Value] = []
        meanings: dict[str, Meaning] = {}
        if kept.result is not None:
            kept.callee = Callee(kept.callee.name, tuple(leaf_types(kept.result)))
        nesting, self.nesting = self.nesting, 0
        entered, self.entered = self.entered, {}
        try:
            with self.builder.block() as ops, self.builder.at(kept.function.span):
                for name, form in kept.forms.items():
                    hints = hints_of(form, name)
                    types = leaf_types(form)
                    made = [Value(h, t, span) for h, t in zip(hints, types, strict=True)]
                    params += made
                    found = instantiate(form, iter(made), {})
                    meanings[name] = bound[name] if found is None else found
                    self.give_up(meanings[name])
                frame = self.frame(kept.function, meanings, kept.function.name)
                outputs = self.kept_outputs(kept, frame, span)
        finally:
            self.nesting, self.entered = nesting, entered
        return Block(tuple(params), tuple(ops), tuple(outputs))

    def give_up(self, meaning: Meaning) -> None:
        """A dict or a record that a kept function gets is a copy: a change of it would not be seen."""
        for part in (meaning, *(parts_of(meaning) or ())):
            if isinstance(part, Mapping | RecordValue):
                self.versions.pop(part, None)
            if part is not meaning:
                self.give_up(part)

    def kept_outputs(self, kept: Kept, frame: Frame, span: Span) -> list[Atom]:
        """What the function returns, as run-time values."""
        try:
            result = self.run_function(kept.function, frame)
        except Unassigned as found:
            raise found.error from None
        except Raised:
            what = f"{kept.function.name} raises on every path"
            fail("S2S304", what, span, "return something at the end of the recursion")
        except Endless:
            fail(
                "S2S304",
                f"{kept.function.name} calls itself on every path",
                span,
                "return without a call of it at the end of the recursion",
            )
        form = generalised(template_of(result, self.versions))
        joined = form if kept.result is None else join_templates(kept.result, form)
        if kept.result is None or not same(joined, kept.result):
            kept.result, kept.grown = joined, True
            return []
        return atoms_of(kept.result, result, self.versions, self.resolved)

    def kept_call(self, kept: Kept, bound: dict[str, Meaning], hint: Hint, span: Span) -> Meaning:
        """Call a kept function."""
        args: list[Atom] = []
        given = parameter_forms(bound, self.versions)
        for name in kept.forms:
            form = given[name]
            joined = join_templates(kept.forms[name], form)
            if not same(joined, kept.forms[name]):
                if kept.done or isinstance(joined, Poison):
                    fail(
                        "S2S304",
                        f"{kept.function.name} is called with {name} of another type",
                        span,
                        "call a recursive function with arguments of the same types everywhere",
                    )
                kept.forms[name], kept.grown = joined, True
            args += atoms_of(kept.forms[name], bound[name], self.versions, self.resolved)
        if kept.result is None:
            raise Endless
        hints = hints_of(kept.result, hint)
        types = leaf_types(kept.result)
        results = tuple(Value(h, t, span) for h, t in zip(hints, types, strict=True))
        self.builder.append(Call(kept.callee, (*args, *kept.free), results, span))
        versions: dict[Changeable, Meaning] = {}
        found = instantiate(kept.result, iter(results), versions)
        self.versions.update(versions)
        if found is not None:
            name = kept.function.name
            self.loosen_all(found, f"what {name}() gives, which may be a part of an array")
        if kept.passes_on and found is not None:
            self.share_all(found, (*args, *kept.free))
        return constant(None) if found is None else found

    def gives_new(self, callee: Callee) -> bool:
        """Are the lists that this function returns objects of their own?"""
        return not any(
            kept.passes_on and kept.callee is callee
            for variants in self.kept.values()
            for kept in variants
        )

    def share_all(self, found: Meaning, args: tuple[Atom, ...]) -> None:
        """What a call gave may be one of its arguments, or in them: nobody can change any of these."""
        lists = [arg for arg in args if isinstance(arg.type, List)]
        if not lists:
            return
        for identity, version in list(self.versions.items()):
            if version in lists:
                self.share(identity)
        for whole in lists:
            self.share(whole)
            self.tangle(*range(depth_of(whole.type) + 1))
        self.share(found)

    def rename_in(self, function: UserFunction) -> Callable[[str], str]:
        """How library names are resolved inside `function`: as where it is called from."""
        return self.rename
