def f(first_variable, second_variable):
    return first_variable**3 * second_variable + second_variable**4 / (1.0 + first_variable**2)


# --- hessian wrt=first_variable,second_variable at=(1.0, 2.0) ---
# Written by s2sdiff from long_results.py, line 1.


def f_hessian(first_variable, second_variable):
    """Hessian of f with respect to first_variable and second_variable."""
    a = first_variable * first_variable
    b = 2.0 * first_variable
    c = 1.0 + a
    d = second_variable**4 / c
    e = b / c
    f = d / c
    g = (-e * d / c - e * f) * -2.0 * first_variable
    h = -4.0 * second_variable**3 / c / c * 2.0 * first_variable
    first_variable_bar_dot = h + 3.0 * a
    return (
        (g - f * 2.0 + b * (second_variable * 3.0), first_variable_bar_dot),
        (first_variable_bar_dot, 3.0 * (second_variable * second_variable) * (4.0 / c)),
    )
