"""Logistic regression: the loss in its stable form, minimised by Newton's method.

log(1 + exp(-z)) overflows for z = -1000; `np.logaddexp(0, -z)` is the same and does not. The Newton
steps take gradient and Hessian from the same function.
"""

import numpy as np


def loss(w: "f8[k]", x: "f8[n,k]", sign: "f8[n]", penalty=1.0):
    """The penalised negative log-likelihood; `sign` is 1.0 or -1.0 for each row of x."""
    margin = sign * (x @ w)
    return np.sum(np.logaddexp(0.0, -margin)) + 0.5 * penalty * (w @ w)


def main():
    from sklearn.datasets import load_breast_cancer

    from s2sdiff import hessian, value_and_grad

    x, y = load_breast_cancer(return_X_y=True)
    x = np.column_stack((np.ones(len(x)), (x - x.mean(axis=0)) / x.std(axis=0)))
    sign = 2.0 * y - 1.0
    slope, curvature = value_and_grad(loss), hessian(loss)
    w = np.zeros(x.shape[1])
    value, gradient = slope(w, x, sign)
    turns = 0
    while np.max(np.abs(gradient)) > 1e-9:
        w = w - np.linalg.solve(curvature(w, x, sign), gradient)
        value, gradient = slope(w, x, sign)
        turns += 1
    expected = w - x.T @ (sign / (1.0 + np.exp(sign * (x @ w))))
    assert np.allclose(gradient, expected, atol=1e-8)
    right = np.mean((x @ w > 0) == (y == 1))
    print(f"{turns} Newton steps: loss {value:.6f}, largest slope {np.max(np.abs(gradient)):.1e}")
    print(f"{right:.1%} of {len(y)} tumours are told apart")


if __name__ == "__main__":
    main()
