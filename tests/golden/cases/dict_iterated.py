from typing import TypedDict


class Weights(TypedDict):
    a: float
    b: float


def penalty(weights: Weights, x):
    scaled = {key: w * x for key, w in weights.items()}
    return sum(w * w for w in scaled.values()) + scaled["b"]


# --- grad wrt=weights,x at=({"a": 1.5, "b": -0.5}, 0.7) ---
# Written by s2sdiff from dict_iterated.py, line 9.


def penalty_grad(weights, x):
    """Gradient of penalty with respect to weights and x."""
    # forward sweep
    if list(weights) != ["a", "b"]:
        raise ValueError("this derivative is for list(weights) = ['a', 'b'] only")
    weights_a = weights["a"]
    weights_b = weights["b"]
    a = weights_a * x
    b = weights_b * x
    # reverse sweep
    b_bar = 1.0 + 2.0 * b  # dpenalty/db
    a_bar = 2.0 * a  # dpenalty/da
    weights_b_bar = b_bar * x  # dpenalty/dweights_b
    weights_a_bar = a_bar * x  # dpenalty/dweights_a
    x_bar = b_bar * weights_b + a_bar * weights_a  # dpenalty/dx, through a and b
    return {"a": weights_a_bar, "b": weights_b_bar}, x_bar
