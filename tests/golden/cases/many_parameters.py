def f(alpha_one, alpha_two, alpha_three, alpha_four, alpha_five, alpha_six, unused_parameter=1.0):
    return alpha_one * alpha_two * alpha_three + alpha_four * alpha_five * alpha_six * alpha_one


# --- grad wrt=alpha_one,alpha_two,alpha_three,alpha_four,alpha_five,alpha_six at=(1.0, 2.0, 3.0, 4.0, 5.0, 6.0) ---
# Written by s2sdiff from many_parameters.py, line 1.


def f_grad(
    alpha_one,
    alpha_two,
    alpha_three,
    alpha_four,
    alpha_five,
    alpha_six,
    unused_parameter=1.0,
):
    """Gradient of f with respect to alpha_one, alpha_two, alpha_three, alpha_four, alpha_five and alpha_six."""
    # forward sweep
    a = alpha_four * alpha_five
    # reverse sweep
    a_bar = alpha_one * alpha_six  # df/da
    alpha_one_bar = a * alpha_six + alpha_three * alpha_two  # df/dalpha_one
    alpha_two_bar = alpha_three * alpha_one  # df/dalpha_two
    alpha_four_bar = a_bar * alpha_five  # df/dalpha_four
    alpha_five_bar = a_bar * alpha_four  # df/dalpha_five
    alpha_six_bar = alpha_one * a  # df/dalpha_six
    return (
        alpha_one_bar,
        alpha_two_bar,
        alpha_one * alpha_two,
        alpha_four_bar,
        alpha_five_bar,
        alpha_six_bar,
    )
