"""Compares the derivatives of one random program with each other and with differences of 90 digits.

The reference runs the program's own text on mpmath numbers: it shares nothing with the compiler.
With step h = 1e-20 along one random direction, three values give the slope and the curvature; where
the slopes on both sides differ, the point is a kink or a jump and is left out.
"""

import ast
import builtins
import contextlib
import copy
import math
import random
import signal
from typing import NamedTuple
from unittest import mock

import mpmath
import numpy as np

from s2sdiff import pipeline
from s2sdiff.emit.jit import load_compiled
from s2sdiff.errors import InternalError, S2SDiffError
from s2sdiff.frontend.lower import lower
from s2sdiff.frontend.modules import module_from_text
from s2sdiff.frontend.signatures import types_from_annotations
from s2sdiff.frontend.targets import find_target
from s2sdiff.pipeline import Step, compile_text
from tests.property import precise, precise_arrays
from tests.property.mygrad_oracle import Skipped, gradient_by_mygrad
from tests.property.unrolled import unrolled

pipeline.VALIDATE = True
DIGITS = 90
STEP = "1e-20"
TOLERANCE = 1e-8
HUGE = 1e6  # values and slopes beyond it say nothing at this tolerance
PRIMAL_SECONDS = 0.2
SECONDS = 20.0
COMPILING_SECONDS = 60.0


class Discarded(Exception):
    """The program cannot be compared at this point; the argument says why."""


class Refused(Exception):
    """The compiler refused the program; the argument is code and head of the message."""


class Failure(Exception):
    """Two ways disagree, or something raised: `head` names the kind, `detail` has the numbers."""

    def __init__(self, head, detail):
        super().__init__(head, detail)
        self.head = head
        self.detail = detail


class TimeUp(Exception):
    """A program or the compiler ran longer than allowed."""


@contextlib.contextmanager
def limit(seconds):
    """Raises TimeUp inside the block after `seconds` of computing; must run in the main thread."""

    def stop(number, frame):
        raise TimeUp

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def check(program, second=True, again=True, numba=False, mygrad=False, unroll=False):
    """Compare the derivatives of a `Program`. Raises Discarded, Refused or Failure.

    `second` asks for the second order, `again` for the derivative of the emitted text, `numba` for the
    gradient compiled by numba, `mygrad` for MyGrad's, `unroll` for that of the program without loops.
    """
    _Comparison(program).run(second, again, numba, mygrad, unroll)


def namespace(text, exact=False):
    """The names that `text` defines, run where s2sdiff cannot be imported."""

    def fetch(name, *rest):
        if name.partition(".")[0] == "s2sdiff":
            raise ImportError("emitted text imports s2sdiff")
        instead = {"math": precise, "numpy": precise_arrays.np} if exact else {}
        return instead[name] if name in instead else builtins.__import__(name, *rest)

    allowed = {**vars(builtins), "__import__": fetch}
    if exact:
        allowed["divmod"] = precise.divided
        allowed["float"] = mpmath.mpf
    scope = {"__builtins__": allowed, "__name__": "program"}
    exec(compile(text, "program.py", "exec"), scope)
    return scope


def flat(tree):
    """The numbers of nested tuples, lists and arrays."""
    if isinstance(tree, np.ndarray):
        return tree.ravel().tolist()
    if isinstance(tree, tuple | list):
        return [number for part in tree for number in flat(part)]
    return [tree]


def form(tree):
    if isinstance(tree, np.ndarray):
        return tree.shape
    return [form(part) for part in tree] if isinstance(tree, tuple | list) else None


def close(one, two):
    return abs(one - two) <= TOLERANCE * max(1.0, abs(one), abs(two))


class Slopes(NamedTuple):
    value: float
    slope: float
    curvature: float


class _Comparison:
    def __init__(self, program):
        self.program = program
        self.chance = random.Random(program.text)
        self.inputs = [program.arguments[index] for index in program.wrt]
        self.direction = [self.draw(part) for part in self.inputs]
        self.types = {}

    def draw(self, part):
        if isinstance(part, np.ndarray):
            return np.array([self.draw(0.0) for _ in range(part.size)]).reshape(part.shape)
        if isinstance(part, list):
            return [self.draw(item) for item in part]
        return self.chance.uniform(0.3, 1.0) * self.chance.choice((-1, 1))

    def arguments(self):
        return copy.deepcopy(self.program.arguments)

    def run(self, second, again, numba, mygrad, unroll):
        value, left, raised = self.primal()
        lowered = self.lowered(self.program.text, "f", types_from_annotations)
        if raised is None and self.mixes(value):
            raise Failure("what NumPy mixes is not refused", "")
        self.types = {
            parameter.name: item.type
            for parameter, item in zip(lowered.parameters, lowered.body.params, strict=True)
        }
        reverse = self.emitted(lowered, "value_and_grad")
        forward = self.emitted(lowered, "jvp")
        if raised is not None:
            self.compare_raising(raised, reverse, forward)
            return
        wanted = self.reference()
        if not close(wanted.value, value):
            raise Discarded("a test tips over with rounding")
        given = self.arguments()
        found, gradient = self.call(reverse, "value_and_grad", given)
        self.compare("value of the reverse sweep", reverse, [found], [value])
        if not same(given, left):
            self.fail("arguments left behind", reverse, f"{given!r} instead of {left!r}")
        if form(gradient) != form(self.inputs):
            self.fail("form of the gradient", reverse, f"{gradient!r}")
        dot = self.dot(gradient)
        found, slope = self.call(forward, "jvp", [*self.arguments(), *self.seeds()])
        self.compare("value of the forward sweep", forward, [found], [value])
        if abs(wanted.slope) > HUGE or not math.isfinite(wanted.slope):
            raise Discarded("huge slope")
        if not close(dot, wanted.slope) and self.is_rounding(reverse, wanted.slope):
            raise Discarded("rounding")
        if not math.isfinite(dot) and self.overflows():
            raise Discarded("an overflow inside")
        if not math.isnan(wanted.slope):
            self.compare("gradient against differences", reverse, [dot], [wanted.slope])
        if not (math.isfinite(slope) and math.isfinite(dot)) and self.overflows():
            raise Discarded("an overflow inside")
        self.compare("forward against reverse", forward, [slope], [dot])
        if second:
            self.second(lowered, wanted, gradient, again)
        if numba:
            self.under_numba(lowered, value, gradient, left)
        if mygrad:
            self.by_mygrad(reverse, value, gradient)
        if unroll:
            self.without_loops(value, gradient, left)

    def without_loops(self, value, gradient, left):
        """The program with its loops written out has the same gradient. Raises Discarded without such."""
        text = unrolled(self.program.text, self.program.arguments)
        if text is None:
            raise Discarded("no loop that can be written out")
        emitted = self.emitted(self.lowered(text, "f", types_from_annotations), "value_and_grad")
        given = self.arguments()
        found, bars = self.call(emitted, "value_and_grad", given)
        self.compare("value without loops", emitted, [found], [value])
        self.compare("gradient without loops", emitted, flat(bars), flat(gradient))
        if not same(given, left):
            self.fail("arguments left behind without loops", emitted, f"{given!r}, not {left!r}")

    def by_mygrad(self, reverse, value, gradient):
        """MyGrad gives the same gradient. Raises Discarded where it cannot run the program."""
        try:
            found = gradient_by_mygrad(self.program.text, self.arguments(), self.program.wrt)
        except Skipped as problem:
            raise Discarded(f"MyGrad: {problem}") from None
        self.compare("value by MyGrad", reverse, [found[0]], [value])
        self.compare("gradient by MyGrad", reverse, flat(found[1]), flat(gradient))

    def under_numba(self, lowered, value, gradient, left):
        """Compiled by numba, the gradient is the same. Raises Refused where numba cannot compile it."""
        given = self.arguments()
        try:
            with limit(COMPILING_SECONDS):
                plan = (Step("value_and_grad", self.program.wrt),)
                emitted = compile_text(lowered, plan, (), "numba")
                found, bars = load_compiled(emitted)(*given)
        except TimeUp:
            raise Discarded("too slow under numba") from None
        except S2SDiffError as refusal:
            raise Refused(f"numba: {refusal.code} {refusal.sentence}") from None
        except Exception as problem:
            self.fail(f"numba raises {type(problem).__name__}", emitted, str(problem))
        self.compare("value under numba", emitted, [found], [value])
        self.compare("gradient under numba", emitted, flat(bars), flat(gradient))
        if not same(given, left):
            self.fail(
                "arguments left behind under numba", emitted, f"{given!r} instead of {left!r}"
            )

    def compare_raising(self, raised, reverse, forward):
        """What the primal raises, its derivatives raise."""
        for emitted, more in ((reverse, []), (forward, self.seeds())):
            try:
                with limit(SECONDS):
                    namespace(emitted.source)[emitted.name](*self.arguments(), *more)
                found = "nothing"
            except Exception as problem:
                found = type(problem).__name__
                if str(problem).startswith("this derivative is for"):
                    raise Refused("at run time: another number of axes") from None
            is_inlined = (found, raised) == (
                "UnboundLocalError",
                "NameError",
            )  # a variable of around
            if found == "nothing" and raised == "ValueError" and self.is_angle_infinite():
                raise Discarded("the sine of an overflow, which is not needed")
            if found != raised and not is_inlined:
                self.fail(f"raises {found} instead of {raised}", emitted, "")

    def overflows(self):
        """Does the primal meet infinity on its way? A derivative may be 0.0 * inf there."""
        with np.errstate(over="raise"):
            try:
                namespace(self.program.text)["f"](*self.arguments())
            except (FloatingPointError, OverflowError):
                return True
        return False

    def is_angle_infinite(self):
        """Does the primal raise because `math.sin` and its like refuse infinity?"""

        def quiet(function):
            return lambda x: math.nan if math.isinf(x) else function(x)

        angles = {name: quiet(getattr(math, name)) for name in ("sin", "cos", "tan")}
        with mock.patch.multiple(math, **angles):
            try:
                namespace(self.program.text)["f"](*self.arguments())
            except ValueError:
                return False
        return True

    def second(self, lowered, wanted, gradient, again):
        product = self.emitted(lowered, "hvp")
        rows = self.call(product, "hvp", [*self.arguments(), *self.seeds()])
        curvature = self.dot(rows)
        if abs(wanted.curvature) > HUGE:
            raise Discarded("huge curvature")
        self.compare("hvp against differences", product, [curvature], [wanted.curvature])
        if not any(isinstance(part, list | np.ndarray) for part in self.inputs):
            hessian = self.emitted(lowered, "hessian")
            whole = self.call(hessian, "hessian", self.arguments())
            found = [self.dot(row) for row in whole]
            self.compare("hessian against hvp", hessian, found, flat(rows))
        if again:
            text = self.emitted(lowered, "grad")
            once_more = self.lowered(text.source, text.name, lambda *_: self.types)
            product = self.emitted(once_more, "jvp")
            found, slopes = self.call(product, "jvp of grad", [*self.arguments(), *self.seeds()])
            self.compare("grad inside its jvp", product, flat(found), flat(gradient))
            self.compare("jvp of the emitted grad against hvp", product, flat(slopes), flat(rows))

    def seeds(self):
        return copy.deepcopy(self.direction)

    def dot(self, gradient):
        return sum(g * d for g, d in zip(flat(gradient), flat(self.direction), strict=True))

    def primal(self):
        """The value, the arguments as the primal leaves them, and what it raises if it raises."""
        given = self.arguments()
        try:
            with limit(PRIMAL_SECONDS):
                value = namespace(self.program.text)["f"](*given)
        except TimeUp:
            raise Discarded("too slow") from None
        except Exception as problem:
            return 0.0, given, type(problem).__name__
        if type(value) not in (float, np.float64):
            raise Discarded("the value is no float")
        if not all(abs(x) < HUGE for x in [value, *flat(given)]):
            raise Discarded("huge value")
        return value, given, None

    def mixes(self, value):
        """Does NumPy read what it has stored already? Copied before, it is another value."""
        copied = namespace(with_copies(self.program.text))["f"](*self.arguments())
        return not close(copied, value)

    def lowered(self, text, name, types):
        with self.compiling("lowering"):
            function = find_target(module_from_text("program.py", text), name)
            return lower(function, types(function, {})).function

    def emitted(self, lowered, operator):
        with self.compiling(operator):
            return compile_text(lowered, (Step(operator, self.program.wrt),))

    @contextlib.contextmanager
    def compiling(self, what):
        try:
            with limit(SECONDS):
                yield
        except S2SDiffError as refusal:
            if isinstance(refusal, InternalError):
                raise Failure(f"{what}: internal error {refusal.sentence}", "") from None
            raise Refused(f"{what} {refusal.code} {refusal.sentence}") from None
        except TimeUp:
            raise Failure(f"{what}: the compiler does not end", "") from None
        except Exception as problem:
            raise Failure(f"{what}: {type(problem).__name__}", str(problem)) from None

    def call(self, emitted, what, given):
        """What the derivative gives; again when it is called again, whatever was done with its result."""
        once_more = copy.deepcopy(given)
        seeds = copy.deepcopy(given[len(self.program.arguments) :])
        try:
            with limit(SECONDS):
                function = namespace(emitted.source)[emitted.name]
                result = function(*given)
                found = copy.deepcopy(result)
                overwrite(result)
                if not same(given[len(self.program.arguments) :], seeds):
                    self.fail(f"{what} changes its directions", emitted, "")
                again = function(*once_more)
        except TimeUp:
            self.fail(f"{what} does not end", emitted, "")
        except Failure:
            raise
        except Exception as problem:
            self.fail(f"{what} raises {type(problem).__name__}", emitted, str(problem))
        self.compare_twice(f"{what} called again", emitted, again, found)
        self.compare_twice(f"arguments left behind by {what}", emitted, once_more, given)
        return found

    def compare_twice(self, what, emitted, found, wanted):
        pairs = zip(flat(found), flat(wanted), strict=True)
        if not all(one == two or (one != one and two != two) for one, two in pairs):
            self.fail(what, emitted, f"{found!r} instead of {wanted!r}")

    def reference(self):
        """Value, slope and curvature along the direction, from three values of many digits."""
        with mpmath.workdps(DIGITS):
            step = mpmath.mpf(STEP)
            function = namespace(self.program.text, exact=True)["f"]
            try:
                with limit(SECONDS):
                    low, middle, high = (function(*self.moved(sign * step)) for sign in (-1, 0, 1))
            except TimeUp:
                raise Discarded("too slow on mpmath numbers") from None
            except Exception as problem:
                raise Discarded(f"mpmath raises {type(problem).__name__}") from None
            right, left = (high - middle) / step, (middle - low) / step
            if not abs(right - left) < 1e-9 * max(1, abs(right)):
                raise Discarded("kink or jump")
            return Slopes(float(middle), float((right + left) / 2), float((right - left) / step))

    def moved(self, step):
        """The arguments on mpmath numbers, `step` along the direction."""
        given = self.arguments()
        moved = [
            shifted(each, np.zeros(each.shape), mpmath.mpf(0))
            if isinstance(each, np.ndarray)
            else each
            for each in given
        ]
        for index, towards in zip(self.program.wrt, self.direction, strict=True):
            moved[index] = shifted(given[index], towards, step)
        return moved

    def is_rounding(self, emitted, slope):
        """Does the emitted text give the slope in numbers of many digits?"""
        exact = self.exact_dot(emitted, 1)
        return exact is not None and abs(exact - slope) <= 1e-13 * abs(slope)

    def exact_dot(self, emitted, part):
        """The slope that the emitted text gives on mpmath numbers, rounded."""
        with mpmath.workdps(DIGITS), contextlib.suppress(Exception), limit(SECONDS):
            function = namespace(emitted.source, exact=True)[emitted.name]
            return float(self.dot(function(*self.moved(mpmath.mpf(0)))[part]))
        return None

    def compare(self, what, emitted, found, wanted):
        if len(found) != len(wanted):
            self.fail(what, emitted, f"{found!r} instead of {wanted!r}")
        for index, (one, two) in enumerate(zip(found, wanted, strict=True)):
            if not close(one, two):
                self.fail(what, emitted, f"entry {index} is {one!r} instead of {two!r}")

    def fail(self, head, emitted, detail):
        raise Failure(head, f"{detail}\n{emitted.source}")


def overwrite(tree):
    """Fill the arrays in it with what nobody can take for a result."""
    if isinstance(tree, np.ndarray):
        tree.fill(math.nan if tree.dtype.kind in "fc" else 7)
    elif isinstance(tree, tuple | list):
        for part in tree:
            overwrite(part)


def with_copies(text):
    """The program, where what is stored in a part of an array is copied before.

    NumPy stores wrong entries where it is a part of the same array with another step.
    """

    class Copying(ast.NodeTransformer):
        def visit_Assign(self, node):
            if isinstance(node.targets[0], ast.Subscript):
                whole = copy.deepcopy(node.targets[0].value)
                copied = ast.Call(ast.Name("_copied", ast.Load()), [whole, node.value], [])
                return ast.copy_location(ast.Assign(node.targets, copied), node)
            return node

    tree = ast.fix_missing_locations(Copying().visit(ast.parse(text)))
    copied = """
def _copied(whole, value):
    return value.copy() if hasattr(whole, "shape") and hasattr(value, "shape") else value
"""
    return f"{ast.unparse(tree)}\n{copied}"


def shifted(value, towards, step):
    if isinstance(value, np.ndarray):
        moved = [shifted(x, d, step) for x, d in zip(flat(value), flat(towards), strict=True)]
        return np.array(moved, object).reshape(value.shape)
    if isinstance(value, list):
        return [shifted(x, d, step) for x, d in zip(value, towards, strict=True)]
    return mpmath.mpf(value) + step * mpmath.mpf(towards)


def same(one, two):
    return form(one) == form(two) and all(map(close, flat(one), flat(two)))
