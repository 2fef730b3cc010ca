"""Number theory: integers in, integers out, no derivative. And what `numpy` has without a rule."""

from __future__ import annotations

from s2sdiff.ir.infer import always_int
from s2sdiff.rules.registry import INTEGERS, Library, unsupported, zero_derivative

math = Library("math")
np = Library("numpy")

zero_derivative(
    math.comb,
    symbolic="binomial",
    parameters="n, k",
    domain=INTEGERS,
    type_rule=always_int,
)
zero_derivative(
    math.perm,
    symbolic="ff(n, n if k is None else k)",
    parameters="n, k=None",
    domain=INTEGERS,
    type_rule=always_int,
)
zero_derivative(math.factorial, symbolic="factorial", domain=INTEGERS, type_rule=always_int)
zero_derivative(math.isqrt, symbolic="floor(sqrt(x))", domain=INTEGERS, type_rule=always_int)
zero_derivative(
    math.gcd,
    np.gcd,
    symbolic="igcd(0, 0, *xs)",
    parameters="*xs",
    domain=INTEGERS,
    type_rule=always_int,
)
zero_derivative(
    math.lcm,
    np.lcm,
    symbolic="ilcm(1, 1, *xs)",
    parameters="*xs",
    domain=INTEGERS,
    type_rule=always_int,
)
unsupported(
    "it gives two results of NumPy's own types; use math.modf or math.frexp",
    np.modf,
    np.frexp,
)
