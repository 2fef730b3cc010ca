"""Getting the text of functions: live function objects, files, and strings.

A file is parsed once and its tree is kept. A live function is found in its file by the position of
its code object, so decorators, several lambdas on a line, and methods are all told apart. The text
found is compiled again and compared with the function: a file edited after import is refused.
"""

from __future__ import annotations
import __future__

import ast
import copy
import dis
import functools
import linecache
import warnings
from types import CodeType, FunctionType
from typing import NoReturn, TypeAlias

from s2sdiff.errors import SourceFile, Span, fail

FunctionNode: TypeAlias = ast.FunctionDef | ast.Lambda


@functools.lru_cache(maxsize=256)
def _parse(path: str, text: str) -> tuple[ast.Module, SourceFile]:
    source = SourceFile(path, text)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            return ast.parse(text, filename=path), source
    except (SyntaxError, ValueError) as problem:
        span = None
        if isinstance(problem, SyntaxError) and problem.lineno:
            column = max(0, (problem.offset or 1) - 1)
            end = problem.end_offset - 1 if problem.end_offset else column + 1
            span = Span(source, problem.lineno, column, problem.lineno, max(end, column + 1))
        what = problem.msg if isinstance(problem, SyntaxError) else str(problem)
        fail("S2S102", f"not valid Python: {what}", span, "correct the file")


def parse(path: str, text: str) -> tuple[ast.Module, SourceFile]:
    """The tree of `text` and the file that spans point into. Raises S2S102."""
    return _parse(path, text)


def read_file(path: str) -> str:
    """The text of the file. Raises S2S103 where it cannot be read, S2S102 where it is not text."""
    try:
        with open(path, "rb") as stream:
            data = stream.read()
    except OSError as problem:
        reason = (problem.strerror or str(problem)).lower()
        fail("S2S103", f"cannot read {path}: {reason}", None, "name an existing Python file")
    encoding = _declared_encoding(data)
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        fail("S2S102", f"{path} is not a text in {encoding}", None, "save the file as UTF-8")


def _declared_encoding(data: bytes) -> str:
    import io
    import tokenize

    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    except SyntaxError:
        return "utf-8"
    return encoding


def span_of(node: ast.AST, source: SourceFile) -> Span:
    """Where `node` stands. AST columns count UTF-8 bytes; spans count characters."""
    line: int = getattr(node, "lineno", 1)
    end_line: int = getattr(node, "end_lineno", None) or line
    lines = source.lines

    def column(number: int, offset: int) -> int:
        if not 0 < number <= len(lines):
            return offset
        text = lines[number - 1]
        return offset if text.isascii() else len(text.encode()[:offset].decode(errors="ignore"))

    start = column(line, getattr(node, "col_offset", 0))
    end = column(end_line, getattr(node, "end_col_offset", None) or start + 1)
    return Span(source, line, start, end_line, end)


@functools.lru_cache(maxsize=256)
def function_nodes(tree: ast.AST) -> tuple[FunctionNode, ...]:
    """Every function and lambda in `tree`; a file is walked once for all functions that it has."""
    return tuple(node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.Lambda))


def find_live(function: FunctionType, text: str | None) -> tuple[FunctionNode, SourceFile]:
    """The AST of a function object, and its file. Raises S2S101, S2S102, S2S105.

    `text` is the source of the function's file where that cannot be found on its own.
    """
    code = function.__code__
    given = text is not None
    if text is None:
        linecache.checkcache(code.co_filename)
        text = "".join(linecache.getlines(code.co_filename, function.__globals__))
    if not text:
        _refuse_without_text(function)
    tree, source = parse(code.co_filename, text)
    node = _node_of_code(code, tree, by_name=given)
    if node is not None and "__class__" in code.co_freevars:
        refuse_super(function.__qualname__, span_of(node, source))
    if node is None or not _same_code(node, code):
        if not given and code.co_filename.startswith("<"):
            _refuse_without_text(function)  # since 3.13, "<string>" is what `-c` runs
        fail(
            "S2S105",
            f"the text of {source.path} does not contain this {function.__qualname__}",
            None,
            "reload the module if its file was edited",
        )
    return node, source


def _refuse_without_text(function: FunctionType) -> NoReturn:
    what = f"the source text of {function.__qualname__} is not available"
    fail("S2S101", what, None, "put the function in a file, or pass its text: grad(f, source=text)")


def refuse_super(name: str, span: Span) -> NoReturn:
    """Raise S2S302 for `super()`."""
    what = f"{name} uses super() or __class__, which is not accepted"
    fail("S2S302", what, span, "call the method of the base class: Base.method(self, ...)")


def _node_of_code(code: CodeType, tree: ast.Module, by_name: bool) -> FunctionNode | None:
    if code.co_name == "<lambda>":
        return _lambda_of_code(code, tree)
    named = [
        node
        for node in function_nodes(tree)
        if isinstance(node, ast.FunctionDef) and node.name == code.co_name
    ]
    for node in named:
        first = min([node.lineno, *(mark.lineno for mark in node.decorator_list)])
        if first == code.co_firstlineno:
            return node
    return named[0] if by_name and len(named) == 1 else None


def _lambda_of_code(code: CodeType, tree: ast.Module) -> ast.Lambda | None:
    """The smallest lambda whose body holds the positions of the code's instructions."""
    spots = [
        (line, column)
        for line, _, column, _ in code.co_positions()
        if line is not None and column is not None and column > 0
    ]
    candidates = [
        node
        for node in function_nodes(tree)
        if isinstance(node, ast.Lambda) and node.lineno <= code.co_firstlineno
    ]
    if not spots:
        fitting = [node for node in candidates if node.lineno == code.co_firstlineno]
        return fitting[0] if len(fitting) == 1 else None

    def holds(node: ast.Lambda) -> bool:
        body = node.body
        assert body.end_lineno is not None and body.end_col_offset is not None
        low, high = (body.lineno, body.col_offset), (body.end_lineno, body.end_col_offset)
        return any(low <= spot < high for spot in spots)

    fitting = [node for node in candidates if holds(node) and _same_code(node, code)]
    return max(fitting, key=lambda node: (node.body.lineno, node.body.col_offset), default=None)


def _same_code(node: FunctionNode, code: CodeType) -> bool:
    """Does compiling `node` give `code`? Constants, names and arguments are compared.

    Functions with `assert` in them may have been rewritten by a test runner; then only the arguments
    are.
    """
    arguments = node.args
    names = [a.arg for a in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
    names += [a.arg for a in (arguments.vararg, arguments.kwarg) if a is not None]
    if tuple(names) != code.co_varnames[: len(names)]:
        return False
    if any(isinstance(inner, ast.Assert) for inner in ast.walk(node)):
        return True
    wanted = _facts(code)
    if isinstance(node, ast.Lambda):
        statement: ast.stmt = ast.Expr(node)
    else:
        statement = copy.copy(node)
        statement.decorator_list = []
    outer = ast.parse("def _s2sdiff_holder(): pass")
    holder = outer.body[0]
    assert isinstance(holder, ast.FunctionDef)
    holder.args.args = [ast.arg(name) for name in code.co_freevars if name != "__class__"]
    holder.body = [statement]
    if code.co_name not in code.co_freevars and code.co_name.isidentifier():
        holder.body.insert(0, ast.Global([code.co_name]))  # what calls itself finds itself there
    ast.fix_missing_locations(outer)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)
        future = code.co_flags & __future__.annotations.compiler_flag
        compiled = compile(outer, code.co_filename, "exec", future, dont_inherit=True)
    inner = _code_named(compiled, code.co_name)
    return inner is not None and _facts(inner) == wanted


def _code_named(code: CodeType, name: str) -> CodeType | None:
    for const in code.co_consts:
        if isinstance(const, CodeType):
            if const.co_name == name:
                return const
            found = _code_named(const, name)
            if found is not None:
                return found
    return None


# Instructions that are the same wherever a function is compiled. How an attribute is called depends on
# what else its module imports, and is left out.
_STABLE = frozenset(
    {"BINARY_OP", "COMPARE_OP", "IS_OP", "CONTAINS_OP", "LOAD_CONST", "LOAD_FAST", "STORE_FAST"}
    | {"UNARY_NEGATIVE", "UNARY_POSITIVE", "UNARY_NOT", "LOAD_DEREF", "LOAD_GLOBAL", "RETURN_CONST"}
)


def _facts(code: CodeType) -> tuple[object, ...]:
    """What two compilations of the same text share, and different texts hardly do."""
    constants = tuple(
        _facts(const) if isinstance(const, CodeType) else repr(const) for const in code.co_consts
    )
    steps = tuple(
        (step.opname, step.argrepr.removeprefix("NULL + ").removesuffix(" + NULL"))
        for step in dis.get_instructions(code)
        if step.opname in _STABLE and not isinstance(step.argval, CodeType)
    )
    return (code.co_names, code.co_varnames, sorted(code.co_freevars), constants, steps)
