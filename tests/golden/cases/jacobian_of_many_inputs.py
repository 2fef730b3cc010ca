"""Three inputs, two outputs: reverse mode, one sweep for each output."""


def f(a, b, c):
    p = a * b
    return p * c, p + c


# --- jacobian wrt=a,b,c at=(1.0, 2.0, 3.0) ---
# Written by s2sdiff from jacobian_of_many_inputs.py, line 4.


def f_jacobian(a, b, c):
    """Jacobian of f with respect to a, b and c.

    Computed in reverse mode (equation 5.120): 3 inputs, 2 outputs.
    """
    # forward sweep
    p = a * b
    # reverse sweeps
    a_bar = c * b
    b_bar = c * a
    return (a_bar, b_bar, p), (b, a, 1.0)
