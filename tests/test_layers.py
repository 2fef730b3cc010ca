"""A module imports only strictly lower lines of the design's table."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "s2sdiff"
LINES = {
    "errors": 0,
    "options": 0,
    "runtime": 0,
    "ir": 1,
    "rules": 2,
    "frontend": 3,
    "analysis": 3,
    "differentiate": 4,
    "simplify": 4,
    "emit": 5,
    "pipeline": 6,
    "api": 7,
    "check": 8,
    "show": 8,
    "cli": 9,
}
PUBLIC = {"__init__", "__main__"}
MODULES = sorted(PACKAGE.rglob("*.py"))


def room_of(path):
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_rooms(tree):
    for node in ast.walk(tree):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            module = node.module or ""
            names = [f"{module}.{a.name}" for a in node.names] if module == "s2sdiff" else [module]
        for name in names:
            parts = name.split(".")
            if parts[0] == "s2sdiff" and len(parts) > 1:
                yield parts[1], node.lineno


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_go_down(path):
    room = room_of(path)
    if room in PUBLIC:
        return
    for other, line in imported_rooms(ast.parse(path.read_text())):
        if other != room:
            where = f"{path.relative_to(PACKAGE)}:{line}"
            assert other in LINES, f"{where} imports {other}, which has no line"
            assert LINES[other] < LINES[room], f"{where}: {room} imports {other}"


def test_every_room_has_a_line():
    rooms = {room_of(path) for path in MODULES} - PUBLIC
    assert rooms <= LINES.keys()


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_no_module_is_much_over_500_lines(path):
    assert len(path.read_text().splitlines()) <= 520


def test_there_is_no_utils():
    assert not [path for path in MODULES if path.stem in ("utils", "misc", "common_utils")]
