"""A second oracle: the program with its loops written out, in which each index is a constant.

    for i in range(len(x) - 1):           i = 0
        y[i + 1] = x[i] * y[i]     ->     y[1] ...  # the body, once for each turn

Loops over `range` of constants and of lengths of parameters are written out, unless they can be left early.
"""

import ast
import copy

MOST = 400  # statements of the program that is written out


def unrolled(text, arguments):
    """The text of the program with such loops written out; None where there is none, or it gets long."""
    tree = ast.parse(text)
    function = next(n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == "f")
    names = [parameter.arg for parameter in function.args.args]
    bound = {n.id for n in ast.walk(function) if isinstance(n, ast.Name) and _is_stored(n)}
    known = {n: a for n, a in zip(names, arguments, strict=True) if n not in bound}
    run = _Unroller({n: len(a) for n, a in known.items() if hasattr(a, "__len__")})
    run.visit(function)
    statements = sum(isinstance(node, ast.stmt) for node in ast.walk(function))
    if not run.count or statements > MOST:
        return None
    return ast.unparse(ast.fix_missing_locations(tree))


def _is_stored(node):
    return isinstance(node.ctx, ast.Store)


class _Unroller(ast.NodeTransformer):
    """`lengths` are those of the parameters that stay what they are; `count` is of written-out loops."""

    def __init__(self, lengths):
        self.lengths = lengths
        self.count = 0

    def visit_For(self, node):
        self.generic_visit(node)
        turns = self.turns(node.iter)
        leaves = any(isinstance(inner, ast.Break | ast.Continue) for inner in ast.walk(node))
        if turns is None or leaves or not isinstance(node.target, ast.Name) or node.orelse:
            return node
        self.count += 1
        found = []
        for turn in turns:
            found.append(ast.Assign([copy.deepcopy(node.target)], ast.Constant(turn)))
            found += copy.deepcopy(node.body)
        return found or ast.Pass()

    def turns(self, over):
        if not isinstance(over, ast.Call) or ast.unparse(over.func) != "range":
            return None
        names = {n.id for n in ast.walk(over) if isinstance(n, ast.Name)} - {"range", "len"}
        if not names <= self.lengths.keys():
            return None
        sizes = {name: range(length) for name, length in self.lengths.items()}
        return eval(ast.unparse(over), {"len": len, "range": range, **sizes})
