"""A pendulum, step by step: how its final angle depends on where it starts and on gravity over length.

The function is an ordinary loop. Its gradient is a loop backwards, which reads the angles of the forward
sweep from a tape; `s2sdiff emit examples/pendulum.py:swing --wrt x0,v0,k --explain` says so. With the
gradient the starting speed is found that brings the pendulum to a given angle.
"""

import math


def swing(x0, v0, k, dt, n: int):
    """The angle after `n` steps of length `dt` in seconds; `k` is gravity over length in 1/s**2."""
    x, v = x0, v0
    for _ in range(n):
        a = -k * math.sin(x)
        v = v + dt * a
        x = x + dt * v
    return x


def speed_to_reach(angle, x0, k, dt, n):
    """The starting speed for which the last angle is `angle`, by Newton's method."""
    from s2sdiff import value_and_grad

    slope_by_speed = value_and_grad(swing, "v0")
    v0 = 0.0
    for _ in range(20):
        x, slope = slope_by_speed(x0, v0, k, dt, n)
        v0 = v0 - (x - angle) / slope
    return v0


def main():
    from s2sdiff import value_and_grad

    point = (0.3, -0.1, 9.81, 0.01, 200)
    angle, gradient = value_and_grad(swing, ("x0", "v0", "k"))(*point)
    print(f"angle {angle:.6f}")
    step = 1e-6
    for index, (name, slope) in enumerate(zip(("x0", "v0", "k"), gradient, strict=True)):
        above, below = (
            swing(*(p + sign * step if i == index else p for i, p in enumerate(point)))
            for sign in (1, -1)
        )
        assert abs(slope - (above - below) / (2.0 * step)) < 1e-8, name
        print(f"by {name:3} {slope:10.6f}   difference {(above - below) / (2.0 * step):10.6f}")
    v0 = speed_to_reach(0.2, 0.3, 9.81, 0.01, 200)
    assert abs(swing(0.3, v0, 9.81, 0.01, 200) - 0.2) < 1e-12
    print(f"starting at speed {v0:.6f} it ends at the angle 0.2")


if __name__ == "__main__":
    main()
