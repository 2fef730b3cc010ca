"""`python -m tests.property --count 100000 [--first SEED] [--jobs J]`: many random programs.

Prints the failing programs, made small, and how many were compared, discarded and refused, by reason.
"""

import argparse
import functools
import multiprocessing
import sys
import time

from tests.property.run import GENERATORS, counted, outcome, report

parser = argparse.ArgumentParser(prog="python -m tests.property")
parser.add_argument("--count", type=int, default=1000)
parser.add_argument("--first", type=int, default=0)
parser.add_argument("--jobs", type=int, default=1)
parser.add_argument("--thorough", action="store_true", help="every comparison for every program")
parser.add_argument("--most", type=int, default=0, metavar="N", help="statements in a body")
parser.add_argument("--of", choices=list(GENERATORS), default="scalars", help="what programs")
parser.add_argument("--numba", action="store_true", help="compile each gradient with numba, too")
parser.add_argument("--mygrad", action="store_true", help="compare with MyGrad, too")
parser.add_argument("--unroll", action="store_true", help="compare with written-out loops, too")
parser.add_argument("--shrink", type=int, default=5, metavar="N", help="programs made small")


def main():
    options = parser.parse_args()
    seeds = range(options.first, options.first + options.count)
    begin = time.monotonic()
    what = {
        "most": options.most,
        "of": options.of,
        "numba": options.numba,
        "mygrad": options.mygrad,
        "unroll": options.unroll,
    }
    run_one = functools.partial(outcome, thorough=options.thorough, sparse=True, **what)
    with multiprocessing.Pool(options.jobs) as pool:
        outcomes = list(pool.imap_unordered(run_one, seeds, chunksize=20))
    seconds = time.monotonic() - begin
    print(counted(outcomes))
    print(f"{len(outcomes) / seconds:.1f} programs per second", flush=True)
    failed = sorted(found for found in outcomes if found.kind == "failed")
    print("failing seeds:", *(f"{found.seed} ({found.why})" for found in failed), sep="\n  ")
    heads = {}
    for found in failed:
        heads.setdefault(found.why, []).append(found.seed)
    for seeds in list(heads.values())[: options.shrink]:
        print(report(seeds[0], **what), flush=True)
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
