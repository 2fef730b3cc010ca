from collections import namedtuple

State = namedtuple("State", "position velocity")


def step(state: State, dt):
    a = -9.81 - 0.1 * state.velocity**3
    new = state._replace(velocity=state.velocity + dt * a)
    moved = new._replace(position=new.position + dt * new.velocity)
    return {"state": moved, "energy": [0.5 * moved.velocity**2, 9.81 * moved.position]}


# --- jacobian wrt=state at=(State(2.0, 1.5), 0.1) ---
# Written by s2sdiff from structures_as_results.py, line 6.

from structures_as_results import State


def step_jacobian(state, dt):
    """Jacobian of step with respect to state.

    Computed in forward mode (equation 5.121): 2 inputs, 4 outputs.
    """
    state_velocity = state.velocity
    a = -9.81 - 0.1 * state_velocity**3
    a_dot = -3.0 * (state_velocity * state_velocity) * 0.1
    b = 1.0 + a_dot * dt
    c = b * dt
    return {
        "state": State(
            position=State(position=1.0, velocity=c),
            velocity=State(position=0.0, velocity=b),
        ),
        "energy": [
            State(position=0.0, velocity=b * 2.0 * (state_velocity + dt * a) * 0.5),
            State(position=9.81, velocity=c * 9.81),
        ],
    }
