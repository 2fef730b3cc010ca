"""Runs one seed; shrinks a program that fails by leaving out lines while it still fails."""

import random
from collections import Counter

import mpmath

from s2sdiff.errors import S2SDiffError
from tests.property.compare import Mismatch, compare, compare_second_order
from tests.property.generator import Generator

REFUSALS = Counter()
ACCEPTED_REFUSALS = ("S2S305",)


def point_for(seed, count):
    generator = random.Random(seed + 1_000_003)
    return [round(generator.uniform(-2.0, 2.0), 3) for _ in range(count)]


def problem_with(text, count, point):
    """What is wrong with the derivatives of a program, or None."""
    try:
        compare(text, count, point)
        compare_second_order(text, count, point)
    except S2SDiffError as refusal:
        if refusal.code in ACCEPTED_REFUSALS:
            REFUSALS[refusal.code] += 1
            return None
        return f"refused: {refusal}"
    except Mismatch as mismatch:
        return str(mismatch)
    except (ArithmeticError, ValueError, NameError) as problem:
        return None if primal_raises(text, point) else f"{type(problem).__name__}: {problem}"
    return None


def primal_raises(text, point):
    scope = {}
    exec(text, scope)
    try:
        scope["f"](*point)
    except (ArithmeticError, ValueError, UnboundLocalError):
        return True
    return False


def failing_seed(seed):
    text, count = Generator(seed).program()
    return problem_with(text, count, point_for(seed, count))


def shrunk(seed):
    """The program of `seed` with as many lines left out as possible while it fails."""
    text, count = Generator(seed).program()
    point = point_for(seed, count)
    lines = text.splitlines()
    changed = True
    while changed:
        changed = False
        for index in range(len(lines) - 1, -1, -1):
            shorter = lines[:index] + lines[index + 1 :]
            try:
                still = problem_with("\n".join(shorter) + "\n", count, point)
            except (SyntaxError, NameError, KeyError, TypeError, mpmath.libmp.ComplexResult):
                continue
            if still is not None and "refused" not in still:
                lines, changed = shorter, True
    return "\n".join([*lines, f"# at {point}"])
