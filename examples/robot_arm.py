"""Inverse kinematics of a planar arm with three joints, by the Jacobian of its forward kinematics.

The arm has to put its hand at a point, under an angle. Each step of the damped Gauss-Newton method
solves a 3 x 3 system made of the generated Jacobian; the damping keeps steps short where the arm is
nearly stretched out, and fades as the hand comes close.
"""

from math import cos, pi, sin

UPPER, FORE, HAND = 0.40, 0.35, 0.15  # lengths of the links in m
DAMPING = 0.1  # share of the squared error that is added to the diagonal


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


def dot(one, other):
    return sum(a * b for a, b in zip(one, other, strict=True))


def damped_step(slopes, error):
    """How to move the joints: solves (J^T J + damping) move = J^T error."""
    columns = list(zip(*slopes, strict=True))
    damping = DAMPING * dot(error, error)
    normal = [
        [dot(one, other) + damping * (row == column) for column, other in enumerate(columns)]
        for row, one in enumerate(columns)
    ]
    return solve_three(normal, [dot(column, error) for column in columns])


def main():
    from s2sdiff import jacobian

    slopes = jacobian(hand, ("shoulder", "elbow", "wrist"))
    target = (0.45, 0.35, pi / 6)
    joints = [0.05, 0.02, -0.03]  # nearly stretched out: an undamped first step would be wild
    step = 1e-6
    for index, column in enumerate(zip(*slopes(*joints), strict=True)):
        ahead = hand(*(angle + step * (at == index) for at, angle in enumerate(joints)))
        behind = hand(*(angle - step * (at == index) for at, angle in enumerate(joints)))
        for slope, after, before in zip(column, ahead, behind, strict=True):
            assert abs(slope - (after - before) / (2.0 * step)) < 1e-8
    for turn in range(50):
        reached = hand(*joints)
        error = [goal - value for goal, value in zip(target, reached, strict=True)]
        distance = max(map(abs, error))
        print(f"step {turn:2}: the hand is off by {distance:.2e}")
        if distance < 1e-12:
            break
        moves = damped_step(slopes(*joints), error)
        joints = [angle + move for angle, move in zip(joints, moves, strict=True)]
    assert distance < 1e-12
    print("joints in degrees:", ", ".join(f"{angle * 180.0 / pi:.4f}" for angle in joints))


if __name__ == "__main__":
    main()
