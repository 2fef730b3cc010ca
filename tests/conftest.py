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
        help="of the cases of each parametrised test run only every Nth",
    )


def pytest_collection_modifyitems(config, items):
    step = config.getoption("--sample")
    cases, kept, dropped = Counter(), [], []
    for item in items:
        test = item.nodeid.partition("[")[0]
        (dropped if cases[test] % step else kept).append(item)
        cases[test] += 1
    if dropped:
        config.hook.pytest_deselected(items=dropped)
        items[:] = kept
