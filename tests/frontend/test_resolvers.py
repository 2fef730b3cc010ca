"""Two ways in, one meaning: the live and the static resolver give the same text."""

import importlib.util
import textwrap

import pytest

from s2sdiff import value_and_grad
from s2sdiff.errors import S2SDiffError
from s2sdiff.frontend.lower import lower
from s2sdiff.frontend.modules import read_module
from s2sdiff.frontend.signatures import types_from_annotations
from s2sdiff.frontend.targets import find_target
from s2sdiff.pipeline import Step, compile_text

PROGRAMS = {
    "example": """
        import math

        def f(x):
            return math.sqrt(x**2 + math.exp(x**2)) + math.cos(x**2 + math.exp(x**2))
        """,
    "imports": """
        import math as m
        from math import exp as e, pi
        import numpy as xp
        import numpy.linalg

        def f(x):
            return m.sin(x) * e(x) + xp.cos(pi * x)
        """,
    "constants": """
        import math

        A, B = 0.01, 100
        RATE: float = -0.5
        TWICE = 2 * math.pi
        TABLE = (1.0, [2.0, 3.0])
        NAMED = {"k": 4.0}
        ROOT = math.sqrt(2.0)
        ALIAS = RATE

        def f(x):
            return A * x + B * RATE + TWICE * x * TABLE[1][0] + NAMED["k"] * ROOT + ALIAS * x
        """,
    "functions": """
        import math
        import functools

        def square(z, *, scale=1.0):
            return scale * z * z

        cube = lambda z: z**3
        alias = cube
        sine = math.sin
        doubled = functools.partial(square, scale=2.0)

        def f(x, y=0.5):
            def inner(a, *rest, k=1.5):
                return a * k + sum(rest)

            return square(x) + alias(y) + sine(x) + doubled(x) + inner(x, y, x, k=y)
        """,
    "shadowing": """
        from math import sin

        def sin(z):
            return z * 2.0

        abs = lambda z: z * 3.0

        def f(x):
            max = x
            return abs(x) * max
        """,
    "static values": """
        MODE = "fast"
        FLAG = None

        def f(x, order=2, kind="a"):
            if MODE == "fast" and FLAG is None:
                x = x * order
            elif kind in ("a", "b"):
                x = x + 1
            return x if not FLAG else -x
        """,
    "statements": """
        def f(x: float, y: float = 2.0):
            '''A docstring.'''
            a = b = x * y
            c: float = a + b
            (d, *e), g = (c, x, y), c
            d += sum(e)
            if (h := d * g) is not None:
                pass
            del a
            assert True, "never"
            u, v = divmod(h, 2.0)
            return v * u + [x, y][-1] + (x, y)[0:1][0] + abs(-h) + pow(x, 2) + round(x)
        """,
}


def live_source(path):
    spec = importlib.util.spec_from_file_location("program", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return value_and_grad(module.f).source


def static_source(path):
    function = find_target(read_module(str(path)), "f")
    types = types_from_annotations(function, {})
    return compile_text(lower(function, types).function, (Step("value_and_grad"),)).source


@pytest.mark.parametrize("name", [name for name in PROGRAMS if name != "shadowing"])
def test_both_ways_give_the_same_text(name, tmp_path):
    if name == "imports":
        pytest.importorskip("numpy")
    path = tmp_path / "program.py"
    path.write_text(textwrap.dedent(PROGRAMS[name]))
    assert static_source(path) == live_source(path)


def test_a_library_name_bound_again_is_not_the_library(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(textwrap.dedent(PROGRAMS["shadowing"]))
    assert "abs(" not in static_source(path).split("def ")[1]
    assert static_source(path) == live_source(path)


def write_package(root):
    (root / "pkg").mkdir()
    (root / "pkg" / "__init__.py").write_text("from .helpers import square as sq\n1 / 0\n")
    (root / "pkg" / "helpers.py").write_text("def square(x):\n    return x * x\n\n\nHALF = 0.5\n")
    (root / "pkg" / "more.py").write_text("from . import helpers\nfrom .helpers import HALF\n")
    (root / "sibling.py").write_text(
        "import math\n\n\ndef g(x):\n    return math.sin(x)\n\n\nK = 3.0\n"
    )


IMPORTS = {
    "from sibling import g": "g(x)",
    "import sibling": "sibling.g(x)",
    "import sibling as s": "s.K * s.g(x)",
    "from pkg import sq": "sq(x)",
    "import pkg.helpers": "pkg.helpers.square(x)",
    "import pkg.helpers as h": "h.square(x) * h.HALF",
    "from pkg import helpers": "helpers.square(x)",
    "from pkg.more import helpers, HALF": "helpers.square(x) * HALF",
    "from sibling import *": "g(x) * K",
}


@pytest.mark.parametrize("statement", IMPORTS)
def test_files_beside_are_read_and_not_run(statement, tmp_path):
    write_package(tmp_path)
    path = tmp_path / "program.py"
    path.write_text(f"{statement}\n\n\ndef f(x):\n    return {IMPORTS[statement]}\n")
    scope = {}
    exec(static_source(path), scope)
    assert scope["f_value_and_grad"](0.5)[1] != 0.0


def test_relative_imports(tmp_path):
    write_package(tmp_path)
    path = tmp_path / "pkg" / "program.py"
    path.write_text(
        "from .helpers import square\nfrom . import helpers\n\n\n"
        "def f(x):\n    return square(x) * helpers.HALF\n"
    )
    assert "0.5" in static_source(path)


def test_imports_inside_a_function(tmp_path):
    write_package(tmp_path)
    path = tmp_path / "program.py"
    path.write_text(
        "def f(x):\n    import math as m\n    from sibling import g\n\n    return m.cos(x) * g(x)\n"
    )
    assert "cos(x)" in static_source(path)


def test_a_sibling_may_shadow_a_library_but_not_a_builtin_module(tmp_path):
    (tmp_path / "sys.py").write_text("def argv(x):\n    return x\n")
    (tmp_path / "scipy.py").write_text("def twice(x):\n    return 2.0 * x\n")
    path = tmp_path / "program.py"
    path.write_text("import sys\nimport scipy\n\n\ndef f(x):\n    return scipy.twice(x)\n")
    assert "2.0 * x" in static_source(path)
    path.write_text("import sys\n\n\ndef f(x):\n    return sys.argv(x)\n")
    with pytest.raises(S2SDiffError, match=r"no derivative rule for sys\.argv"):
        static_source(path)


def test_text_with_odd_indentation_and_letters(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(
        "def outer():\n"
        "    pass\n"
        "\n"
        "def f(größe):\n"
        '    """Column zero:\n'
        'below."""\n'
        "    π = 3.0; größe = größe * größe * π\n"
        "    return größe\n",
        encoding="utf-8",
    )
    assert "größe_bar" in static_source(path)
    assert static_source(path) == live_source(path)
    path.write_text("def f(größe):\n    return 'ü' + größe\n", encoding="utf-8")
    with pytest.raises(S2SDiffError) as caught:
        static_source(path)
    lines = str(caught.value).splitlines()
    assert lines[2].index("^") == lines[1].index("'ü'")
