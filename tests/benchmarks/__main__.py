"""`python -m tests.benchmarks [--quick]`: prints all tables. Ratios are to code written by hand."""

import argparse

from tests.benchmarks import (
    array_programs,
    array_speed,
    counts,
    growth,
    loop_programs,
    loop_speed,
    speed,
    store_speed,
)
from tests.benchmarks.programs import PROGRAMS


def main():
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    parser.add_argument("--quick", action="store_true", help="one program, short functions")
    quick = parser.parse_args().quick
    if quick:
        tables = (
            speed.report(["Example 5.14"], 50, 300),
            loop_speed.report(["linear loop"], 20, 20, 10_000),
            counts.report(3),
            growth.report((100,), 1),
            array_speed.report(["softmax cross-entropy"], 5),
            store_speed.report(["k-means"], 10),
        )
    else:
        tables = (
            speed.report(PROGRAMS, 600, 400),
            loop_speed.report(loop_programs.PROGRAMS, 300, 40),
            counts.report(8),
            growth.report((250, 500, 1000, 2000), 2),
            array_speed.report(array_programs.PROGRAMS, 40),
            store_speed.report((), 60),
        )
    for number, table in enumerate(tables):
        if number:
            print()
        for line in table:
            print(line, flush=True)


if __name__ == "__main__":
    main()
