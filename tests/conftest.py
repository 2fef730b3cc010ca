"""Options of the test suite, and the validator after every pass."""

from collections import Counter

from s2sdiff import pipeline

pipeline.VALIDATE = True


def pytest_addoption(parser):
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write the emitted code of golden files and examples as it is now",
    )
    parser.addoption(
        "--sample",
        type=int,
        default=1,
        metavar="N",
        help="of the tests in each file run only every Nth",
    )


def pytest_collection_modifyitems(config, items):
    step = config.getoption("--sample")
    cases, kept, dropped = Counter(), [], []
    for item in items:
        file = item.nodeid.partition("::")[0]
        (dropped if cases[file] % step else kept).append(item)
        cases[file] += 1
    if dropped:
        config.hook.pytest_deselected(items=dropped)
        items[:] = kept
