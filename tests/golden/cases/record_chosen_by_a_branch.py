from dataclasses import dataclass


@dataclass
class Interval:
    low: float
    high: float


def overlap(a: Interval, b: Interval):
    if a.low <= b.low:
        first, second = a, b
    else:
        first, second = b, a
    return (first.high - second.low) * (second.high - first.low)


# --- grad wrt=a,b at=(Interval(0.5, 2.0), Interval(0.2, 1.5)) ---
# Written by s2sdiff from record_chosen_by_a_branch.py, line 10.

from record_chosen_by_a_branch import Interval


def overlap_grad(a, b):
    """Gradient of overlap with respect to a and b."""
    # forward sweep
    a_low = a.low
    a_high = a.high
    b_low = b.low
    b_high = b.high
    c = a_low <= b_low
    if c:
        first_low = a_low
        first_high = a_high
        second_low = b_low
        second_high = b_high
    else:
        first_low = b_low
        first_high = b_high
        second_low = a_low
        second_high = a_high
    b_high_bar = first_high - second_low
    d = second_high - first_low
    # reverse sweep
    first_low_bar = -b_high_bar  # doverlap/dfirst_low
    second_low_bar = -d  # doverlap/dsecond_low
    if c:
        a_low_bar = first_low_bar  # doverlap/da_low
        a_high_bar = d  # doverlap/da_high
        b_low_bar = second_low_bar  # doverlap/db_low
    else:
        a_low_bar = second_low_bar  # doverlap/da_low
        a_high_bar = b_high_bar  # doverlap/da_high
        b_low_bar = first_low_bar  # doverlap/db_low
        b_high_bar = d  # doverlap/db_high
    return (
        Interval(low=a_low_bar, high=a_high_bar),
        Interval(low=b_low_bar, high=b_high_bar),
    )
