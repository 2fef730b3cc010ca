import math


class Oscillator:
    stiffness = 2.0

    def __init__(self, position, speed=0.0):
        self.position = position
        self.speed = speed

    def step(self, time):
        self.speed -= self.stiffness * math.sin(self.position) * time
        self.position += self.speed * time

    @property
    def energy(self):
        return 0.5 * self.speed**2 - self.stiffness * math.cos(self.position)


def f(x: float, n: int):
    body = Oscillator(x)
    for _ in range(n):
        body.step(0.1)
    return body.energy


# --- value_and_grad wrt=x at=(0.7, 5) ---
# Written by s2sdiff from objects_of_a_plain_class.py, line 20.

from math import cos, sin

stiffness = 2.0


def f_value_and_grad(x, n):
    """Value and gradient of f with respect to x."""
    # forward sweep
    body_position_tape = []
    body_position = x
    body_speed = 0.0
    for _ in range(n):
        body_position_tape.append(body_position)
        body_speed = body_speed - stiffness * sin(body_position) * 0.1
        body_position = body_position + body_speed * 0.1
    a = 0.5 * (body_speed * body_speed)
    b = a - stiffness * cos(body_position)
    # reverse sweep
    body_position_bar = stiffness * sin(body_position)
    body_speed_bar = body_speed  # df/dbody_speed
    for _ in range(n):
        body_position = body_position_tape.pop()
        body_speed_bar += body_position_bar * 0.1
        body_position_bar -= body_speed_bar * 0.1 * stiffness * cos(body_position)
    return b, body_position_bar
