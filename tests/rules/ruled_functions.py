"""Functions that have general rules, and programs that call them. Each rule states what is true."""

import math
from dataclasses import dataclass

import s2sdiff
from s2sdiff import grad


def residual(y, a, b):
    return y**3 + a * y - b


def root(a, b):
    y = 1.0
    while abs(residual(y, a, b)) > 1e-15:
        y = y - residual(y, a, b) / (3 * y**2 + a)
    return y


@s2sdiff.pullback(root)
def root_pullback(a, b, y, y_bar):
    """The implicit function theorem."""
    r_y, r_a, r_b = grad(residual, (0, 1, 2))(y, a, b)
    return -y_bar * r_a / r_y, -y_bar * r_b / r_y


def polar(r, angle):
    return (r * math.cos(angle), r * math.sin(angle))


@s2sdiff.pushforward(polar)
def polar_pushforward(r, angle, y, r_dot, angle_dot):
    u, v = y
    return r_dot * u / r - v * angle_dot, r_dot * v / r + u * angle_dot


def norm(xs: list[float]):
    return math.sqrt(sum(x * x for x in xs))


@s2sdiff.pullback(norm)
def norm_pullback(xs, y, y_bar):
    return [y_bar * x / y for x in xs]


@s2sdiff.pushforward(norm)
def norm_pushforward(xs, y, xs_dot):
    return sum([x * x_dot for x, x_dot in zip(xs, xs_dot, strict=False)]) / y


def running_sums(xs):
    sums = []
    total = 0.0
    for x in xs:
        total += x
        sums.append(total)
    return sums


@s2sdiff.linear(running_sums)
def running_sums_transpose(xs, sums_bar):
    found = []
    total = 0.0
    for bar in reversed(sums_bar):
        total += bar
        found.append(total)
    return found[::-1]


def mixed(a, b, *, weight=2.0):
    return (a + 2.0 * b, weight * a)


@s2sdiff.linear(mixed)
def mixed_transpose(a, b, y_bar, *, weight=2.0):
    u, v = y_bar
    return u + weight * v, 2.0 * u


def power(x, n: int, kind="product"):
    return x**n


@s2sdiff.pullback(power)
def power_pullback(x, n, kind, y, y_bar):
    if kind == "product":
        return n * y / x * y_bar, None, None
    return n * x ** (n - 1) * y_bar, None, None


def ramp(x):
    return max(x, 0.0)


@s2sdiff.pushforward(ramp)
def ramp_pushforward(x, y, x_dot):
    return x_dot if x > 0 else 0.0


@dataclass
class Body:
    mass: float
    speed: float


def energy(body: Body):
    return 0.5 * body.mass * body.speed**2


@s2sdiff.pullback(energy)
def energy_pullback(body, y, y_bar):
    return Body(y_bar * y / body.mass, y_bar * body.mass * body.speed)


def area(box):
    return box["width"] * box["height"]


@s2sdiff.pullback(area)
def area_pullback(box, y, y_bar):
    return {"height": box["width"] * y_bar, "width": box["height"] * y_bar}


@s2sdiff.elementwise(symbolic="log(1 + exp(x))")
def softplus(x):
    return math.log1p(math.exp(x))


@s2sdiff.elementwise(symbolic="x1**2 * atan2(x1, x2) + Abs(x2)")
def odd_angle(x1, x2):
    return x1**2 * math.atan2(x1, x2) + abs(x2)


@s2sdiff.zero_derivative
def regime(x):
    return 2 if x > 1.0 else 1


@s2sdiff.zero_derivative
def is_large(x):
    return x > 1.0


def of_root(a: float, b: float):
    return root(a, b) ** 2 * root(b, a)


def of_root_in_a_loop(a: float, n: int):
    t = 0.0
    for i in range(n):
        if t < 5.0:
            t = root(a + i, t + 1.0)
        else:
            t = t * a
    return t


def of_polar(r: float, angle: float):
    u, v = polar(r, angle)
    return u * v + polar(u + 3.0, v)[0]


def of_norm(xs: list[float]):
    return norm(xs) ** 3 + norm([x * x for x in xs])


def of_running_sums(xs: list[float]):
    sums = running_sums(xs)
    total = sums[-1]
    for each in sums:
        total += each * each
    return total


def of_mixed(a: float, b: float):
    u, v = mixed(a, b * a)
    return u * v + mixed(u, v, weight=3.0)[1]


def of_power(x: float, n: int):
    return power(x, n) + power(x, 3, kind="plain") + power(x, kind="product", n=2)


def of_ramp(x: float, y: float):
    return ramp(x * y) + ramp(-x) * y


def of_energy(body: Body):
    return energy(body) ** 2 + energy(Body(body.speed, body.mass))


def of_area(x: float, y: float):
    return area({"width": x, "height": y * x}) * x


def of_softplus(x: float, y: float):
    return softplus(x * y) * odd_angle(x, y)


def of_regime(x: float):
    return regime(x) * x * x if is_large(x) else regime(x) * x


def of_recursion(x: float, n: int):
    if n == 0:
        return ramp(x)
    return ramp(x) * of_recursion(x - 0.1, n - 1)


PROGRAMS = {
    of_root: (0.8, 1.7),
    of_root_in_a_loop: (0.4, 6),
    of_polar: (1.3, 0.7),
    of_norm: ([0.3, -1.2, 0.8],),
    of_running_sums: ([0.4, 0.1, -0.7],),
    of_mixed: (0.7, 1.2),
    of_power: (1.3, 4),
    of_ramp: (-0.4, 0.8),
    of_energy: (Body(1.2, 0.7),),
    of_area: (0.3, 0.9),
    of_softplus: (0.6, 0.9),
    of_regime: (1.4,),
    of_recursion: (1.5, 4),
    root: (0.8, 1.7),
    softplus: (0.3,),
    norm: ([0.3, -1.2],),
}
