"""Classes and functions on structures, for `test_structures.py`: live, and read as a file."""

import math
from collections import namedtuple
from dataclasses import KW_ONLY, dataclass, field, replace
from functools import cached_property
from typing import ClassVar, NamedTuple, TypedDict


class Point(NamedTuple):
    x: float
    y: float = 1.5

    def norm(self):
        return math.sqrt(self.x * self.x + self.y * self.y)


Pair = namedtuple("Pair", "left right", defaults=(2.0,))


class Named(namedtuple("Named", ["u", "v"])):
    def product(self):
        return self.u * self.v


@dataclass(frozen=True)
class Vector:
    x: float
    y: float

    ZERO_LENGTH: ClassVar[float] = 0.0

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y)

    def __sub__(self, other):
        return self + -other

    def __neg__(self):
        return Vector(-self.x, -self.y)

    def __mul__(self, factor):
        return Vector(self.x * factor, self.y * factor)

    __rmul__ = __mul__

    def __matmul__(self, other):
        return self.x * other.x + self.y * other.y

    def __call__(self, t):
        return self.x + t * self.y

    def __len__(self):
        return 2

    @property
    def length(self):
        return math.sqrt(self @ self) + self.ZERO_LENGTH

    @cached_property
    def area(self):
        return self.x * self.y

    @classmethod
    def unit(cls, angle):
        return cls(math.cos(angle), math.sin(angle))

    @staticmethod
    def diagonal(size):
        return Vector(size, size)


@dataclass
class Body:
    mass: float
    position: Vector
    velocity: Vector = Vector(0.5, 1.0)
    name: str = "body"
    steps: int = 2
    note: None = None

    def kinetic(self):
        return 0.5 * self.mass * self.velocity.length**2


@dataclass
class Planet(Body):
    radius: float = 0.25
    _: KW_ONLY
    spin: float = field(default=0.1)

    def kinetic(self):
        return 0.4 * self.mass * self.radius**2 * self.spin**2


class Parameters(TypedDict):
    mass: float
    stiffness: float


@dataclass
class Mixed:
    kind: str
    power: int
    values: list
    options: dict
    flag: bool
    at: Point


GRAVITY = Vector(0.0, -9.81)


def energy(body: Body):
    height = -(body.position @ GRAVITY)
    return body.kinetic() + body.mass * height * body.steps


def spin_energy(planet: Planet):
    return planet.kinetic() + planet.position.area * planet.spin


def spring(p: Parameters, x: float):
    return 0.5 * p["stiffness"] * x**2 / p["mass"]


def norm(p: Point):
    return p.norm() * p[0] + len(p)


def pair(p: Pair):
    left, right = p
    return left * right**2


def named(p: Named):
    return p.product() * p[-1]


def vectors(a: Vector, angle: float):
    b = Vector.unit(angle) * 2.0 - 0.5 * a
    c = Vector.diagonal(angle) + b
    return c(0.7) * b.length + len(c)


def chosen(p: Point, t: float):
    if t > p.x:
        q = p._replace(x=t)
    else:
        q = Point(p.y)
    return q.x * q.y


def moved(body: Body, t: float):
    return replace(body, position=body.position + body.velocity * t + 0.5 * t**2 * GRAVITY)


def results(p: Point, x: float):
    return {"sum": p.x + x, "parts": [p.x * x, (p.y, x**2)], "pair": Pair(left=p.y * p.x)}


def with_default(x: float, at: Point = Point(0.5), scale: float = 2.0):  # noqa: B008
    return (x - at.x) ** 2 * at.y * scale


def scaled(a, b=2.0):
    return a * b
