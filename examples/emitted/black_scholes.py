# Written by s2sdiff from black_scholes.py, line 15.

from math import erf, exp, log, pi, sqrt

SQRT_2 = sqrt(2.0)
SQRT_PI = sqrt(pi)
TWO_OVER_SQRT_PI = 2.0 / SQRT_PI


def call_price_value_and_grad(spot, strike, maturity, rate, volatility):
    """Value and gradient of call_price with respect to spot, maturity, rate and volatility."""
    # forward sweep
    a = sqrt(maturity)
    spread = volatility * a
    b = spot / strike
    c = rate + volatility * volatility / 2.0
    d = log(b) + c * maturity
    d1 = d / spread
    d2 = d1 - spread
    e = d1 / SQRT_2
    f = 0.5 * (1.0 + erf(e))
    g = -rate * maturity
    h = exp(g)
    i = strike * h
    j = d2 / SQRT_2
    k = 0.5 * (1.0 + erf(j))
    call_price = spot * f - i * k
    # reverse sweep
    g_bar = -k * strike * h  # dcall_price/dg
    d2_bar = -0.5 * i * (TWO_OVER_SQRT_PI * exp(-j * j)) / SQRT_2  # dcall_price/dd2
    m = spot * 0.5 * (TWO_OVER_SQRT_PI * exp(-e * e)) / SQRT_2
    d1_bar = m + d2_bar  # dcall_price/dd1, through d2 and e
    d_bar = d1_bar / spread  # dcall_price/dd
    c_bar = d_bar * maturity  # dcall_price/dc
    spread_bar = -d2_bar - d_bar * d1  # dcall_price/dspread, through d1 and d2
    spot_bar = f + d_bar / b / strike  # dcall_price/dspot
    n = spread_bar * volatility * 0.5 / a
    # dcall_price/dmaturity, through a and g
    maturity_bar = d_bar * c - g_bar * rate + n
    rate_bar = c_bar - g_bar * maturity  # dcall_price/drate
    volatility_bar = c_bar * volatility + spread_bar * a  # dcall_price/dvolatility
    return call_price, (spot_bar, maturity_bar, rate_bar, volatility_bar)
