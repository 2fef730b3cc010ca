"""The functions of NumPy that random programs and their derivatives use, on arrays of mpmath numbers.

Arrays of objects are NumPy's own, with its views and aliases; only what makes arrays of floats, and the
functions of numbers, are replaced.
"""

import numpy
from mpmath import mpf

from tests.property import precise

_FUNCTIONS = ("sin", "cos", "tanh", "exp", "sqrt", "log")


def _each(name):
    function = getattr(precise, name)

    def call(x, out=None):
        if not isinstance(x, numpy.ndarray):
            found = function(x)
        else:
            found = numpy.empty(x.shape, object)
            for at in numpy.ndindex(x.shape):
                found[at] = function(x[at])
        if out is None:
            return found
        out[...] = found
        return out

    return call


class Exact:
    """`import numpy as np`, on mpmath numbers."""

    def __getattr__(self, name):
        if name in _FUNCTIONS:
            return _each(name)
        return getattr(numpy, name)

    def zeros(self, shape, dtype=float):
        if dtype is not float:
            return numpy.zeros(shape, dtype)
        return self.full(shape, mpf(0))

    empty = zeros

    def ones(self, shape):
        return self.full(shape, mpf(1))

    def full(self, shape, value):
        made = numpy.empty(shape, object)
        made[...] = value
        return made

    def zeros_like(self, x):
        return self.full(numpy.shape(x), mpf(0))

    empty_like = zeros_like

    def ones_like(self, x):
        return self.full(numpy.shape(x), mpf(1))

    def full_like(self, x, value):
        return self.full(numpy.shape(x), value)

    def array(self, x):
        made = numpy.array(x)
        return made if made.dtype.kind in "ib" else made.astype(object)


np = Exact()
