# Written by s2sdiff from ode_fit.py, line 19.

import numpy as np


def loss_value_and_grad(p, start, counts, h):
    """Value and gradient of loss with respect to p."""
    # forward sweep
    y = start.copy()
    z = np.empty(2)
    k = np.empty((4, 2))
    a = counts.shape[0]
    tape = []
    tape_2 = []
    tape_3 = []
    total = 0.0
    for t in range(a):
        for _ in range(10):
            b = p[0]
            c = y[0]
            d = p[1]
            e = d * c
            f = y[1]
            tape.append((c, f))
            g = e * f
            k[0, 0] = b * c - g
            i = p[2]
            m = i * c
            n = p[3]
            o = n * f
            k[0, 1] = m * f - o
            for stage in range(1, 4):
                part = 0.5 * h if stage < 3 else h
                for j in range(2):
                    z[j] = y[j] + part * k[stage - 1, j]
                q = z[0]
                r = d * q
                s = z[1]
                tape_2.append((q, s))
                u = r * s
                k[stage, 0] = b * q - u
                v = i * q
                w = n * s
                k[stage, 1] = v * s - w
            for j in range(2):
                x = k[2, j]
                a1 = k[0, j] + 2.0 * k[1, j] + 2.0 * x
                b1 = a1 + k[3, j]
                y[j] += h / 6.0 * b1
        for j in range(2):
            c1 = y[j] - counts[t, j]
            tape_3.append(c1)
            total = total + c1 * c1
    d1 = 2 * a
    loss = total / d1
    # reverse sweep
    k_bar = np.zeros_like(k)
    z_bar = np.zeros_like(z)
    y_bar = np.zeros_like(y)
    p_bar = np.zeros_like(p)
    for _ in range(a):
        for j in range(1, -1, -1):
            e1 = tape_3.pop()
            y_bar[j] += 2.0 / d1 * e1
        for _ in range(10):
            f1, g1 = tape.pop()
            h1 = p[0]
            i1 = p[1]
            j1 = p[2]
            k1 = p[3]
            for j in range(2):
                b1_bar = y_bar[j] * (h / 6.0)
                k_bar[3, j] += b1_bar
                x_bar = b1_bar * 2.0
                k_bar[2, j] += x_bar
                k_bar[1, j] += x_bar
                k_bar[0, j] += b1_bar
            n_bar = 0.0
            i_bar = 0.0
            d_bar = 0.0
            b_bar = 0.0
            for stage in range(3, 0, -1):
                m1, n1 = tape_2.pop()
                part = 0.5 * h if stage < 3 else h
                o1 = k_bar[stage, 1]
                k_bar[stage, 1] = 0.0
                w_bar = -o1
                v_bar = o1 * n1
                p1 = k_bar[stage, 0]
                k_bar[stage, 0] = 0.0
                u_bar = -p1
                s_bar = w_bar * k1 + o1 * (j1 * m1) + u_bar * (i1 * m1)
                z_bar[1] += s_bar
                r_bar = u_bar * n1
                q_bar = v_bar * j1 + r_bar * i1 + p1 * h1
                z_bar[0] += q_bar
                for j in range(2):
                    q1 = z_bar[j]
                    z_bar[j] = 0.0
                    k_bar[stage - 1, j] += q1 * part
                    y_bar[j] += q1
                n_bar += w_bar * n1
                i_bar += v_bar * m1
                d_bar += r_bar * m1
                b_bar += p1 * m1
            r1 = k_bar[0, 1]
            k_bar[0, 1] = 0.0
            o_bar = -r1
            p_bar[3] += n_bar + o_bar * g1
            m_bar = r1 * g1
            p_bar[2] += i_bar + m_bar * f1
            s1 = k_bar[0, 0]
            k_bar[0, 0] = 0.0
            g_bar = -s1
            f_bar = o_bar * k1 + r1 * (j1 * f1) + g_bar * (i1 * f1)
            y_bar[1] += f_bar
            e_bar = g_bar * g1
            p_bar[1] += d_bar + e_bar * f1
            c_bar = m_bar * j1 + e_bar * i1 + s1 * h1
            y_bar[0] += c_bar
            p_bar[0] += b_bar + s1 * f1
    return loss, p_bar
