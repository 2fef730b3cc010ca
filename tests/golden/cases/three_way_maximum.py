def f(x, y, z):
    return max(x * x, y * y, z * z)


# --- grad wrt=x,y,z at=(0.4, 0.9, 0.1) ---
# Written by s2sdiff from three_way_maximum.py, line 1.


def f_grad(x, y, z):
    """Gradient of f with respect to x, y and z."""
    # forward sweep
    a = x * x
    b = y * y
    c = z * z
    f = max(a, b, c)
    # reverse sweep
    d = a == f
    e = b == f
    g = c == f
    ties = sum((d, e, g))
    x_bar = (1.0 / ties if d else 0.0 if ties else 0.0 * f) * 2.0 * x  # df/dx
    y_bar = (1.0 / ties if e else 0.0 if ties else 0.0 * f) * 2.0 * y  # df/dy
    z_bar = (1.0 / ties if g else 0.0 if ties else 0.0 * f) * 2.0 * z  # df/dz
    return x_bar, y_bar, z_bar
