"""Runs random programs seed by seed and counts what became of them."""

import re
from collections import Counter
from contextlib import contextmanager
from typing import NamedTuple

from s2sdiff import pipeline
from tests.property.arrays import ArrayGenerator
from tests.property.compare import Discarded, Failure, Refused, check
from tests.property.generator import Generator
from tests.property.shrink import shown, shrink


class Outcome(NamedTuple):
    """What became of one seed: "compared", "discarded", "refused" or "failed", and why."""

    seed: int
    kind: str
    why: str


def sampled(seed, sparse):
    """Which of the expensive comparisons the program of a seed gets."""
    every = 16 if sparse else 8
    return {"second": seed % every == 0, "again": seed % (2 * every) == 0}


@contextmanager
def validated(every_pass):
    """Passes are validated inside, or none of them, which takes 40 % less time."""
    before, pipeline.VALIDATE = pipeline.VALIDATE, every_pass
    try:
        yield
    finally:
        pipeline.VALIDATE = before


GENERATORS = {"scalars": Generator, "arrays": ArrayGenerator}


def outcome(
    seed,
    thorough=False,
    most=0,
    of="scalars",
    numba=False,
    mygrad=False,
    unroll=False,
    sparse=False,
):
    """What becomes of the program of a seed; with `sparse` few have the expensive checks."""
    what = {"second": True, "again": True} if thorough else sampled(seed, sparse)
    what |= {"numba": numba, "mygrad": mygrad, "unroll": unroll}
    try:
        with validated(thorough or not sparse or seed % 10 == 0):
            check(GENERATORS[of](seed, most).program(), **what)
    except Discarded as reason:
        return Outcome(seed, "discarded", str(reason))
    except Refused as reason:
        return Outcome(seed, "refused", head(str(reason)))
    except Failure as failure:
        return Outcome(seed, "failed", head(failure.head))
    return Outcome(seed, "compared", "")


def head(message):
    """A message without the names and numbers of the program at hand."""
    return re.sub(r"\b([a-z]\d*_?|x_bar|state\d*|count\d*)\b", "_", message)[:110]


def report(seed, seconds=40.0, most=0, of="scalars", numba=False, mygrad=False, unroll=False):
    """The program of a failing seed, made small, with what went wrong."""
    what = {"second": True, "again": True}
    what |= {"numba": numba, "mygrad": mygrad, "unroll": unroll}
    program, failure = shrink(GENERATORS[of](seed, most).program(), seconds, **what)
    if failure is None:
        return f"seed {seed}: it does not fail again"
    return f"seed {seed}: {shown(program, failure)}"


def counted(outcomes):
    """Lines that say how many programs were compared, discarded and refused, by reason."""
    kinds = Counter(found.kind for found in outcomes)
    reasons = Counter((found.kind, found.why) for found in outcomes if found.kind != "compared")
    lines = [", ".join(f"{kinds[kind]} {kind}" for kind in KINDS)]
    lines += [f"  {number:6} {kind}: {why}" for (kind, why), number in reasons.most_common()]
    return "\n".join(lines)


KINDS = ("compared", "discarded", "refused", "failed")
