"""Inverse kinematics of a planar arm with three joints, by the Jacobian of its forward kinematics.

The arm has to put its hand at a point, under an angle. Each step of Newton's method solves a 3 x 3
system with the generated Jacobian.
"""

from math import cos, pi, sin

UPPER, FORE, HAND = 0.40, 0.35, 0.15  # lengths of the links in m


def hand(shoulder, elbow, wrist):
    """Position (m) and direction (rad) of the hand for the angles of the joints (rad)."""
    bend = shoulder + elbow
    direction = bend + wrist
    x = UPPER * cos(shoulder) + FORE * cos(bend) + HAND * cos(direction)
    y = UPPER * sin(shoulder) + FORE * sin(bend) + HAND * sin(direction)
    return x, y, direction


def solve_three(rows, right):
    """Solve a 3 x 3 linear system by Cramer's rule."""

    def determinant(m):
        (a, b, c), (d, e, f), (g, h, i) = m
        return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)

    whole = determinant(rows)
    columns = list(zip(*rows, strict=True))
    return [
        determinant([right if at == index else columns[at] for at in range(3)]) / whole
        for index in range(3)
    ]


def main():
    from s2sdiff import jacobian

    slopes = jacobian(hand, ("shoulder", "elbow", "wrist"))
    target = (0.45, 0.35, pi / 6)
    joints = [0.3, 0.8, -0.4]
    for step in range(20):
        reached = hand(*joints)
        error = [goal - value for goal, value in zip(target, reached, strict=True)]
        distance = max(map(abs, error))
        print(f"step {step}: the hand is off by {distance:.2e}")
        if distance < 1e-12:
            break
        moves = solve_three(slopes(*joints), error)
        joints = [angle + move for angle, move in zip(joints, moves, strict=True)]
    assert distance < 1e-12
    print("joints in degrees:", ", ".join(f"{angle * 180.0 / pi:.4f}" for angle in joints))


if __name__ == "__main__":
    main()
