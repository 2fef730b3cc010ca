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
    log(e)  # raises outside its domain
    f = DEGREES_OF_FREEDOM / 2.0
    g = d / e
    log(temperature)  # raises outside its domain
    thermal_dot = 1.0 / temperature * f
    log(volume)  # raises outside its domain
    h = ATTRACTION / volume
    e_bar = b / e
    i = -1.0 / volume
    j = -(-i / volume * h - h / volume * i)
    k = -e_bar / volume
    m = (g * e_bar / volume - k / volume) * c - d * k
    volume_bar_dot = a / volume + a / e / volume * c
    n = b * f / temperature / temperature
    o = a * f / temperature - n
    return (
        (j - b / volume / volume - m, volume_bar_dot),
        (volume_bar_dot, o - thermal_dot * GAS_CONSTANT),
    )
