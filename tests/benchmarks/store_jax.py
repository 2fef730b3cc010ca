"""The programs of `store_programs` as one writes them for JAX: loops as scans, sums over axes."""

import jax
import jax.numpy as jnp
from jax import lax

jax.config.update("jax_enable_x64", True)


def recurrence(x):
    def step(y, value):
        y = 0.5 * y + jnp.sin(value)
        return y, y

    _, rest = lax.scan(step, x[0], x[1:])
    return x[0] ** 2 + jnp.sum(rest**2)


def rosenbrock(x):
    return jnp.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


def lotka_volterra(p, n):
    h = 0.01

    def slope(y):
        u, v = y
        return jnp.array([p[0] * u - p[1] * u * v, p[2] * u * v - p[3] * v])

    def step(y, _):
        a = slope(y)
        b = slope(y + 0.5 * h * a)
        c = slope(y + 0.5 * h * b)
        d = slope(y + h * c)
        return y + h / 6.0 * (a + 2.0 * b + 2.0 * c + d), None

    y, _ = lax.scan(step, jnp.array([1.0, 0.5]), None, length=n)
    return y[0] ** 2 + y[1]


def heat(u0, k, steps):
    def step(u, _):
        inner = u[1:-1, 1:-1]
        around = u[:-2, 1:-1] + u[2:, 1:-1] + u[1:-1, :-2] + u[1:-1, 2:]
        return u.at[1:-1, 1:-1].set(inner + k * (around - 4.0 * inner)), None

    u, _ = lax.scan(step, u0, None, length=steps)
    return jnp.sum(u**2)


def matrix_vector(a, x):
    return jnp.sum((a @ x) ** 2)


def cholesky(a):
    # the lower triangle counts, as in the loops
    whole = jnp.tril(a) + jnp.tril(a, -1).T
    return jnp.sum(jnp.log(jnp.diagonal(jnp.linalg.cholesky(whole))))


def mixture(means, x):
    away = x[:, None, :] - means[None]
    return jnp.sum(jnp.log(jnp.sum(jnp.exp(-0.5 * jnp.sum(away**2, axis=2)), axis=1)))


def k_means(means, x):
    away = x[:, None, :] - means[None]
    return jnp.sum(jnp.min(jnp.sum(away**2, axis=2), axis=1))


def lstm(w, x):
    size = w.shape[1]

    def step(state, value):
        hidden, cell = state
        gates = w @ hidden + value
        a, f, o = jax.nn.sigmoid(gates[: 3 * size]).reshape(3, size)
        cell = f * cell + a * jnp.tanh(gates[3 * size :])
        return (o * jnp.tanh(cell), cell), None

    (hidden, _), _ = lax.scan(step, (jnp.zeros(size), jnp.zeros(size)), x)
    return jnp.sum(hidden**2)


def springs(k, x0, steps):
    def step(state, _):
        x, v = state
        away = x[1:] - x[:-1]
        force = k[1:-1] * away[1:] - k[:-2] * away[:-1] - 0.1 * x[1:-1] ** 3
        v = v.at[1:-1].add(0.01 * force)
        return (x.at[1:-1].add(0.01 * v[1:-1]), v), None

    (x, _), _ = lax.scan(step, (x0, jnp.zeros_like(x0)), None, length=steps)
    return jnp.sum(x**2)


def gradient(function, wrt, args):
    """Value and gradient, compiled; each call waits for its result."""
    fixed = tuple(at for at, value in enumerate(args) if isinstance(value, int))
    wrt = wrt if len(wrt) > 1 else wrt[0]
    compiled = jax.jit(jax.value_and_grad(globals()[function.__name__], wrt), static_argnums=fixed)

    def run(*point):
        return jax.block_until_ready(compiled(*point))

    return run
