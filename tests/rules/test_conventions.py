"""Every row of the table of conventions, in both modes."""

import pytest

from s2sdiff.rules.conventions import CONVENTIONS
from s2sdiff.rules.registry import RULES
from tests.rules.samples import derivative

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")


@pytest.mark.parametrize("row", CONVENTIONS, ids=lambda row: f"{row.function}{row.arguments}")
def test_convention(row):
    wrt = tuple(range(len(row.arguments)))
    gradient = derivative(row.function, row.arguments, "grad", wrt)
    pushforward = derivative(row.function, row.arguments, "jvp", wrt)
    directions = [[float(at == other) for other in wrt] for at in wrt]
    if isinstance(row.partials, type):
        with pytest.raises(row.partials):
            gradient(*row.arguments)
        for direction in directions:
            with pytest.raises(row.partials):
                pushforward(*row.arguments, *direction)
        return
    assert gradient(*row.arguments) == row.partials
    for at, direction in enumerate(directions):
        assert pushforward(*row.arguments, *direction)[1] == row.partials[at]


def test_every_kink_has_a_row():
    rows = {RULES[row.function] for row in CONVENTIONS}
    assert all(rule in rows for rule in RULES.values() if rule.kinks)
