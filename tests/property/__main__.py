"""`python -m tests.property --count 100000 [--first SEED]`: many random programs.

Prints the smallest program that fails, and the number of programs that passed.
"""

import argparse
import sys

from tests.property.run import failing_seed, shrunk

parser = argparse.ArgumentParser(prog="python -m tests.property")
parser.add_argument("--count", type=int, default=1000)
parser.add_argument("--first", type=int, default=0)
options = parser.parse_args()
failures = 0
for seed in range(options.first, options.first + options.count):
    problem = failing_seed(seed)
    if problem is not None:
        failures += 1
        print(f"seed {seed}: {problem}\n{shrunk(seed)}", flush=True)
print(f"{options.count - failures} of {options.count} random programs passed")
sys.exit(failures > 0)
