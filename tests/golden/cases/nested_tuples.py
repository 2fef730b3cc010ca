from math import dist


def length(line: tuple[tuple[float, float], tuple[float, float]]):
    start, end = line
    return dist(start, end)


# --- value_and_grad wrt=line at=(((0.0, 1.0), (3.0, 5.0)),) ---
# Written by s2sdiff from nested_tuples.py, line 4.

from math import dist


def length_value_and_grad(line):
    """Value and gradient of length with respect to line."""
    # forward sweep
    start, end = line
    start_0, start_1 = start
    end_0, end_1 = end
    length = dist((start_0, start_1), (end_0, end_1))
    # reverse sweep
    a = length != 0.0
    start_0_bar = (start_0 - end_0) / length if a else 0.0  # dlength/dstart_0
    start_1_bar = (start_1 - end_1) / length if a else 0.0  # dlength/dstart_1
    end_0_bar = -start_0_bar  # dlength/dend_0
    end_1_bar = -start_1_bar  # dlength/dend_1
    return length, ((start_0_bar, start_1_bar), (end_0_bar, end_1_bar))
