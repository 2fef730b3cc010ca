# Written by s2sdiff from equation_of_state.py, line 21.

from math import log

GAS_CONSTANT = 8.31446261815324
COVOLUME = 4.267e-05
DEGREES_OF_FREEDOM = 5.0
ATTRACTION = 0.364


def helmholtz_hessian(volume, temperature):
    """Hessian of helmholtz with respect to volume and temperature."""
    a = -GAS_CONSTANT
    b = a * temperature
    c = COVOLUME / volume
    d = c / volume
    e = 1.0 - c
    f = d / e
    log(e)  # raises outside its domain
    g = DEGREES_OF_FREEDOM / 2.0
    h = 1.0 / temperature
    log(temperature)  # raises outside its domain
    thermal_dot = h * g
    log(volume)  # raises outside its domain
    i = ATTRACTION / volume
    e_bar = b / e
    j = -1.0 / volume
    k = -(-j / volume * i - i / volume * j)
    m = -e_bar / volume
    n = (f * e_bar / volume - m / volume) * c - d * m
    volume_bar_dot = a / volume + a / e / volume * c
    o = b * g / temperature / temperature
    p = a * g / temperature - o
    return (
        (k - b / volume / volume - n, volume_bar_dot),
        (volume_bar_dot, p - thermal_dot * GAS_CONSTANT),
    )
