"""Bundle adjustment: where did the cameras stand, and where are the points that they saw?

Each observation is a point on the picture of one camera. The loss is a loop over observations, with indices
into arrays of cameras and points, a rotation by Rodrigues' formula written out, and lens distortion. It is
code for numba, which compiles the gradient too where it is installed.
"""

import importlib.util
import math

import numpy as np


def loss(cameras: "f8[c,9]", points: "f8[p,3]", seen: "f8[o,2]", camera: "i8[o]", point: "i8[o]"):
    """Half the sum of squared distances on the pictures.

    cameras: rotation vector, translation, focal length, two coefficients of distortion; seen: observations,
    of which `camera` and `point` say who saw what.
    """
    total = 0.0
    turned = np.empty(3)
    for i in range(len(seen)):
        c, q = camera[i], point[i]
        a, b, d = cameras[c, 0], cameras[c, 1], cameras[c, 2]
        x, y, z = points[q, 0], points[q, 1], points[q, 2]
        angle2 = a * a + b * b + d * d
        if angle2 > 1e-12:
            angle = math.sqrt(angle2)
            s, k = math.sin(angle) / angle, (1.0 - math.cos(angle)) / angle2
            along = k * (a * x + b * y + d * z)
            cosine = math.cos(angle)
            turned[0] = x * cosine + s * (b * z - d * y) + along * a
            turned[1] = y * cosine + s * (d * x - a * z) + along * b
            turned[2] = z * cosine + s * (a * y - b * x) + along * d
        else:
            turned[0] = x + b * z - d * y
            turned[1] = y + d * x - a * z
            turned[2] = z + a * y - b * x
        for j in range(3):
            turned[j] += cameras[c, 3 + j]
        u, v = -turned[0] / turned[2], -turned[1] / turned[2]
        r2 = u * u + v * v
        scale = cameras[c, 6] * (1.0 + cameras[c, 7] * r2 + cameras[c, 8] * r2 * r2)
        total += 0.5 * ((scale * u - seen[i, 0]) ** 2 + (scale * v - seen[i, 1]) ** 2)
    return total


def pictures(cameras, points, camera, point):
    """What the cameras see, with NumPy on whole arrays."""
    w, x = cameras[camera, :3], points[point]
    angle = np.linalg.norm(w, axis=1, keepdims=True)
    axis = w / angle
    along = np.sum(axis * x, axis=1, keepdims=True)
    x = x * np.cos(angle) + np.cross(axis, x) * np.sin(angle) + axis * along * (1 - np.cos(angle))
    x = x + cameras[camera, 3:6]
    u = -x[:, :2] / x[:, 2:]
    r2 = np.sum(u * u, axis=1, keepdims=True)
    f, k, m = (cameras[camera, at : at + 1] for at in (6, 7, 8))
    return u * f * (1.0 + k * r2 + m * r2 * r2)


def main():
    from scipy.optimize import minimize

    from s2sdiff import value_and_grad

    rng = np.random.default_rng(2)
    count, size = 5, 30
    cameras = np.zeros((count, 9))
    cameras[:, :3] = 0.2 * rng.normal(size=(count, 3))
    cameras[:, 3:6] = rng.normal(size=(count, 3)) * 0.3 - np.array([0.0, 0.0, 6.0])
    cameras[:, 6:] = [2.0, 0.02, 0.001]
    points = rng.uniform(-1.5, 1.5, size=(size, 3))
    camera, point = (each.ravel() for each in np.mgrid[:count, :size])
    seen = pictures(cameras, points, camera, point)
    compiled = importlib.util.find_spec("numba") is not None
    slope = value_and_grad(loss, (0, 1), jit=compiled)

    guess = np.concatenate([cameras.ravel(), points.ravel()])
    guess = guess + 0.02 * rng.normal(size=guess.size)

    def both(flat):
        first, rest = flat[: 9 * count].reshape(count, 9), flat[9 * count :].reshape(size, 3)
        value, (one, two) = slope(first, rest, seen, camera, point)
        return value, np.concatenate([one.ravel(), two.ravel()])

    value, bar = both(guess)
    direction = rng.normal(size=guess.size)
    difference = (both(guess + 1e-6 * direction)[0] - both(guess - 1e-6 * direction)[0]) / 2e-6
    assert abs(difference - bar @ direction) < 1e-6 * abs(difference)
    found = minimize(both, guess, jac=True, method="L-BFGS-B", options={"maxiter": 400})
    assert found.fun < 1e-4 * value
    print(f"slope in a direction {bar @ direction:.6f}, difference {difference:.6f}")
    print(f"{count} cameras, {size} points, {len(seen)} observations")
    print(f"loss {value:.4f} -> {found.fun:.2e} in {found.nit} steps of L-BFGS")


if __name__ == "__main__":
    main()
