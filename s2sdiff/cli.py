"""The command line: `s2sdiff emit | trace | check | graph | rules | explain`.

`emit`, `trace`, `check` and `graph` take FILE:FUNCTION. The file is parsed, never executed. Rooms are
imported by the command that needs them, so each starts fast.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from typing import TYPE_CHECKING

from s2sdiff.errors import CODES, S2SDiffError, fail

if TYPE_CHECKING:
    from s2sdiff.emit.module import Emitted
    from s2sdiff.ir.core import Function
    from s2sdiff.pipeline import Plan, Wrt

LIBRARIES = ("numpy", "scipy")  # which programs may need, and s2sdiff itself does not
MARK = "# Written by s2sdiff"
_MODES = ("grad", "value_and_grad", "vjp", "jvp", "jacobian", "hessian", "hvp")


def main(argv: list[str] | None = None) -> int:
    """Run one command; the exit status: 0 done, 1 refused or DIFFERENT, 2 wrong usage."""
    arguments = _parser().parse_args(argv)
    try:
        status: int = arguments.run(arguments)
        sys.stdout.flush()
    except S2SDiffError as problem:
        print(problem, file=sys.stderr)
        return 1
    except ModuleNotFoundError as missing:
        if missing.name not in LIBRARIES:
            raise
        message = f"S2S503 {missing.name} is not installed, and the function uses it"
        print(f"{message}\n  pip install {missing.name}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="s2sdiff", description="Differentiate plain Python functions, source to source."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    emit = commands.add_parser("emit", help="write the source of a derivative")
    _add_target(emit)
    _add_mode(emit)
    emit.add_argument("-o", "--output", metavar="PATH", help="write to a file, not to the terminal")
    emit.add_argument("--force", action="store_true", help="replace a file that is not ours")
    emit.add_argument("--check", action="store_true", help="prove it, and say so in the header")
    emit.add_argument(
        "--target",
        dest="dialect",
        choices=("python", "numba"),
        default="python",
        help="numba: a file that numba compiles (default: python)",
    )
    emit.add_argument(
        "--explain", action="store_true", help="say what loops and stores keep, and why"
    )
    emit.set_defaults(run=_emit)

    trace = commands.add_parser("trace", help="print the three-address trace and its derivatives")
    _add_target(trace)
    trace.add_argument("--latex", action="store_true", help="as a LaTeX document")
    trace.add_argument("--at", metavar="X=0.7,...", help="add the values at this point")
    trace.add_argument("--count", action="store_true", help="compare numbers of operations")
    trace.set_defaults(run=_trace)

    check = commands.add_parser("check", help="is the derivative right? compare it with SymPy")
    _add_target(check)
    _add_mode(check)
    check.set_defaults(run=_check)

    graph = commands.add_parser("graph", help="print the computation graph")
    _add_target(graph)
    graph.add_argument("--format", choices=("dot", "mermaid"), default="dot")
    graph.set_defaults(run=_graph)

    rules = commands.add_parser("rules", help="list the functions that have a derivative rule")
    rules.add_argument("--subset", action="store_true", help="list refused constructs instead")
    rules.set_defaults(run=_rules)

    explain = commands.add_parser("explain", help="explain an error code")
    explain.add_argument("code", metavar="CODE")
    explain.set_defaults(run=_explain)
    return parser


def _add_target(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("target", metavar="FILE:FUNCTION")
    parser.add_argument(
        "--wrt", default=None, metavar="X,Y", help="parameters (default: the first one)"
    )
    parser.add_argument(
        "--types", default=None, metavar="'X: FLOAT, P: ...'", help="types of parameters"
    )


def _add_mode(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--mode",
        default="value_and_grad",
        metavar="MODE",
        help=f"{', '.join(_MODES)} (default: value_and_grad); several, as in grad,grad, are "
        "applied from left to right",
    )


def _primal(arguments: argparse.Namespace) -> Function:
    """The three-address trace of FILE:FUNCTION."""
    from s2sdiff.frontend.lower import lower
    from s2sdiff.frontend.modules import read_module
    from s2sdiff.frontend.signatures import parse_types, types_from_annotations
    from s2sdiff.frontend.targets import find_target
    from s2sdiff.pipeline import check_wrt

    path, colon, name = arguments.target.rpartition(":")
    if not colon or not path or not name:
        fail(
            "S2S103",
            f"{arguments.target!r} does not name a function",
            None,
            "write FILE:FUNCTION, for example model.py:loss",
        )
    function = find_target(read_module(path), name)
    given = parse_types(arguments.types) if arguments.types else {}
    types = types_from_annotations(function, given)
    check_wrt(function.name, function.span, types, _wrt(arguments.wrt))
    return lower(function, types).function


def _wrt(text: str | None) -> Wrt:
    """`--wrt`: one name, or several with commas (`x,` is a tuple of one)."""
    if text is None:
        return 0
    entries = [entry.strip() for entry in text.split(",")]
    parsed = tuple(int(e) if e.lstrip("-").isdigit() else e for e in entries if e)
    return parsed if len(entries) > 1 or not parsed else parsed[0]


def _plan(arguments: argparse.Namespace) -> Plan:
    from s2sdiff.pipeline import OPERATORS, Step

    wrt = _wrt(arguments.wrt)
    known = {name: name for name in OPERATORS}
    steps: list[Step] = []
    for mode in arguments.mode.split(","):
        if mode.strip() not in known:
            fail("S2S401", f"there is no mode {mode.strip()!r}", None, f"modes: {', '.join(known)}")
        steps.append(Step(known[mode.strip()], wrt))
    return tuple(steps)


def _emit(arguments: argparse.Namespace) -> int:
    from s2sdiff.pipeline import compile_text

    primal, plan = _primal(arguments), _plan(arguments)
    emitted = compile_text(primal, plan, (), arguments.dialect, arguments.explain)
    if arguments.check:
        from s2sdiff.check.gradient import check_text

        report = check_text(primal, plan, compile_text(primal, plan))
        if not report.ok:
            print(report, file=sys.stderr)
            return 1
        header = (f"Checked: {report.headline}.",)
        emitted = compile_text(primal, plan, header, arguments.dialect, arguments.explain)
    if arguments.explain:
        print("\n".join(emitted.remarks or ("no loops: nothing is recorded",)), file=sys.stderr)
    if arguments.output is None:
        sys.stdout.write(emitted.source)
    else:
        _write(arguments.output, emitted, arguments.force)
    return 0


def _write(path: str, emitted: Emitted, force: bool) -> None:
    """Write the file whole or not at all. Raises S2S501, S2S502."""
    if os.path.exists(path) and not force and not _is_ours(path):
        fail("S2S502", f"{path} was not written by s2sdiff", None, "give another path, or --force")
    part = ""
    try:
        folder = os.path.dirname(os.path.abspath(path))
        with tempfile.NamedTemporaryFile(
            "w", dir=folder, prefix=".s2sdiff-", suffix=".py", delete=False, encoding="utf-8"
        ) as stream:
            part = stream.name
            stream.write(emitted.source)
        os.chmod(part, 0o666 & ~_umask())
        os.replace(part, path)
    except OSError as problem:
        if part and os.path.exists(part):
            os.unlink(part)
        reason = (problem.strerror or str(problem)).lower()
        fail("S2S501", f"cannot write {path}: {reason}", None, "nothing was written")


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _is_ours(path: str) -> bool:
    """Was this file written by s2sdiff, or is it empty?"""
    try:
        with open(path, encoding="utf-8", errors="replace") as stream:
            first = stream.readline()
    except OSError:
        return os.path.isdir(path)
    return first.startswith(MARK) or not first


def _trace(arguments: argparse.Namespace) -> int:
    from s2sdiff.pipeline import resolve_wrt
    from s2sdiff.show.trace import render_latex, render_text, trace_table

    primal = _primal(arguments)
    wrt, _ = resolve_wrt(primal, _wrt(arguments.wrt))
    at = _point(arguments.at) if arguments.at else None
    if not (arguments.latex or at or arguments.count):
        from s2sdiff.show.regions import has_regions, render_regions

        if has_regions(primal):
            sys.stdout.write(render_regions(primal, wrt))
            return 0
    table = trace_table(primal, wrt)
    render = render_latex if arguments.latex else render_text
    sys.stdout.write(render(table, at))
    if arguments.count:
        from s2sdiff.show.count import count_operations, render_counts

        counts = "\n" + render_counts(count_operations(primal, wrt))
        sys.stdout.write(counts.replace("\n", "\n% ").rstrip("% ") if arguments.latex else counts)
    return 0


def _point(text: str) -> dict[str, float]:
    """`--at x=0.7,y=2` as numbers. Raises S2S404."""
    point: dict[str, float] = {}
    for entry in text.split(","):
        name, equals, value = entry.partition("=")
        try:
            point[name.strip()] = float(value)
        except ValueError:
            equals = ""
        if not equals:
            fail("S2S404", f"--at has {entry.strip()!r}", None, "write --at x=0.7,y=2")
    return point


def _check(arguments: argparse.Namespace) -> int:
    from s2sdiff.check.gradient import check_text
    from s2sdiff.pipeline import compile_text

    primal, plan = _primal(arguments), _plan(arguments)
    report = check_text(primal, plan, compile_text(primal, plan))
    print(report)
    return 0 if report.ok else 1


def _graph(arguments: argparse.Namespace) -> int:
    from s2sdiff.show.graph import render_dot, render_mermaid

    render = render_dot if arguments.format == "dot" else render_mermaid
    sys.stdout.write(render(_primal(arguments)))
    return 0


def _rules(arguments: argparse.Namespace) -> int:
    from s2sdiff.show.report import render_rules, render_subset

    sys.stdout.write(render_subset() if arguments.subset else render_rules())
    return 0


def _explain(arguments: argparse.Namespace) -> int:
    code = arguments.code.upper()
    if code not in CODES:
        print(f"there is no code {arguments.code}; codes are {', '.join(CODES)}", file=sys.stderr)
        return 2
    print(f"{code}\n\n{CODES[code]}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
