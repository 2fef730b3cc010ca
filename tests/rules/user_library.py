"""Functions of a user's, with rules of the user's. Their bodies lie outside the accepted subset."""

import math

import s2sdiff


def cube(x):
    while True:
        return x * x * x


def wave(amplitude, phase):
    while True:
        return amplitude * math.sin(phase)


def steps(x):
    while True:
        return x // 1.0


def too_few(x, z):
    while True:
        return x + z


def no_number(x):
    while True:
        return x


@s2sdiff.elementwise(cube)
def cube_rule(x, y):
    return 3.0 * x * x


@s2sdiff.elementwise(wave, symbolic="amplitude * sin(phase)")
def wave_rule(amplitude, phase, y):
    return math.sin(phase), amplitude * math.cos(phase)


@s2sdiff.elementwise(too_few)
def too_few_rule(x, z, y):
    return 1.0


@s2sdiff.elementwise(no_number)
def no_number_rule(x, y):
    return math.cos


s2sdiff.zero_derivative(steps)
