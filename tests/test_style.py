"""Ruff, mypy, and words that the project uses once."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = sorted((ROOT / "s2sdiff").rglob("*.py"))


def run(*command):
    return subprocess.run(
        [sys.executable, "-m", *command], capture_output=True, text=True, cwd=ROOT
    )


def test_ruff():
    done = run("ruff", "check", "--no-cache", ".")
    assert done.returncode == 0, done.stdout


@pytest.mark.slow
def test_mypy():
    done = run("mypy", "--no-incremental", "--cache-dir", "/dev/null")
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_module_says_what_it_is_for(path):
    assert path.read_text().lstrip().startswith('"""')


AVOIDED = {
    r"\badjoint\b": "cotangent",
    r"\bbackward\b": "reverse",
    r"\bargnums\b": "wrt",
    r"\bcodegen\b": "emit",
    r"\bvjp_rule\b": "pullback",
}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_words(path):
    text = path.read_text()
    for pattern, word in AVOIDED.items():
        assert not re.search(pattern, text), f"say {word}"
