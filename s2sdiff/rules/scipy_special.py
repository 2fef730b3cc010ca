"""Functions of `scipy.special` of numbers and arrays, element by element.

Recurrences and derivatives are those of Abramowitz and Stegun, "Handbook of Mathematical Functions":
6.3, 6.4 (gamma), 6.5.25 (incomplete gamma), 7.1 (error functions), 9.1.27, 9.6.26 (Bessel functions).
"""

from __future__ import annotations

from typing import Any

from s2sdiff.rules.registry import INFINITY, INTEGERS, LINE, Library, elementwise, unsupported
from s2sdiff.rules.signatures import static

math = Library("math")
np = Library("numpy")
sp = Library("scipy.special")

POSITIVE = (0, INFINITY)


@static
def no_derivative(of: str) -> None:
    """Raise TypeError where a partial is asked for that has no formula."""
    raise TypeError(f"the partial derivative with respect to {of} has no formula here")


@elementwise(sp.expit, symbolic="1 / (1 + exp(-x))", raises=False)
def expit(x: Any, y: Any) -> Any:
    return y * (1.0 - y)


@elementwise(sp.logit, symbolic="log(x / (1 - x))", domain=(0, 1), raises=False)
def logit(x: Any, y: Any) -> Any:
    return 1.0 / (x * (1.0 - x))


@elementwise(sp.log_expit, symbolic="-log(1 + exp(-x))", raises=False)
def log_expit(x: Any, y: Any) -> Any:
    return sp.expit(-x)


@elementwise(sp.softplus, symbolic="log(1 + exp(x))", raises=False)
def softplus(x: Any, y: Any) -> Any:
    return sp.expit(x)


# Gamma and beta functions


@elementwise(sp.gamma, symbolic="gamma", domain=POSITIVE, raises=False)
def gamma(x: Any, y: Any) -> Any:
    return y * sp.digamma(x)


@elementwise(sp.rgamma, symbolic="1 / gamma(x)", domain=POSITIVE, raises=False)
def rgamma(x: Any, y: Any) -> Any:
    return -y * sp.digamma(x)


@elementwise(sp.gammaln, sp.loggamma, symbolic="loggamma", domain=POSITIVE, raises=False)
def gammaln(x: Any, y: Any) -> Any:
    return sp.digamma(x)


@elementwise(sp.digamma, sp.psi, symbolic="digamma", domain=POSITIVE, raises=False)
def digamma(x: Any, y: Any) -> Any:
    return sp.polygamma(1, x)


@elementwise(sp.polygamma, symbolic="polygamma", domain=(INTEGERS, POSITIVE), raises=False)
def polygamma(n: Any, x: Any, y: Any) -> Any:
    return 0.0, sp.polygamma(n + 1, x)


@elementwise(sp.beta, symbolic="gamma(a) * gamma(b) / gamma(a + b)", domain=POSITIVE, raises=False)
def beta(a: Any, b: Any, y: Any) -> Any:
    both = sp.digamma(a + b)
    return y * (sp.digamma(a) - both), y * (sp.digamma(b) - both)


@elementwise(
    sp.betaln,
    symbolic="loggamma(a) + loggamma(b) - loggamma(a + b)",
    domain=POSITIVE,
    raises=False,
)
def betaln(a: Any, b: Any, y: Any) -> Any:
    both = sp.digamma(a + b)
    return sp.digamma(a) - both, sp.digamma(b) - both


@elementwise(sp.factorial, symbolic="gamma(x + 1)", domain=POSITIVE, raises=False)
def factorial(x: Any, y: Any) -> Any:
    return y * sp.digamma(x + 1.0)


@elementwise(sp.gammainc, domain=POSITIVE, raises=False)
def gammainc(a: Any, x: Any, y: Any) -> Any:
    return no_derivative("a"), np.exp((a - 1.0) * np.log(x) - x - sp.gammaln(a))


@elementwise(sp.gammaincc, domain=POSITIVE, raises=False)
def gammaincc(a: Any, x: Any, y: Any) -> Any:
    return no_derivative("a"), -np.exp((a - 1.0) * np.log(x) - x - sp.gammaln(a))


@elementwise(sp.gammaincinv, domain=(POSITIVE, (0, 1)), raises=False)
def gammaincinv(a: Any, x: Any, y: Any) -> Any:
    return no_derivative("a"), np.exp(y - (a - 1.0) * np.log(y) + sp.gammaln(a))


@elementwise(sp.betainc, domain=(POSITIVE, POSITIVE, (0, 1)), raises=False)
def betainc(a: Any, b: Any, x: Any, y: Any) -> Any:
    power = (a - 1.0) * np.log(x) + (b - 1.0) * np.log1p(-x)
    return no_derivative("a"), no_derivative("b"), np.exp(power - sp.betaln(a, b))


@elementwise(sp.betaincinv, domain=(POSITIVE, POSITIVE, (0, 1)), raises=False)
def betaincinv(a: Any, b: Any, x: Any, y: Any) -> Any:
    power = (a - 1.0) * np.log(y) + (b - 1.0) * np.log1p(-y)
    return no_derivative("a"), no_derivative("b"), np.exp(sp.betaln(a, b) - power)


@elementwise(sp.zeta, domain=((1, INFINITY), POSITIVE), raises=False)
def zeta(x: Any, q: Any, y: Any) -> Any:
    return no_derivative("x"), -x * sp.zeta(x + 1.0, q)


# Error functions and the normal distribution


@elementwise(sp.erf, symbolic="erf", raises=False)
def erf(x: Any, y: Any) -> Any:
    TWO_OVER_SQRT_PI = 2.0 / math.sqrt(math.pi)
    return TWO_OVER_SQRT_PI * np.exp(-x * x)


@elementwise(sp.erfc, symbolic="erfc", raises=False)
def erfc(x: Any, y: Any) -> Any:
    TWO_OVER_SQRT_PI = 2.0 / math.sqrt(math.pi)
    return -TWO_OVER_SQRT_PI * np.exp(-x * x)


@elementwise(sp.erfcx, symbolic="exp(x**2) * erfc(x)", raises=False)
def erfcx(x: Any, y: Any) -> Any:
    TWO_OVER_SQRT_PI = 2.0 / math.sqrt(math.pi)
    return 2.0 * x * y - TWO_OVER_SQRT_PI


@elementwise(sp.erfi, symbolic="erfi", raises=False)
def erfi(x: Any, y: Any) -> Any:
    TWO_OVER_SQRT_PI = 2.0 / math.sqrt(math.pi)
    return TWO_OVER_SQRT_PI * np.exp(x * x)


@elementwise(sp.dawsn, symbolic="sqrt(pi) / 2 * exp(-x**2) * erfi(x)", raises=False)
def dawsn(x: Any, y: Any) -> Any:
    return 1.0 - 2.0 * x * y


@elementwise(sp.erfinv, symbolic="erfinv", domain=(-1, 1), raises=False)
def erfinv(x: Any, y: Any) -> Any:
    HALF_SQRT_PI = math.sqrt(math.pi) / 2.0
    return HALF_SQRT_PI * np.exp(y * y)


@elementwise(sp.erfcinv, symbolic="erfinv(1 - x)", domain=(0, 1), raises=False)
def erfcinv(x: Any, y: Any) -> Any:
    HALF_SQRT_PI = math.sqrt(math.pi) / 2.0
    return -HALF_SQRT_PI * np.exp(y * y)


@elementwise(sp.ndtr, symbolic="(1 + erf(x / sqrt(2))) / 2", raises=False)
def ndtr(x: Any, y: Any) -> Any:
    SQRT_2_PI = math.sqrt(2.0 * math.pi)
    return np.exp(-0.5 * x * x) / SQRT_2_PI


@elementwise(sp.log_ndtr, symbolic="log((1 + erf(x / sqrt(2))) / 2)", raises=False)
def log_ndtr(x: Any, y: Any) -> Any:
    SQRT_2_PI = math.sqrt(2.0 * math.pi)
    return np.exp(-0.5 * x * x - y) / SQRT_2_PI


@elementwise(sp.ndtri, symbolic="sqrt(2) * erfinv(2 * x - 1)", domain=(0, 1), raises=False)
def ndtri(x: Any, y: Any) -> Any:
    SQRT_2_PI = math.sqrt(2.0 * math.pi)
    return SQRT_2_PI * np.exp(0.5 * y * y)


@elementwise(sp.stdtr, domain=(POSITIVE, LINE), raises=False)
def stdtr(df: Any, t: Any, y: Any) -> Any:
    scale = sp.gammaln(0.5 * (df + 1.0)) - sp.gammaln(0.5 * df) - 0.5 * np.log(df * np.pi)
    return no_derivative("df"), np.exp(scale - 0.5 * (df + 1.0) * np.log1p(t * t / df))


# Logarithms and entropies


@elementwise(sp.xlogy, symbolic="x1 * log(x2)", domain=(LINE, POSITIVE), raises=False)
def xlogy(x1: Any, x2: Any, y: Any) -> Any:
    return np.log(x2), x1 / x2


@elementwise(sp.xlog1py, symbolic="x1 * log(1 + x2)", domain=(LINE, (-1, INFINITY)), raises=False)
def xlog1py(x1: Any, x2: Any, y: Any) -> Any:
    return np.log1p(x2), x1 / (1.0 + x2)


@elementwise(sp.entr, symbolic="-x * log(x)", domain=POSITIVE, raises=False)
def entr(x: Any, y: Any) -> Any:
    return -np.log(x) - 1.0


@elementwise(sp.rel_entr, symbolic="x1 * log(x1 / x2)", domain=POSITIVE, raises=False)
def rel_entr(x1: Any, x2: Any, y: Any) -> Any:
    return np.log(x1 / x2) + 1.0, -x1 / x2


@elementwise(sp.kl_div, symbolic="x1 * log(x1 / x2) - x1 + x2", domain=POSITIVE, raises=False)
def kl_div(x1: Any, x2: Any, y: Any) -> Any:
    return np.log(x1 / x2), 1.0 - x1 / x2


@elementwise(sp.exp10, symbolic="10**x", raises=False)
def exp10(x: Any, y: Any) -> Any:
    return y * np.log(10.0)


@elementwise(sp.exp2, symbolic="2**x", raises=False)
def exp2(x: Any, y: Any) -> Any:
    return y * np.log(2.0)


@elementwise(sp.expm1, symbolic="exp(x) - 1", raises=False)
def expm1(x: Any, y: Any) -> Any:
    return np.exp(x)


@elementwise(sp.log1p, symbolic="log(1 + x)", domain=(-1, INFINITY), raises=False)
def log1p(x: Any, y: Any) -> Any:
    return 1.0 / (1.0 + x)


@elementwise(sp.cosm1, symbolic="cos(x) - 1", raises=False)
def cosm1(x: Any, y: Any) -> Any:
    return -np.sin(x)


@elementwise(sp.cbrt, symbolic="sign(x) * abs(x)**Rational(1, 3)", raises=False)
def cbrt(x: Any, y: Any) -> Any:
    return 1.0 / (3.0 * y * y)


@elementwise(sp.boxcox, symbolic="(x**m - 1) / m", domain=POSITIVE, raises=False)
def boxcox(x: Any, m: Any, y: Any) -> Any:
    logarithm = np.log(x)
    power = np.exp(m * logarithm)
    slope = (power * logarithm - y) / m if m != 0 else 0.5 * logarithm * logarithm
    return power / x, slope


@elementwise(sp.huber, domain=(POSITIVE, LINE), raises=False)
def huber(delta: Any, r: Any, y: Any) -> Any:
    return np.maximum(np.abs(r) - delta, 0.0), np.minimum(np.maximum(r, -delta), delta)


@elementwise(
    sp.pseudo_huber,
    symbolic="delta**2 * (sqrt(1 + (r / delta)**2) - 1)",
    domain=(POSITIVE, LINE),
    raises=False,
)
def pseudo_huber(delta: Any, r: Any, y: Any) -> Any:
    root = np.sqrt(1.0 + (r / delta) ** 2)
    return 2.0 * delta * (root - 1.0) - r * r / (delta * root), r / root


# Integrals


@elementwise(sp.exp1, symbolic="expint(1, x)", domain=POSITIVE, raises=False)
def exp1(x: Any, y: Any) -> Any:
    return -np.exp(-x) / x


@elementwise(sp.expi, symbolic="Ei", domain=POSITIVE, raises=False)
def expi(x: Any, y: Any) -> Any:
    return np.exp(x) / x


@elementwise(sp.expn, symbolic="expint(n, x)", domain=(INTEGERS, POSITIVE), raises=False)
def expn(n: Any, x: Any, y: Any) -> Any:
    return 0.0, -sp.expn(n - 1, x) if n > 0 else -y * (1.0 + 1.0 / x)


@elementwise(sp.spence, domain=POSITIVE, raises=False)
def spence(x: Any, y: Any) -> Any:
    return np.log(x) / (1.0 - x) if x != 1.0 else -1.0


@elementwise(sp.ellipk, symbolic="elliptic_k", domain=(0, 1), raises=False)
def ellipk(m: Any, y: Any) -> Any:
    return (sp.ellipe(m) / (1.0 - m) - y) / (2.0 * m)


@elementwise(sp.ellipe, symbolic="elliptic_e", domain=(0, 1), raises=False)
def ellipe(m: Any, y: Any) -> Any:
    return (y - sp.ellipk(m)) / (2.0 * m)


# Bessel functions


@elementwise(sp.j0, symbolic="besselj(0, x)", raises=False)
def j0(x: Any, y: Any) -> Any:
    return -sp.j1(x)


@elementwise(sp.j1, symbolic="besselj(1, x)", raises=False)
def j1(x: Any, y: Any) -> Any:
    return sp.j0(x) - y / x if x != 0 else 0.5


@elementwise(sp.y0, symbolic="bessely(0, x)", domain=POSITIVE, raises=False)
def y0(x: Any, y: Any) -> Any:
    return -sp.y1(x)


@elementwise(sp.y1, symbolic="bessely(1, x)", domain=POSITIVE, raises=False)
def y1(x: Any, y: Any) -> Any:
    return sp.y0(x) - y / x


@elementwise(sp.i0, np.i0, symbolic="besseli(0, x)", raises=False)
def i0(x: Any, y: Any) -> Any:
    return sp.i1(x)


@elementwise(sp.i1, symbolic="besseli(1, x)", raises=False)
def i1(x: Any, y: Any) -> Any:
    return sp.i0(x) - y / x if x != 0 else 0.5


@elementwise(sp.i0e, symbolic="exp(-Abs(x)) * besseli(0, x)", raises=False)
def i0e(x: Any, y: Any) -> Any:
    return sp.i1e(x) - np.sign(x) * y


@elementwise(sp.i1e, symbolic="exp(-Abs(x)) * besseli(1, x)", raises=False)
def i1e(x: Any, y: Any) -> Any:
    return sp.i0e(x) - y * (np.sign(x) + 1.0 / x) if x != 0 else 0.5


@elementwise(sp.k0, symbolic="besselk(0, x)", domain=POSITIVE, raises=False)
def k0(x: Any, y: Any) -> Any:
    return -sp.k1(x)


@elementwise(sp.k1, symbolic="besselk(1, x)", domain=POSITIVE, raises=False)
def k1(x: Any, y: Any) -> Any:
    return -sp.k0(x) - y / x


@elementwise(sp.jv, sp.jn, symbolic="besselj", domain=(INTEGERS, POSITIVE), raises=False)
def jv(v: Any, x: Any, y: Any) -> Any:
    return no_derivative("the order"), 0.5 * (sp.jv(v - 1, x) - sp.jv(v + 1, x))


@elementwise(sp.yv, sp.yn, symbolic="bessely", domain=(INTEGERS, POSITIVE), raises=False)
def yv(v: Any, x: Any, y: Any) -> Any:
    return no_derivative("the order"), 0.5 * (sp.yv(v - 1, x) - sp.yv(v + 1, x))


@elementwise(sp.iv, symbolic="besseli", domain=(INTEGERS, POSITIVE), raises=False)
def iv(v: Any, x: Any, y: Any) -> Any:
    return no_derivative("the order"), 0.5 * (sp.iv(v - 1, x) + sp.iv(v + 1, x))


@elementwise(sp.kv, sp.kn, symbolic="besselk", domain=(INTEGERS, POSITIVE), raises=False)
def kv(v: Any, x: Any, y: Any) -> Any:
    return no_derivative("the order"), -0.5 * (sp.kv(v - 1, x) + sp.kv(v + 1, x))


@elementwise(sp.ive, domain=(INTEGERS, POSITIVE), raises=False)
def ive(v: Any, x: Any, y: Any) -> Any:
    slope = 0.5 * (sp.ive(v - 1, x) + sp.ive(v + 1, x))
    return no_derivative("the order"), slope - np.sign(x) * y


unsupported(
    "it gives several results, or complex ones; write what it computes",
    sp.sici,
    sp.shichi,
    sp.fresnel,
    sp.ellipj,
    sp.airy,
    sp.lambertw,
    sp.wofz,
)
unsupported(
    "its derivative has no formula here; add a rule with @s2sdiff.pullback",
    sp.hyp0f1,
    sp.hyp1f1,
    sp.hyp2f1,
    sp.hyperu,
    sp.comb,
    sp.perm,
    sp.voigt_profile,
)
