import math
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Vector:
    x: float
    y: float

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y)

    def scaled(self, factor):
        return Vector(factor * self.x, factor * self.y)

    @property
    def length(self):
        return math.sqrt(self.x**2 + self.y**2)


@dataclass(frozen=True)
class Body:
    name: str
    mass: float
    position: Vector
    velocity: Vector


def energy_after(body: Body, t):
    moved = replace(body, position=body.position + body.velocity.scaled(t))
    return 0.5 * moved.mass * moved.velocity.length**2 - moved.mass / moved.position.length


# --- value_and_grad wrt=body at=(Body("a", 2.0, Vector(1.0, 0.5), Vector(-0.3, 0.8)), 0.7) ---
# Written by s2sdiff from dataclass_with_methods.py, line 29.

from math import sqrt

from dataclass_with_methods import Body, Vector


def energy_after_value_and_grad(body, t):
    """Value and gradient of energy_after with respect to body."""
    # forward sweep
    body_mass = body.mass
    body_position = body.position
    body_velocity = body.velocity
    body_position_x = body_position.x
    body_position_y = body_position.y
    body_velocity_x = body_velocity.x
    body_velocity_y = body_velocity.y
    a = body_position_x + t * body_velocity_x
    b = body_position_y + t * body_velocity_y
    c = 0.5 * body_mass
    d = body_velocity_x * body_velocity_x
    e = sqrt(d + body_velocity_y * body_velocity_y)
    f = e * e
    g = sqrt(a * a + b * b)
    h = body_mass / g
    energy_after = c * f - h
    # reverse sweep
    i = -1.0 / g
    j = -i * h * 0.5 / g * 2.0
    b_bar = j * b  # denergy_after/db
    a_bar = j * a  # denergy_after/da
    k = c * 2.0 * e * 0.5 / e * 2.0
    # denergy_after/dbody_velocity_y
    body_velocity_y_bar = k * body_velocity_y + b_bar * t
    # denergy_after/dbody_velocity_x
    body_velocity_x_bar = k * body_velocity_x + a_bar * t
    body_mass_bar = i + f * 0.5  # denergy_after/dbody_mass, through c and h
    return (
        energy_after,
        Body(
            name=None,
            mass=body_mass_bar,
            position=Vector(x=a_bar, y=b_bar),
            velocity=Vector(x=body_velocity_x_bar, y=body_velocity_y_bar),
        ),
    )
