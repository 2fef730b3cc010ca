"""Fixtures: from a Python function to its three-address trace."""

import pytest

from s2sdiff.frontend.lower import lower
from s2sdiff.frontend.names import entry_function
from s2sdiff.frontend.signatures import types_from_annotations


@pytest.fixture
def lowered():
    """A function's primal IR; types by name where annotations do not give them."""

    def run(function, **types):
        entry = entry_function(function)
        return lower(entry, types_from_annotations(entry, types)).function

    return run
