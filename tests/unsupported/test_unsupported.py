"""One case for each refusal, with the exact message.

    # --- value_and_grad wrt=x ---

Above the line stands a file whose last function is asked for; below it the message, each line behind
a `#`. `pytest --update-golden` writes what is said now; read the difference before committing it.
"""

import ast
import re
from pathlib import Path

import pytest

from s2sdiff.errors import CODES, S2SDiffError
from s2sdiff.frontend.lower import lower
from s2sdiff.frontend.modules import module_from_text
from s2sdiff.frontend.targets import find_target
from s2sdiff.frontend.signatures import types_from_annotations
from s2sdiff.pipeline import Step, compile_text

CASES = sorted((Path(__file__).parent / "cases").glob("*.py"))
LINE = re.compile(r"^# --- (\w+) wrt=([\w,]+) ---$", re.MULTILINE)


def message_for(path, text, operator, wrt):
    """The refusal of the last function in `text`."""
    with pytest.raises(S2SDiffError) as caught:
        module = module_from_text(str(path), text)
        functions = [n.name for n in module.tree.body if isinstance(n, ast.FunctionDef)]
        function = find_target(module, functions[-1])
        primal = lower(function, types_from_annotations(function, {})).function
        names = tuple(wrt.split(",")) if "," in wrt else wrt
        compile_text(primal, (Step(operator, names),))
    return str(caught.value)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_message(path, request):
    text = path.read_text()
    asked = LINE.search(text)
    assert asked, f"{path.name} has no line that says what is asked"
    program = text[: asked.start()]
    said = message_for(path, program, asked[1], asked[2])
    commented = "\n".join(f"# {line}" for line in said.splitlines())
    if request.config.getoption("--update-golden"):
        path.write_text(f"{program}{asked[0]}\n{commented}\n")
        return
    assert text[asked.end() :].strip("\n") == commented


def test_messages_have_place_and_remedy():
    """Every refusal names a line of the file and says what to do."""
    for path in CASES:
        said = LINE.split(path.read_text())[-1]
        assert f"{path.name}:" in said, path.name
        assert "^" in said, path.name
        assert len([line for line in said.splitlines() if line.startswith("#   ")]) >= 3, path.name


def test_codes_are_explained():
    used = {LINE.split(path.read_text())[-1].split()[1] for path in CASES}
    assert used <= CODES.keys()
    assert {"S2S301", "S2S302", "S2S305", "S2S306", "S2S307", "S2S201"} <= used
