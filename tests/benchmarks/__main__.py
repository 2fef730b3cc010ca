"""`python -m tests.benchmarks [--quick]`: prints all tables. Ratios are to code written by hand."""

import argparse

from tests.benchmarks.measure import (
    compile_seconds,
    first_gradient_seconds,
    gradient_table,
    growth_table,
    nested,
    operation_counts,
)

parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
parser.add_argument("--quick", action="store_true")
quick = parser.parse_args().quick

print("Time of value and gradient, as a multiple of the same written by hand")
for program, contender, ratio in gradient_table(5 if quick else 60, 500 if quick else 4000):
    print(f"  {program:<14} {contender:<18} {ratio:8.2f}")

print("\nOperations of value and gradient over those of the function (largest five)")
for name, primal, derived in operation_counts()[:5]:
    print(f"  {name:<32} {derived:4} / {primal:<4} = {derived / primal:.2f}")

print("\nFrom function to gradient function")
print(f"  Example 5.14: {1e3 * first_gradient_seconds(5 if quick else 30):.1f} ms")
for size, taken, each in growth_table((250, 500) if quick else (250, 500, 1000, 2000)):
    print(f"  {size:5} statements: {taken:6.2f} s, {each:.2f} ms each")
print(f"  300 levels in one expression: {compile_seconds(nested(300)):.2f} s")
