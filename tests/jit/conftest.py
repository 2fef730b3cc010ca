"""Where the generated files of these tests lie."""

import pytest


@pytest.fixture(autouse=True)
def folder(tmp_path_factory, monkeypatch):
    """Generated files are kept for the whole run, so that each text is compiled once."""
    kept = tmp_path_factory.getbasetemp() / "generated"
    kept.mkdir(exist_ok=True)
    monkeypatch.setenv("S2SDIFF_CACHE_DIR", str(kept))
