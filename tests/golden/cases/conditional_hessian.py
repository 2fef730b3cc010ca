def f(x, y):
    return x * x * y if x < y else x * y * y


# --- hessian wrt=x,y at=(0.4, 0.9) ---
# Written by s2sdiff from conditional_hessian.py, line 1.


def f_hessian(x, y):
    """Hessian of f with respect to x and y."""
    if x < y:
        y_bar_dot = 0.0
        x_bar_dot = y * 2.0
        x_bar_dot_2 = 2.0 * x
    else:
        y_bar_dot = 2.0 * x
        x_bar_dot = 0.0
        x_bar_dot_2 = 2.0 * y
    return (x_bar_dot, x_bar_dot_2), (x_bar_dot_2, y_bar_dot)
