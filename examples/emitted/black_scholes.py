# Written by s2sdiff from black_scholes.py, line 15.

from math import erf, exp, log, pi, sqrt


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
    e = sqrt(2.0)
    f = d1 / e
    g = 0.5 * (1.0 + erf(f))
    h = -rate * maturity
    i = exp(h)
    j = strike * i
    k = d2 / e
    m = 0.5 * (1.0 + erf(k))
    call_price = spot * g - j * m
    # reverse sweep
    n = 2.0 / sqrt(pi)
    h_bar = -m * strike * i  # dcall_price/dh
    d2_bar = -0.5 * j * (n * exp(-k * k)) / e  # dcall_price/dd2
    # dcall_price/dd1, through d2 and f
    d1_bar = spot * 0.5 * (n * exp(-f * f)) / e + d2_bar
    d_bar = d1_bar / spread  # dcall_price/dd
    c_bar = d_bar * maturity  # dcall_price/dc
    spread_bar = -d2_bar - d_bar * d1  # dcall_price/dspread, through d1 and d2
    spot_bar = g + d_bar / b / strike  # dcall_price/dspot
    o = spread_bar * volatility * 0.5 / a
    # dcall_price/dmaturity, through a and h
    maturity_bar = d_bar * c - h_bar * rate + o
    rate_bar = c_bar - h_bar * maturity  # dcall_price/drate
    volatility_bar = c_bar * volatility + spread_bar * a  # dcall_price/dvolatility
    return call_price, (spot_bar, maturity_bar, rate_bar, volatility_bar)
