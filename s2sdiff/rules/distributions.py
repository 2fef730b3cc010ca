"""Log-densities of the common distributions of `scipy.stats`, by their formulas.

The parametrisation is SciPy's: `loc` and `scale` move and stretch, shape parameters come first.
"""

from __future__ import annotations

from typing import Any

from s2sdiff.rules.axes import known_axes
from s2sdiff.rules.linear_algebra import completed
from s2sdiff.rules.registry import Library, defined
from s2sdiff.rules.signatures import static

np = Library("numpy")
sp = Library("scipy.special")
stats = Library("scipy.stats")


@defined(stats.norm.logpdf)
def norm_logpdf(x: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    z = (x - loc) / scale
    return -0.5 * z * z - np.log(scale) - 0.5 * np.log(2.0 * np.pi)


@defined(stats.norm.pdf)
def norm_pdf(x: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    z = (x - loc) / scale
    return np.exp(-0.5 * z * z) / (scale * np.sqrt(2.0 * np.pi))


@defined(stats.norm.cdf)
def norm_cdf(x: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    return sp.ndtr((x - loc) / scale)


@defined(stats.norm.logcdf)
def norm_logcdf(x: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    return sp.log_ndtr((x - loc) / scale)


@defined(stats.norm.sf)
def norm_sf(x: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    return sp.ndtr((loc - x) / scale)


@defined(stats.norm.logsf)
def norm_logsf(x: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    return sp.log_ndtr((loc - x) / scale)


@defined(stats.norm.ppf)
def norm_ppf(q: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    return loc + scale * sp.ndtri(q)


@defined(stats.t.logpdf)
def t_logpdf(x: Any, df: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    z = (x - loc) / scale
    constant = sp.gammaln(0.5 * (df + 1.0)) - sp.gammaln(0.5 * df)
    constant = constant - 0.5 * np.log(df * np.pi) - np.log(scale)
    return constant - 0.5 * (df + 1.0) * np.log1p(z * z / df)


@defined(stats.t.pdf)
def t_pdf(x: Any, df: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    return np.exp(t_logpdf(x, df, loc, scale))


@defined(stats.gamma.logpdf)
def gamma_logpdf(x: Any, a: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    z = (x - loc) / scale
    return sp.xlogy(a - 1.0, z) - z - sp.gammaln(a) - np.log(scale)


@defined(stats.gamma.pdf)
def gamma_pdf(x: Any, a: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    return np.exp(gamma_logpdf(x, a, loc, scale))


@defined(stats.gamma.cdf)
def gamma_cdf(x: Any, a: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    return sp.gammainc(a, (x - loc) / scale)


@defined(stats.beta.logpdf)
def beta_logpdf(x: Any, a: Any, b: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    z = (x - loc) / scale
    power = sp.xlogy(a - 1.0, z) + sp.xlog1py(b - 1.0, -z)
    return power - sp.betaln(a, b) - np.log(scale)


@defined(stats.beta.pdf)
def beta_pdf(x: Any, a: Any, b: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    return np.exp(beta_logpdf(x, a, b, loc, scale))


@defined(stats.beta.cdf)
def beta_cdf(x: Any, a: Any, b: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    return sp.betainc(a, b, (x - loc) / scale)


@defined(stats.chi2.logpdf)
def chi2_logpdf(x: Any, df: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    return gamma_logpdf(x, 0.5 * df, loc, 2.0 * scale)


@defined(stats.chi2.pdf)
def chi2_pdf(x: Any, df: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    return np.exp(chi2_logpdf(x, df, loc, scale))


@defined(stats.chi2.cdf)
def chi2_cdf(x: Any, df: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    return sp.gammainc(0.5 * df, (x - loc) / (2.0 * scale))


@defined(stats.expon.logpdf)
def expon_logpdf(x: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    return -(x - loc) / scale - np.log(scale)


@defined(stats.laplace.logpdf)
def laplace_logpdf(x: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    return -np.abs(x - loc) / scale - np.log(2.0 * scale)


@defined(stats.logistic.logpdf)
def logistic_logpdf(x: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    z = (x - loc) / scale
    return sp.log_expit(z) + sp.log_expit(-z) - np.log(scale)


@defined(stats.cauchy.logpdf)
def cauchy_logpdf(x: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    z = (x - loc) / scale
    return -np.log1p(z * z) - np.log(np.pi * scale)


@defined(stats.lognorm.logpdf)
def lognorm_logpdf(x: Any, s: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    logarithm = np.log((x - loc) / scale)
    z = logarithm / s
    return -0.5 * z * z - np.log(s * (x - loc)) - 0.5 * np.log(2.0 * np.pi)


@defined(stats.poisson.logpmf)
def poisson_logpmf(k: Any, mu: Any, loc: Any = 0) -> Any:
    return sp.xlogy(k - loc, mu) - mu - sp.gammaln(k - loc + 1.0)


@defined(stats.poisson.pmf)
def poisson_pmf(k: Any, mu: Any, loc: Any = 0) -> Any:
    return np.exp(poisson_logpmf(k, mu, loc))


@defined(stats.binom.logpmf)
def binom_logpmf(k: Any, n: Any, p: Any, loc: Any = 0) -> Any:
    ways = sp.gammaln(n + 1.0) - sp.gammaln(k - loc + 1.0) - sp.gammaln(n - (k - loc) + 1.0)
    return ways + sp.xlogy(k - loc, p) + sp.xlog1py(n - (k - loc), -p)


@static
def is_of_points(mean: Any, cov: Any, x: Any) -> bool:
    """Is `x` a number, or many points of one coordinate? So SciPy takes it where nothing says otherwise."""
    if (mean is not None and len(known_axes(mean))) or len(known_axes(cov)):
        return False
    if len(known_axes(x)) > 1:
        raise TypeError("points of several coordinates need a vector for the mean, or a matrix")
    return True


@static
def check_point(x: Any) -> None:
    if len(known_axes(x)) > 1:
        raise TypeError("it has a derivative at one point, not at many")


@defined(stats.multivariate_normal.logpdf)
def multivariate_normal_logpdf(
    x: Any, mean: Any = None, cov: Any = 1.0, allow_singular: Any = False
) -> Any:
    away = x if mean is None else x - mean
    if is_of_points(mean, cov, x):
        return norm_logpdf(away, 0.0, np.sqrt(cov))
    size = np.shape(away)[-1] if np.ndim(away) else 1
    if np.ndim(cov) == 0:
        square, logarithm = away * away / cov, size * np.log(cov)
        square = np.sum(square, axis=-1) if np.ndim(away) else square
    elif np.ndim(cov) == 1:
        square, logarithm = np.sum(away * away / cov, axis=-1), np.sum(np.log(cov))
    else:
        matrix = completed(cov, "L")
        solved = np.linalg.solve(matrix, away if np.ndim(away) == 1 else np.moveaxis(away, -1, -2))
        square = np.sum(
            away * (solved if np.ndim(away) == 1 else np.moveaxis(solved, -1, -2)), axis=-1
        )
        logarithm = np.linalg.slogdet(matrix)[1]
    return -0.5 * (square + logarithm + size * np.log(2.0 * np.pi))


@defined(stats.multivariate_normal.pdf)
def multivariate_normal_pdf(
    x: Any, mean: Any = None, cov: Any = 1.0, allow_singular: Any = False
) -> Any:
    return np.exp(multivariate_normal_logpdf(x, mean, cov))


@defined(stats.dirichlet.logpdf)
def dirichlet_logpdf(x: Any, alpha: Any) -> Any:
    check_point(x)
    constant = sp.gammaln(np.sum(alpha)) - np.sum(sp.gammaln(alpha))
    return constant + np.sum(sp.xlogy(alpha - 1.0, x))


@defined(stats.dirichlet.pdf)
def dirichlet_pdf(x: Any, alpha: Any) -> Any:
    return np.exp(dirichlet_logpdf(x, alpha))
