"""Are the partials of one rule right? The rule's function alone, as a program, checked like any other."""

from __future__ import annotations

from s2sdiff.check.gradient import Report, check_text
from s2sdiff.errors import BadArgument
from s2sdiff.ir.build import Builder
from s2sdiff.ir.core import Block, Function, Parameter, Value
from s2sdiff.ir.types import FLOAT, INT
from s2sdiff.options import Step
from s2sdiff.pipeline import compile_text
from s2sdiff.rules.registry import INTEGERS, RULES, primitive


def check_rule(name: str, arity: int) -> Report:
    """Check the rule of the function `name` (`math.atan2`), called with `arity` arguments.

    UNKNOWN where there is nothing to differentiate: no argument or no result is a float. Raises
    KeyError if there is no rule.
    """
    domains = [RULES[name].domain_of(at) for at in range(arity)]
    wrt = tuple(at for at in range(arity) if domains[at] != INTEGERS)
    if not wrt:
        return Report("UNKNOWN", 0, f"{name} takes integers only")
    builder = Builder()
    params = tuple(
        Value(f"x{at + 1}", INT if domain == INTEGERS else FLOAT)
        for at, domain in enumerate(domains)
    )
    with builder.block() as ops:
        result = builder.apply(primitive(name), *params, hint="f")
    parameters = tuple(Parameter(str(value.hint), "positional_only") for value in params)
    primal = Function("f", parameters, Block(params, tuple(ops), (result,)))
    plan = (Step("value_and_grad", wrt),)
    try:
        emitted = compile_text(primal, plan)
    except BadArgument as refusal:
        return Report("UNKNOWN", 0, refusal.sentence)
    return check_text(primal, plan, emitted)
