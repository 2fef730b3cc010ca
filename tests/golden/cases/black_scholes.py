from math import erf, exp, log, sqrt


def cdf(z):
    return 0.5 * (1 + erf(z / sqrt(2)))


def call(S, K, T, r, sigma):
    d1 = (log(S / K) + (r + sigma**2 / 2) * T) / (sigma * sqrt(T))
    d2 = d1 - sigma * sqrt(T)
    return S * cdf(d1) - K * exp(-r * T) * cdf(d2)


# --- value_and_grad wrt=S,K,T,r,sigma at=(100.0, 95.0, 0.75, 0.02, 0.3) ---
# Written by s2sdiff from black_scholes.py, line 8.

from math import erf, exp, log, pi, sqrt

SQRT_2 = sqrt(2)
SQRT_PI = sqrt(pi)
TWO_OVER_SQRT_PI = 2.0 / SQRT_PI


def call_value_and_grad(S, K, T, r, sigma):
    """Value and gradient of call with respect to S, K, T, r and sigma."""
    # forward sweep
    a = S / K
    b = r + sigma * sigma / 2
    c = log(a) + b * T
    d = sqrt(T)
    e = sigma * d
    d1 = c / e
    d2 = d1 - e
    f = d1 / SQRT_2
    g = 0.5 * (1 + erf(f))
    h = -r * T
    i = exp(h)
    j = K * i
    k = d2 / SQRT_2
    m = 0.5 * (1 + erf(k))
    call = S * g - j * m
    # reverse sweep
    j_bar = -m  # dcall/dj
    h_bar = j_bar * K * i  # dcall/dh
    d2_bar = -0.5 * j * (TWO_OVER_SQRT_PI * exp(-k * k)) / SQRT_2  # dcall/dd2
    n = S * 0.5 * (TWO_OVER_SQRT_PI * exp(-f * f)) / SQRT_2
    d1_bar = n + d2_bar  # dcall/dd1, through d2 and f
    c_bar = d1_bar / e  # dcall/dc
    e_bar = -d2_bar - c_bar * d1  # dcall/de, through d1 and d2
    b_bar = c_bar * T  # dcall/db
    o = c_bar / a / K
    S_bar = g + o  # dcall/dS
    K_bar = j_bar * i - o * a  # dcall/dK, through a and j
    T_bar = e_bar * sigma * 0.5 / d - h_bar * r + c_bar * b  # dcall/dT, through d and h
    r_bar = b_bar - h_bar * T  # dcall/dr
    sigma_bar = e_bar * d + b_bar * sigma  # dcall/dsigma
    return call, (S_bar, K_bar, T_bar, r_bar, sigma_bar)
