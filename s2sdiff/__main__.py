"""`python -m s2sdiff` is the command `s2sdiff`."""

import sys

from s2sdiff.cli import main

if __name__ == "__main__":
    sys.exit(main())
