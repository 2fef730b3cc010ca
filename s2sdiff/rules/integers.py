"""Number theory: integers in, integers out, no derivative. And what `math` has without a rule."""

from __future__ import annotations

from s2sdiff.ir.infer import always_int
from s2sdiff.rules.registry import Library, unsupported, zero_derivative

math = Library("math")

zero_derivative(
    math.comb,
    math.factorial,
    math.gcd,
    math.isqrt,
    math.lcm,
    math.perm,
    type_rule=always_int,
)
unsupported(
    "it gives two results at once; write x - math.trunc(x) and math.trunc(x)",
    math.modf,
)
unsupported(
    "it gives a mantissa and an exponent; use math.ldexp or math.log2 on the value itself",
    math.frexp,
)
