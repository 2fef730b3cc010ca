"""The price of a European call and its Greeks: the sensitivities that a trading desk watches.

All first-order Greeks come from one reverse sweep, gamma and its like from the Hessian. They are
compared with the closed forms that every textbook has.
"""

from math import erf, exp, log, pi, sqrt


def normal_cdf(z):
    """The standard normal distribution function."""
    return 0.5 * (1.0 + erf(z / sqrt(2.0)))


def call_price(spot, strike, maturity, rate, volatility):
    """The Black-Scholes price: `spot` and `strike` in currency, `maturity` in years, the rate and the
    volatility per year."""
    spread = volatility * sqrt(maturity)
    d1 = (log(spot / strike) + (rate + volatility**2 / 2.0) * maturity) / spread
    d2 = d1 - spread
    return spot * normal_cdf(d1) - strike * exp(-rate * maturity) * normal_cdf(d2)


def closed_form_greeks(spot, strike, maturity, rate, volatility):
    """Delta, theta (by maturity), rho, vega and gamma as the literature gives them."""
    spread = volatility * sqrt(maturity)
    d1 = (log(spot / strike) + (rate + volatility**2 / 2.0) * maturity) / spread
    d2 = d1 - spread
    density = exp(-d1 * d1 / 2.0) / sqrt(2.0 * pi)
    discounted = strike * exp(-rate * maturity)
    return {
        "delta": normal_cdf(d1),
        "theta": spot * density * volatility / (2.0 * sqrt(maturity))
        + rate * discounted * normal_cdf(d2),
        "rho": maturity * discounted * normal_cdf(d2),
        "vega": spot * density * sqrt(maturity),
        "gamma": density / (spot * spread),
    }


def main():
    from s2sdiff import hessian, value_and_grad

    point = (100.0, 95.0, 0.75, 0.02, 0.3)
    wrt = ("spot", "maturity", "rate", "volatility")
    price, (delta, theta, rho, vega) = value_and_grad(call_price, wrt)(*point)
    gamma = hessian(call_price, "spot")(*point)
    ours = {"delta": delta, "theta": theta, "rho": rho, "vega": vega, "gamma": gamma}
    print(f"price {price:10.6f}")
    for name, expected in closed_form_greeks(*point).items():
        assert abs(ours[name] - expected) <= 1e-12 * max(1.0, abs(expected)), name
        print(f"{name:5} {ours[name]:10.6f}   closed form {expected:10.6f}")


if __name__ == "__main__":
    main()
