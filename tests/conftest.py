"""Options of the test suite, and the validator after every pass."""

from s2sdiff import pipeline

pipeline.VALIDATE = True


def pytest_addoption(parser):
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write the emitted code of golden files and examples as it is now",
    )
