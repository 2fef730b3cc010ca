def area(x: float, kind: int) -> float:
    match kind, (x, 2.0 * x):
        case 1, (width, height):
            return width * height
        case 2 | 3, (radius, _):
            return 3.0 * radius * radius
        case 5 | 7, [*_, last]:
            return last
    return 0.0


# --- value_and_grad wrt=x at=(1.5, 2) ---
# Written by s2sdiff from match_on_tuples.py, line 1.


def area_value_and_grad(x, kind):
    """Value and gradient of area with respect to x."""
    # forward sweep
    a = 2.0 * x
    b = kind == 1
    if b:
        area = x * a
    else:
        c = kind == 2 or kind == 3
        if c:
            area = 3.0 * x * x
        else:
            d = kind == 5 or kind == 7
            area = a if d else 0.0
    # reverse sweep
    if b:
        a_bar = x  # darea/da
    elif c:
        a = 2.0 * (3.0 * x)
        a_bar = 0.0
    else:
        a = 0.0
        a_bar = 1.0 if d else 0.0
    x_bar = a + a_bar * 2.0  # darea/dx, through a and area
    return area, x_bar
