"""`try` statements: an attempt is a branch whose test is the exception.

    try:                            %1 = if raised(ValueError)
        y = math.log(x)                    then: -> 0.0
    except ValueError:         ->          else: %2 = math.log(x)
        y = 0.0                                  core.tried(%2)
                                                 -> %2

Statements at the beginning that cannot raise stand before it. What the body assigned before the exception
is not known to the handler, and a list that it changed neither: both are refused where they matter.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace

from s2sdiff.errors import Span, fail
from s2sdiff.frontend.iteration import assigned
from s2sdiff.frontend.loops import LoopLowerer
from s2sdiff.frontend.meanings import ExceptionClass, LibraryFunction, Unknown, describe
from s2sdiff.frontend.operations import Frame
from s2sdiff.frontend.sides import joined_outcome
from s2sdiff.frontend.source import span_of
from s2sdiff.frontend.state import ENDED, PASSED, Outcome, State, Variable
from s2sdiff.frontend.static_records import is_exception
from s2sdiff.ir.core import Apply, Block, Const, Op, Value, constant
from s2sdiff.ir.lists import RANGE
from s2sdiff.ir.structure import AGAIN, RAISE, TRIED, Caught, may_raise
from s2sdiff.ir.traverse import blocks, definitions, operands, walk, with_parts
from s2sdiff.ir.types import Array, Scalar, Static

ANYTHING = Caught((("builtins", "BaseException"),))
NUMBERS: dict[str, object] = {"float": 0.0, "int": 0, "bool": False, "complex": 0.0}
DOUBTFUL = Unknown("may be assigned or not where the exception is raised")
SIMPLE = (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Expr, ast.Pass)


def try_statement(
    low: LoopLowerer, frame: Frame, node: ast.Try, following: list[ast.stmt], span: Span
) -> Outcome:
    """Lower a `try` statement, and what follows it. Raises S2S301, S2S307."""
    outcome = (
        _with_finally(low, frame, node, span) if node.finalbody else _handled(low, frame, node)
    )
    return low.go_on(frame, outcome, following, span)


# finally


def _with_finally(low: LoopLowerer, frame: Frame, node: ast.Try, span: Span) -> Outcome:
    for inner in ast.walk(ast.Module(node.finalbody, [])):
        if isinstance(inner, ast.Return | ast.Break | ast.Continue):
            place = span_of(inner, frame.source)
            fail(
                "S2S301", "a finally clause that leaves the function or loop", place, "leave later"
            )
    plain = ast.copy_location(ast.Try(node.body, node.handlers, node.orelse, []), node)

    def run() -> Outcome:
        if node.handlers:
            return _handled(low, frame, plain)
        return low.statements(frame, node.body)

    def clean_up() -> Outcome:
        low.statements(frame, node.finalbody)
        low.keep_changes(span)
        low.builder.run(RAISE, constant(AGAIN))
        return Outcome.RAISED

    if not _has_effects(node.finalbody):
        outcome = run()
        if outcome is not Outcome.RAISED:
            low.statements(frame, node.finalbody)
        return outcome
    outcome = _attempt(low, frame, ANYTHING, run, node.body, clean_up, span)
    if outcome is not Outcome.RAISED:
        low.statements(frame, node.finalbody)
    return outcome


def _has_effects(body: list[ast.stmt]) -> bool:
    """May it print, raise or change an object?"""
    inside = list(ast.walk(ast.Module(body, [])))
    return any(isinstance(inner, ast.Raise | ast.Assert | ast.Call) for inner in inside) or any(
        isinstance(inner, ast.Subscript | ast.Attribute) and isinstance(inner.ctx, ast.Store)
        for inner in inside
    )


# except


def _handled(low: LoopLowerer, frame: Frame, node: ast.Try) -> Outcome:
    """A `try` statement without `finally`."""
    if not node.handlers:
        return low.statements(frame, [*node.body, *node.orelse])
    body = _before(low, frame, node.body)
    if not body:
        return low.statements(frame, node.orelse)

    def run() -> Outcome:
        outcome = low.statements(frame, body)
        if node.orelse:
            frame.variables[PASSED] = constant(True)
        return outcome

    attempt: Callable[[], Outcome] = run
    if node.orelse:
        frame.variables[PASSED] = constant(False)
    for at, handler in enumerate(node.handlers):
        attempt = _with_handler(low, frame, attempt, body, handler, at < len(node.handlers) - 1)
    outcome = attempt()
    passed = frame.variables.pop(PASSED, constant(False))
    if not node.orelse or outcome in (Outcome.ENDED, Outcome.RAISED):
        return outcome
    if outcome is Outcome.MIXED:
        place = span_of(node.orelse[0], frame.source)
        what = "an else clause where the try statement may return, break or continue"
        fail("S2S301", what, place, "write it plainly")
    return low.choice(
        frame,
        passed,
        lambda: low.statements(frame, node.orelse),
        lambda: Outcome.FELL,
        span_of(node, frame.source),
    )


def _with_handler(
    low: LoopLowerer,
    frame: Frame,
    inner: Callable[[], Outcome],
    body: list[ast.stmt],
    handler: ast.ExceptHandler,
    is_followed: bool,
) -> Callable[[], Outcome]:
    """`inner` with one handler more around it."""
    span = span_of(handler, frame.source)
    classes = Caught(_classes(low, frame, handler))

    def handle() -> Outcome:
        if handler.name is not None:
            frame.bind(handler.name, Unknown("is an exception that was caught"))
        low.handling += 1
        try:
            with low.builder.block() as ops:
                outcome = low.statements(frame, handler.body)
        finally:
            low.handling -= 1
        if is_followed and any(map(may_raise, walk(Block((), tuple(ops), ())))):
            fail(
                "S2S301",
                "a handler that may raise, with others behind it",
                span,
                "put an inner try statement into an outer one",
            )
        for op in ops:
            low.builder.append(op)
        return outcome

    return lambda: _attempt(low, frame, classes, inner, body, handle, span)


def _classes(
    low: LoopLowerer, frame: Frame, handler: ast.ExceptHandler
) -> tuple[tuple[str, str], ...]:
    """The classes of exceptions that a handler is for. Raises S2S306."""
    if handler.type is None:
        return ANYTHING.classes
    nodes = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    found: list[tuple[str, str]] = []
    for node in nodes:
        meaning = low.expression(frame, node)
        match meaning:
            case ExceptionClass(module=module, name=name):
                found.append((module, name))
            case LibraryFunction(name=qualified) if is_exception(meaning):
                module, _, name = qualified.rpartition(".")
                found.append((module, name))
            case _:
                place = span_of(node, frame.source)
                remedy = "name a class of exceptions that is defined at the top of a module"
                fail("S2S306", f"{describe(meaning)} is caught", place, remedy)
    return tuple(found)


def _before(low: LoopLowerer, frame: Frame, body: list[ast.stmt]) -> list[ast.stmt]:
    """Lower the statements at the beginning that cannot raise; the others."""
    for at, node in enumerate(body):
        if not isinstance(node, SIMPLE):
            return body[at:]
        before = low.checkpoint()
        with low.builder.block() as ops:
            low.statements(frame, [node])
        if any(map(may_raise, walk(Block((), tuple(ops), ())))):
            low.go_back(before)
            return body[at:]
        for op in ops:
            low.builder.append(op)
    return []


def _attempt(
    low: LoopLowerer,
    frame: Frame,
    caught: Caught,
    run: Callable[[], Outcome],
    nodes: list[ast.stmt],
    handle: Callable[[], Outcome],
    span: Span,
) -> Outcome:
    """Append an attempt and merge what its sides leave."""
    before = low.state()
    body = low.side(run, before)
    body.ops[:] = _tried(tuple(body.ops))
    doubtful = {Variable(frame, name) for name in _doubtful(nodes)}
    at_exception = dict(before)
    for slot in doubtful:
        at_exception[slot] = DOUBTFUL
    handler = low.side(handle, at_exception)
    for slot in [slot for slot in doubtful if handler.state.get(slot) is DOUBTFUL]:
        del handler.state[slot]
        if handler.outcome is Outcome.ENDED and slot in before:  # nothing behind it reads them
            handler.state[slot] = before[slot]
    low.restore(before)
    arrays = [s for s in handler.state if isinstance(s, Value) and isinstance(s.type, Array)]
    if handler.outcome is not Outcome.RAISED or any(
        handler.state[slot] is not before.get(slot) for slot in arrays
    ):
        made = set(definitions(Block((), tuple(body.ops), ())))
        _check_lists(low, frame, nodes, before, body.state, made, span)
    test = Const(caught, Static(caught))
    if Outcome.RAISED in (body.outcome, handler.outcome):
        low.merge_one(test, handler, body, before)
        return body.outcome if handler.outcome is Outcome.RAISED else handler.outcome
    if body.outcome is not handler.outcome or body.outcome is Outcome.MIXED:
        low.note_ended(frame, handler, body)
    sure: dict[str, Variable] = {}
    if handler.outcome is Outcome.ENDED and body.outcome is Outcome.FELL:
        sure = _sure(frame, before, handler.state, body.state)
    low.merge(test, handler, body, before, span, {key: slot.name for key, slot in sure.items()})
    if handler.outcome is not Outcome.ENDED:
        _forget(low, handler.state, body.state, doubtful)
    known: State = {slot: frame.variables.pop(key) for key, slot in sure.items()}
    ended = frame.variables.get(ENDED)
    if known and isinstance(ended, Value):
        low.know(ended, False, known)
    return joined_outcome(handler.outcome, body.outcome)


def _sure(frame: Frame, before: State, handler: State, body: State) -> dict[str, Variable]:
    """Slots for the numbers that the body assigns: where the handler ends, they are sure behind it."""
    found: dict[str, Variable] = {}
    for slot, meaning in list(body.items()):
        if not isinstance(slot, Variable) or before.get(slot) is meaning or "<" in slot.name:
            continue
        if isinstance(meaning, Value) and isinstance(meaning.type, Scalar):
            key = f"<sure {slot.name}>"
            body[Variable(frame, key)] = meaning
            handler[Variable(frame, key)] = constant(NUMBERS[meaning.type.kind])
            found[key] = slot
    return found


def _forget(low: LoopLowerer, handler: State, body: State, doubtful: set[Variable]) -> None:
    """What the handler does not know is unknown behind it, but where a flag says that it did not run."""
    known: State = {}
    for slot in doubtful:
        if slot not in handler and slot in body and slot.name in slot.frame.variables:
            known[slot] = slot.frame.variables[slot.name]
            slot.frame.variables[slot.name] = Unknown(DOUBTFUL.reason)
    for flag, meaning in body.items():
        other = handler.get(flag)
        if not (isinstance(flag, Variable) and isinstance(meaning, Const) and known):
            continue
        if isinstance(other, Const) and isinstance(meaning.value, bool):
            merged = flag.frame.variables.get(flag.name)
            if isinstance(other.value, bool) and isinstance(merged, Value):
                low.know(merged, meaning.value, known)


def _check_lists(
    low: LoopLowerer,
    frame: Frame,
    nodes: list[ast.stmt],
    before: State,
    after: State,
    made: set[Value],
    span: Span,
) -> None:
    """Raise S2S307 where a list or an array may be changed or not when the handler begins.

    What the last statement changes was not changed: it does so when all else is done. `made` are the
    values that the body makes.
    """
    kind, remedy = "a list", "change it behind the try statement"

    def is_changed(state: State) -> bool:
        for slot, version in state.items():
            if isinstance(slot, Variable) or version is before.get(slot):
                continue
            if slot not in before and slot not in made:
                return True
            known = low.made_of.get(version) if isinstance(version, Value) else None
            if slot in before and (known is None or known is not before[slot]):
                return True
        return False

    if not is_changed(after):
        return
    last = isinstance(nodes[-1], SIMPLE) and all(isinstance(node, SIMPLE) for node in nodes)
    if last:
        with low.builder.block():
            low.statements(frame, nodes[:-1])
        between = low.state()
        low.restore(before)
        if not is_changed(between):
            return
    if any(isinstance(s, Value) and isinstance(s.type, Array) for s in after if s not in before):
        kind = "an array"
    problem = f"{kind} is changed in a try statement whose handler goes on"
    fail("S2S307", problem, span, remedy)


def _doubtful(nodes: list[ast.stmt]) -> set[str]:
    """Names of which nobody knows whether they were assigned before the exception."""
    rest = list(nodes)
    while len(rest) > 1 and isinstance(rest[-1], ast.Pass | ast.Break | ast.Continue):
        rest.pop()
    return set(assigned(rest[:-1] if isinstance(rest[-1], SIMPLE) else rest))


def _is_tried(op: Apply) -> bool:
    return may_raise(op) and not op.primitive.effect and op.primitive is not RANGE


def _tried(ops: tuple[Op, ...]) -> list[Op]:
    """The ops of the body, each that may raise marked: it has to run in any case."""
    found: list[Op] = []
    done = {op.args[0] for op in ops if isinstance(op, Apply) and op.primitive is TRIED}
    for op in ops:
        nested = tuple(replace(b, ops=tuple(_tried(b.ops))) for b in blocks(op))
        op = with_parts(op, operands(op), nested)
        found.append(op)
        is_new = isinstance(op, Apply) and op.results and op.results[0] not in done
        if is_new and isinstance(op, Apply) and _is_tried(op):
            found.append(Apply(TRIED, (op.results[0],), (), op.span))
    return found
