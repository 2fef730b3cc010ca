"""Example 5.14 of *Mathematics for Machine Learning*: the function of equation 5.122, in one line.

s2sdiff emit examples/example_5_14.py:f --check
s2sdiff trace examples/example_5_14.py:f --at x=0.7
"""

import math


def f(x):
    """Equation 5.122: f(x) = sqrt(x^2 + exp(x^2)) + cos(x^2 + exp(x^2))."""
    return math.sqrt(x**2 + math.exp(x**2)) + math.cos(x**2 + math.exp(x**2))


def main():
    from s2sdiff import value_and_grad

    value, slope = value_and_grad(f)(0.7)
    step = 1e-6
    difference = (f(0.7 + step) - f(0.7 - step)) / (2 * step)
    assert abs(slope - difference) < 1e-8
    print(f"f(0.7)  = {value:.12f}")
    print(f"f'(0.7) = {slope:.12f}, by central differences {difference:.8f}")


if __name__ == "__main__":
    main()
