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
    f = sqrt(2)
    g = d1 / f
    h = 0.5 * (1 + erf(g))
    i = -r * T
    j = exp(i)
    k = K * j
    m = d2 / f
    n = 0.5 * (1 + erf(m))
    call = S * h - k * n
    # reverse sweep
    o = 2.0 / sqrt(pi)
    k_bar = -n  # dcall/dk
    i_bar = k_bar * K * j  # dcall/di
    d2_bar = -0.5 * k * (o * exp(-m * m)) / f  # dcall/dd2
    d1_bar = S * 0.5 * (o * exp(-g * g)) / f + d2_bar  # dcall/dd1, through d2 and g
    c_bar = d1_bar / e  # dcall/dc
    e_bar = -d2_bar - c_bar * d1  # dcall/de, through d1 and d2
    b_bar = c_bar * T  # dcall/db
    p = c_bar / a / K
    S_bar = h + p  # dcall/dS
    K_bar = k_bar * j - p * a  # dcall/dK, through a and k
    T_bar = e_bar * sigma * 0.5 / d - i_bar * r + c_bar * b  # dcall/dT, through d and i
    r_bar = b_bar - i_bar * T  # dcall/dr
    sigma_bar = e_bar * d + b_bar * sigma  # dcall/dsigma
    return call, (S_bar, K_bar, T_bar, r_bar, sigma_bar)
