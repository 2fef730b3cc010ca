from typing import TypedDict


class Oscillator(TypedDict):
    mass: float
    stiffness: float
    damping: float


def energy_loss(p: Oscillator, x, v):
    m = p["mass"]
    a = -(p["stiffness"] * x + p["damping"] * v) / m
    return m * a * v


# --- value_and_grad wrt=p,v at=({"mass": 2.0, "stiffness": 3.0, "damping": 0.5}, 0.7, 1.3) ---
# Written by s2sdiff from dict_parameter.py, line 10.


def energy_loss_value_and_grad(p, x, v):
    """Value and gradient of energy_loss with respect to p and v."""
    # forward sweep
    if sorted(p) != ["damping", "mass", "stiffness"]:
        raise ValueError(
            "this derivative is for sorted(p) = ['damping', 'mass', 'stiffness'] only"
        )
    m = p["mass"]
    p_stiffness = p["stiffness"]
    p_damping = p["damping"]
    b = p_stiffness * x + p_damping * v
    c = -b
    a = c / m
    d = m * a
    energy_loss = d * v
    # reverse sweep
    a_bar = v * m  # denergy_loss/da
    c_bar = a_bar / m  # denergy_loss/dc
    b_bar = -c_bar  # denergy_loss/db
    p_damping_bar = b_bar * v  # denergy_loss/dp_damping
    p_stiffness_bar = b_bar * x  # denergy_loss/dp_stiffness
    m_bar = v * a - c_bar * a  # denergy_loss/dm, through a and d
    v_bar = d + b_bar * p_damping  # denergy_loss/dv
    return (
        energy_loss,
        (
            {"mass": m_bar, "stiffness": p_stiffness_bar, "damping": p_damping_bar},
            v_bar,
        ),
    )
