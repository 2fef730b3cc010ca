"""Running emitted text, and the IR, on exact symbols or on numbers of many digits.

`load_text` runs the *emitted text*: its literals become exact numbers, its imports SymPy twins, and its
comparisons are decided at one point, so that a symbolic run follows the path of that point.
`run_function` does the same for a Function of the IR. What both are given decides what they compute:
symbols give expressions, numbers of 150 digits give numbers.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias, final

from s2sdiff.ir.core import Const, Function
from s2sdiff.ir.evaluate import evaluate
from s2sdiff.rules.constants import CONSTANTS
from s2sdiff.rules.helpers import helper_of
from s2sdiff.rules.registry import RULES

DIGITS = 150
_COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Lt: "operator.lt",
    ast.LtE: "operator.le",
    ast.Gt: "operator.gt",
    ast.GtE: "operator.ge",
    ast.Eq: "operator.eq",
    ast.NotEq: "operator.ne",
}
_STEPS: dict[type[ast.operator], str] = {
    ast.FloorDiv: "operator.floordiv",
    ast.Mod: "operator.mod",
}
Place: TypeAlias = tuple[int, int]
_NAMED = frozenset(_COMPARISONS.values())


class NoTwin(Exception):
    """A function has no SymPy twin, so neither text nor IR can be run on SymPy's numbers."""


@final
@dataclass(slots=True, eq=False)
class Arithmetic:
    """How constants, functions and tests are understood.

    `point` gives numbers for symbols: tests are decided there, and `path` remembers the outcomes and
    the steps that floors fell on; `taken` has the outcomes at each branch of a text. With `numeric` set
    constants are floats of 150 digits, else they are exact. As in Python, a result that is no finite
    real number raises ValueError, also for symbols where `tries` is set because the program catches
    that; one larger than `limit` raises OverflowError, because sines of huge numbers have no digits left.
    """

    numeric: bool
    point: dict[Any, Any] = field(default_factory=dict)
    path: list[int] = field(default_factory=list)
    taken: set[tuple[Place, bool]] = field(default_factory=set)
    limit: float = float("inf")
    tries: bool = False

    def literal(self, value: object) -> Any:
        """A literal of the text: the decimal number that it shows."""
        import sympy

        if isinstance(value, bool) or not isinstance(value, int | float):
            return value
        if isinstance(value, int):
            return sympy.Integer(value)
        if value != value or value in (float("inf"), float("-inf")):
            return sympy.sympify(value)
        exact = sympy.Rational(repr(value))
        return sympy.Float(exact, DIGITS) if self.numeric else exact

    def constant(self, const: Const) -> Any:
        if const.name in CONSTANTS:
            return self.named(str(const.name))
        return self.literal(const.value)

    def named(self, qualified: str) -> Any:
        """A constant of a library."""
        import sympy

        known = {"pi": sympy.pi, "e": sympy.E, "tau": 2 * sympy.pi, "inf": sympy.oo}
        known["euler_gamma"] = sympy.EulerGamma
        value = known.get(qualified.rpartition(".")[2], sympy.nan)
        return sympy.N(value, DIGITS) if self.numeric and value.is_finite else value

    def function(self, name: str) -> Callable[..., Any]:
        """The SymPy twin of a library function, called as Python calls it. Raises NoTwin."""
        if name in _NAMED:
            return self.comparison(name)
        if name in ("core.largest", "core.smallest"):
            return self.largest if name == "core.largest" else self.smallest
        if name == "core.order":
            return lambda keys, backwards: sorted(
                range(len(keys)), key=lambda at: self.values(keys[at]), reverse=backwards
            )
        if name in ("core.contains", "core.index"):
            equal = self.comparison("operator.eq")
            if name == "core.contains":
                return lambda whole, item: any(equal(v, item) for v in whole)
            return lambda whole, item: [bool(equal(v, item)) for v in whole].index(True)
        if name == "core.count":
            return lambda whole, item: sum(self.comparison("operator.eq")(v, item) for v in whole)
        if name in ("operator.not_", "operator.truth", "builtins.bool"):
            return lambda value: self.truth(value) == (name != "operator.not_")
        rule = RULES.get(name)
        if rule is None or rule.twin is None:
            raise NoTwin(name)
        twin = self.twin(rule.twin)
        match rule.primitives[0].calling:
            case "sequence":
                return lambda items: twin(*map(number, items))
            case "halves":
                return lambda ones, twos: twin(*ones, *twos)
            case _:
                return lambda *args: self.bounded(twin(*map(number, args)))

    def bounded(self, value: Any) -> Any:
        """`value`, as a number where numbers are wanted. Raises OverflowError, ValueError."""
        import sympy

        if not self.numeric:
            if self.tries and isinstance(value, sympy.Expr):
                self.refuse_undefined(self.value(value))
            return value
        if isinstance(value, sympy.Expr) and not value.is_Number:
            value = sympy.N(value, DIGITS)
        self.refuse_undefined(value)
        if self.limit < float("inf") and not abs(value) <= self.limit:
            raise OverflowError(value)
        return value

    def refuse_undefined(self, value: Any) -> None:
        import sympy

        if isinstance(value, sympy.Expr) and not (value.is_real and value.is_finite):
            self.path.append(-1)
            raise ValueError(f"{value} is no real number")

    def twin(self, text: str) -> Callable[..., Any]:
        """The lambda `text`. Functions with steps and corners become what they are around the point."""
        import sympy

        namespace = {**vars(sympy), "__builtins__": {}, "sum": sum, "zip": zip, "len": len}
        namespace.update({"bool": bool, "map": map, "abs": self.size, "Abs": self.size})
        namespace.update({"sign": self.sign, "floor": self.floor, "ceiling": self.ceiling})
        namespace.update({"Max": self.largest, "Min": self.smallest})
        found: Callable[..., Any] = eval(text, namespace)
        return found

    def sign(self, value: Any) -> int:
        outcome = self.comparison("operator.gt")(value, 0)
        return 1 if outcome else -1 if self.comparison("operator.lt")(value, 0) else 0

    def size(self, value: Any) -> Any:
        return self.sign(value) * value

    def floor(self, value: Any) -> Any:
        import sympy

        step = int(sympy.floor(self.value(value)))
        self.path.append(step)
        return sympy.Integer(step)

    def ceiling(self, value: Any) -> Any:
        return -self.floor(-value)

    def largest(self, *items: Any) -> Any:
        return self.chosen("operator.gt", items)

    def smallest(self, *items: Any) -> Any:
        return self.chosen("operator.lt", items)

    def chosen(self, name: str, items: tuple[Any, ...]) -> Any:
        """The item that beats the others in a comparison, the first of equals."""
        if len(items) == 1 and isinstance(items[0], list | tuple):
            items = tuple(items[0])
        best = items[0]
        for item in items[1:]:
            best = item if self.comparison(name)(item, best) else best
        return best

    def comparison(self, name: str) -> Callable[[Any, Any], bool]:
        def decide(left: Any, right: Any) -> bool:
            if isinstance(left, str | None) or isinstance(right, str | None):
                return bool(left == right) == (name == "operator.eq")
            sign = self.order(number(left), number(right))
            outcome = {
                "operator.lt": sign < 0,
                "operator.le": sign <= 0,
                "operator.gt": sign > 0,
                "operator.ge": sign >= 0,
                "operator.eq": sign == 0,
                "operator.ne": sign != 0,
            }[name]
            self.path.append(outcome)
            return outcome

        return decide

    def order(self, left: Any, right: Any) -> int:
        """-1, 0 or 1: how two numbers compare at the point; what is left by rounding counts as 0."""
        import sympy

        one, two = self.value(left), self.value(right)
        if not (one.is_finite and two.is_finite):
            return int(bool(one > two)) - int(bool(one < two))
        gap = one - two
        rounding = sympy.Float("1e-60") * max(abs(one), abs(two)) + sympy.Float("1e-110")
        return 0 if abs(gap) <= rounding else 1 if gap > 0 else -1

    def truth(self, value: Any) -> bool:
        """The outcome of a test on a number or on the outcome of another."""
        if isinstance(value, bool):
            return value
        outcome = bool(abs(self.value(number(value))) > 0)
        self.path.append(outcome)
        return outcome

    def branch(self, line: int, column: int, value: Any) -> bool:
        """The outcome of the test of the branch at this place of the text."""
        outcome = self.truth(value)
        self.taken.add(((line, column), outcome))
        return outcome

    def value(self, expression: Any) -> Any:
        """The number that an expression is at the point."""
        import sympy

        return sympy.N(sympy.sympify(expression).subs(self.point), DIGITS if self.numeric else 80)

    def values(self, key: Any) -> Any:
        """The number of an expression, or those of a tuple."""
        return tuple(map(self.values, key)) if isinstance(key, tuple) else self.value(key)


def number(value: Any) -> Any:
    """Outcomes of tests count as 0 and 1, as in Python."""
    import sympy

    return sympy.Integer(int(value)) if isinstance(value, bool) else value


def run_function(function: Function, args: tuple[Any, ...], arithmetic: Arithmetic) -> Any:
    """The output of an IR function."""
    return evaluate(
        function, args, arithmetic.function, arithmetic.constant, arithmetic.truth, ordered=False
    )


class _Exactly(ast.NodeTransformer):
    """Literals, comparisons and tests as calls of an Arithmetic, under names that no text can have."""

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        if isinstance(node.value, bool) or not isinstance(node.value, int | float):
            return node
        return _call("<literal>", node)

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        if isinstance(node.ops[0], ast.Is | ast.IsNot) or _is_of_constants(node):
            return node
        parts: list[ast.expr] = []
        left = self.visit(node.left)
        for operator, comparator in zip(node.ops, node.comparators, strict=True):
            right = self.visit(comparator)
            text = ast.Constant(_COMPARISONS[type(operator)])
            parts.append(_call("<compare>", text, left, right))
            left = right
        return parts[0] if len(parts) == 1 else ast.BoolOp(ast.And(), parts)

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        self.generic_visit(node)
        name = _STEPS.get(type(node.op))
        if name is None:
            return node
        return ast.Call(_call("<function>", ast.Constant(name)), [node.left, node.right], [])

    def visit_IfExp(self, node: ast.IfExp) -> ast.expr:
        return ast.IfExp(
            _branch(node, self.visit(node.test)), self.visit(node.body), self.visit(node.orelse)
        )

    def visit_If(self, node: ast.If) -> ast.stmt:
        self.generic_visit(node)
        guard = isinstance(node.body[0], ast.Raise)
        node.test = _call("<truth>", node.test) if guard else _branch(node, node.test)
        return node

    def visit_While(self, node: ast.While) -> ast.stmt:
        self.generic_visit(node)
        node.test = _call("<truth>", node.test)
        return node

    def visit_Try(self, node: ast.Try) -> ast.stmt:
        self.generic_visit(node)
        node.body.append(ast.Expr(_branch(node, ast.Constant(True))))
        for handler in node.handlers:
            handler.body.insert(0, ast.Expr(_branch(node, ast.Constant(False))))
        return node

    def visit_Assert(self, node: ast.Assert) -> ast.stmt:
        return ast.Assert(_call("<truth>", self.visit(node.test)), None)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.expr:
        return ast.Constant("text")


def _is_of_constants(node: ast.Compare) -> bool:
    """Is this a check of keys or of a string, as generated code makes them of what comes in?"""
    last = node.comparators[-1]
    return isinstance(last, ast.List) or (
        isinstance(last, ast.Constant) and isinstance(last.value, str)
    )


def _branch(node: ast.If | ast.IfExp | ast.Try, test: ast.expr) -> ast.expr:
    return _call("<branch>", ast.Constant(node.lineno), ast.Constant(node.col_offset), test)


def _call(name: str, *args: ast.expr) -> ast.Call:
    return ast.Call(ast.Name(name, ast.Load()), list(args), [])


class _Attributes:
    """Stands for a module: its attributes are twins."""

    def __init__(self, name: str, arithmetic: Arithmetic) -> None:
        self._name = name
        self._arithmetic = arithmetic

    def __getattr__(self, attribute: str) -> Any:
        return _member(f"{self._name}.{attribute}", self._arithmetic)


def _member(qualified: str, arithmetic: Arithmetic) -> Any:
    if qualified in CONSTANTS:
        return arithmetic.named(qualified)
    if qualified in RULES:
        return arithmetic.function(qualified)
    return _Attributes(qualified, arithmetic)


def load_text(
    text: str,
    name: str,
    arithmetic: Arithmetic,
    classes: frozenset[str] = frozenset(),
    make: Callable[..., Any] | None = None,
) -> Callable[..., Any]:
    """The function `name` of emitted text, on the numbers of `arithmetic`. Raises NoTwin.

    `make` makes the objects of the user's `classes`.
    """
    tree = ast.parse(text)
    namespace: dict[str, Any] = {
        "<literal>": arithmetic.literal,
        "<compare>": lambda op, left, right: arithmetic.comparison(op)(left, right),
        "<truth>": arithmetic.truth,
        "<branch>": arithmetic.branch,
        "<function>": arithmetic.function,
    }
    for qualified in RULES:
        module, _, short = qualified.rpartition(".")
        if module == "builtins" and RULES[qualified].twin is not None:
            namespace[short] = arithmetic.function(qualified)
    namespace.update({"max": arithmetic.largest, "min": arithmetic.smallest})
    namespace["print"] = lambda *values, **options: None  # a check prints its verdict only
    kept: list[ast.stmt] = []
    for node in tree.body:
        match node:
            case ast.Import(names=names):
                for alias in names:
                    namespace[alias.asname or alias.name] = _Attributes(alias.name, arithmetic)
            case ast.ImportFrom(module=str(source), names=names):
                for alias in names:
                    qualified = f"{source}.{alias.name}"
                    is_class = qualified in classes
                    found = make if is_class else _member(qualified, arithmetic)
                    namespace[alias.asname or alias.name] = found
            case ast.FunctionDef() if (helper := helper_of(node)) is not None:
                namespace[node.name] = arithmetic.function(helper)
            case _:
                kept.append(node)
    module_node = _Exactly().visit(ast.Module(kept, []))
    exec(compile(ast.fix_missing_locations(module_node), "<emitted>", "exec"), namespace)
    function: Callable[..., Any] = namespace[name]
    return function
