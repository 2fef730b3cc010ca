"""Linear regression: the gradient of section 5.3 against the closed form.

The least-squares loss L = |y - Phi theta|^2 has the gradient dL/dtheta = -2 (y - Phi theta)^T Phi
(equation 5.88 of the book). Here it is emitted from the loss, compared, and used by gradient descent
until it finds what the normal equations give.
"""

import numpy as np


def loss(theta: "f8[k]", features: "f8[n,k]", y: "f8[n]"):
    """The sum of squared errors of a linear model."""
    e = y - features @ theta
    return np.sum(e**2)


def main():
    from sklearn.datasets import load_diabetes

    from s2sdiff import hessian, value_and_grad

    x, y = load_diabetes(return_X_y=True)
    features = np.column_stack((np.ones(len(x)), x / x.std(axis=0)))
    theta = np.zeros(features.shape[1])
    slope = value_and_grad(loss)
    _, gradient = slope(theta, features, y)
    by_hand = -2.0 * (y - features @ theta) @ features
    assert np.allclose(gradient, by_hand, rtol=1e-12)
    curvature = hessian(loss)(theta, features, y)
    assert np.allclose(curvature, 2.0 * features.T @ features, rtol=1e-10)
    rate = 1.0 / np.linalg.eigvalsh(curvature)[-1]
    velocity = np.zeros_like(theta)
    steps = 3000
    for _ in range(steps):
        ahead = theta + 0.95 * velocity
        velocity = ahead - rate * slope(ahead, features, y)[1] - theta
        theta = theta + velocity
    exact = np.linalg.solve(features.T @ features, features.T @ y)
    gap = np.max(np.abs(theta - exact))
    assert gap < 1e-6
    print(f"equal to -2 (y - Phi theta)^T Phi: {np.max(np.abs(gradient - by_hand)):.1e}")
    print(f"gradient descent is {gap:.1e} away from the normal equations after {steps} steps")


if __name__ == "__main__":
    main()
