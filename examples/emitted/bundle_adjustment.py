# Written by s2sdiff from bundle_adjustment.py, line 14.

from math import cos, sin, sqrt

import numpy as np


def loss_value_and_grad(cameras, points, seen, camera, point):
    """Value and gradient of loss with respect to cameras and points."""
    # forward sweep
    turned = np.empty(3)
    e = seen.shape[0]
    tape = []
    angle2_tape = []
    total = 0.0
    for i in range(e):
        c = camera[i]
        q = point[i]
        a = cameras[c, 0]
        b = cameras[c, 1]
        d = cameras[c, 2]
        x = points[q, 0]
        y = points[q, 1]
        z = points[q, 2]
        angle2 = a * a + b * b + d * d
        if angle2 > 1e-12:
            angle = sqrt(angle2)
            s = sin(angle) / angle
            cosine = cos(angle)
            k = (1.0 - cosine) / angle2
            f = a * x + b * y + d * z
            along = k * f
            g = x * cosine + s * (b * z - d * y)
            turned[0] = g + along * a
            h = y * cosine + s * (d * x - a * z)
            turned[1] = h + along * b
            m = z * cosine + s * (a * y - b * x)
            turned[2] = m + along * d
            tape.append(f)
        else:
            turned[0] = x + b * z - d * y
            turned[1] = y + d * x - a * z
            turned[2] = z + a * y - b * x
        for j in range(3):
            turned[j] += cameras[c, 3 + j]
        n = -turned[0]
        o = turned[2]
        u = n / o
        p = -turned[1]
        v = p / o
        r2 = u * u + v * v
        r = cameras[c, 8] * r2
        t = 1.0 + cameras[c, 7] * r2 + r * r2
        angle2_tape.append((angle2, o, u, v, t))
        scale = cameras[c, 6] * t
        w = scale * u - seen[i, 0]
        a1 = scale * v - seen[i, 1]
        total = total + 0.5 * (w * w + a1 * a1)
    # reverse sweep
    turned_bar = np.zeros_like(turned)
    cameras_bar = np.zeros_like(cameras)
    points_bar = np.zeros_like(points)
    for i in range(e - 1, -1, -1):
        angle2, b1, u, v, c1 = angle2_tape[i]
        c = camera[i]
        q = point[i]
        a = cameras[c, 0]
        b = cameras[c, 1]
        d = cameras[c, 2]
        x = points[q, 0]
        y = points[q, 1]
        z = points[q, 2]
        r2 = u * u + v * v
        d1 = cameras[c, 6]
        e1 = cameras[c, 8]
        scale = d1 * c1
        f1 = scale * u - seen[i, 0]
        g1 = scale * v - seen[i, 1]
        scale_bar = g1 * v + f1 * u
        t_bar = scale_bar * d1
        r_bar = t_bar * r2
        cameras_bar[c, 8] += r_bar * r2
        cameras_bar[c, 7] += r_bar
        cameras_bar[c, 6] += scale_bar * c1
        r2_bar = t_bar * (e1 * r2) + r_bar * e1 + t_bar * cameras[c, 7]
        h1 = r2_bar * 2.0
        v_bar = g1 * scale + h1 * v
        p_bar = v_bar / b1
        turned_bar[1] -= p_bar
        u_bar = f1 * scale + h1 * u
        n_bar = u_bar / b1
        o_bar = -p_bar * v - n_bar * u
        turned_bar[2] += o_bar
        turned_bar[0] -= n_bar
        for j in range(3):
            cameras_bar[c, 3 + j] += turned_bar[j]
        if angle2 > 1e-12:
            i1 = tape.pop()
            angle = sqrt(angle2)
            j1 = sin(angle)
            s = j1 / angle
            cosine = cos(angle)
            k = (1.0 - cosine) / angle2
            along = k * i1
            k1 = turned_bar[2]
            turned_bar[2] = 0.0
            m1 = k1 * s
            n1 = turned_bar[1]
            turned_bar[1] = 0.0
            o1 = n1 * s
            p1 = turned_bar[0]
            turned_bar[0] = 0.0
            q1 = p1 * s
            r1 = k1 * d + n1 * b + p1 * a
            s1 = r1 * k
            t1 = r1 * i1 / angle2
            u1 = k1 * (a * y - b * x) + n1 * (d * x - a * z)
            v1 = (u1 + p1 * (b * z - d * y)) / angle
            w1 = -(k1 * z + n1 * y + p1 * x - t1) * j1
            x1 = (w1 - v1 * s + v1 * cosine) * 0.5 / angle
            y1 = k1 * along + o1 * x - q1 * y + s1 * z
            z1 = n1 * along - m1 * x + q1 * z + s1 * y
            x_bar = o1 * d - m1 * b + p1 * cosine + s1 * a
            a2 = m1 * y - o1 * z + p1 * along + s1 * x
            y_bar = m1 * a + n1 * cosine - q1 * d + s1 * b
            z_bar = k1 * cosine - o1 * a + q1 * b + s1 * d
            angle2_bar = x1 - t1 * k
        else:
            b2 = turned_bar[2]
            turned_bar[2] = 0.0
            c2 = turned_bar[1]
            turned_bar[1] = 0.0
            d2 = turned_bar[0]
            turned_bar[0] = 0.0
            y1 = c2 * x - d2 * y
            z1 = d2 * z - b2 * x
            x_bar = c2 * d - b2 * b + d2
            a2 = b2 * y - c2 * z
            y_bar = b2 * a + c2 - d2 * d
            z_bar = b2 - c2 * a + d2 * b
            angle2_bar = 0.0
        points_bar[q, 2] += z_bar
        points_bar[q, 1] += y_bar
        points_bar[q, 0] += x_bar
        e2 = angle2_bar * 2.0
        d_bar = y1 + e2 * d
        cameras_bar[c, 2] += d_bar
        b_bar = z1 + e2 * b
        cameras_bar[c, 1] += b_bar
        a_bar = a2 + e2 * a
        cameras_bar[c, 0] += a_bar
    return total, (cameras_bar, points_bar)
