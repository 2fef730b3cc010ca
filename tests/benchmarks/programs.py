"""The programs measured: the user's function, and a gradient as good as we can write it by hand.

The hand-written gradients are the bar. They keep constants out of the function, name only what is used
twice, and share every subexpression that the chain rule meets again.
"""

import math
from math import cos, erf, exp, log, pi, sin, sqrt

HALF_ROOT = 1.0 / sqrt(2.0)
DENSITY = 1.0 / sqrt(2.0 * pi)


def example_5_14(x):
    return math.sqrt(x**2 + math.exp(x**2)) + math.cos(x**2 + math.exp(x**2))


def example_5_14_by_hand(x):
    a = x * x
    b = exp(a)
    c = a + b
    d = sqrt(c)
    return d + cos(c), (0.5 / d - sin(c)) * (1.0 + b) * 2.0 * x


def rosenbrock(x, y):
    return (1.0 - x) ** 2 + 100.0 * (y - x**2) ** 2


def rosenbrock_by_hand(x, y):
    a = 1.0 - x
    b = y - x * x
    b_bar = 200.0 * b
    return a * a + 100.0 * (b * b), (-2.0 * (a + b_bar * x), b_bar)


def cdf(z):
    return 0.5 * (1.0 + math.erf(z / math.sqrt(2.0)))


def black_scholes(S, K, T, r, sigma):
    d1 = (math.log(S / K) + (r + sigma**2 / 2.0) * T) / (sigma * math.sqrt(T))
    d2 = d1 - sigma * math.sqrt(T)
    return S * cdf(d1) - K * math.exp(-r * T) * cdf(d2)


def black_scholes_by_hand(S, K, T, r, sigma):
    root = sqrt(T)
    spread = sigma * root
    drift = r + 0.5 * sigma * sigma
    d1 = (log(S / K) + drift * T) / spread
    d2 = d1 - spread
    n1 = 0.5 * (1.0 + erf(d1 * HALF_ROOT))
    n2 = 0.5 * (1.0 + erf(d2 * HALF_ROOT))
    discount = exp(-r * T)
    paid = K * discount
    exponent_bar = paid * n2
    d2_bar = -paid * DENSITY * exp(-0.5 * d2 * d2)
    top_bar = (S * DENSITY * exp(-0.5 * d1 * d1) + d2_bar) / spread
    spread_bar = d2_bar + top_bar * d1
    drift_bar = top_bar * T
    return S * n1 - exponent_bar, (
        n1 + top_bar / S,
        -discount * n2 - top_bar / K,
        top_bar * drift - spread_bar * sigma * 0.5 / root + exponent_bar * r,
        drift_bar + exponent_bar * T,
        drift_bar * sigma - spread_bar * root,
    )


PROGRAMS = {
    "Example 5.14": (example_5_14, example_5_14_by_hand, (0.7,)),
    "Rosenbrock": (rosenbrock, rosenbrock_by_hand, (-1.2, 1.0)),
    "Black-Scholes": (black_scholes, black_scholes_by_hand, (100.0, 95.0, 0.75, 0.02, 0.3)),
}
