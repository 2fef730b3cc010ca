"""The gradient of a random program by MyGrad, which follows views and stores into them as NumPy does.

The program runs on MyGrad's tensors. Where a read gives a number, NumPy's is a copy and MyGrad's a view:
it is copied here, as are numbers that `+=` would change in place.
"""

import ast
import math
import operator

import numpy as np

OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
MATH = ("sin", "cos", "tanh", "exp", "sqrt", "log")
MAKERS = ("zeros", "ones")


class Skipped(Exception):
    """MyGrad has no such operation."""


class _Rewritten(ast.NodeTransformer):
    """Reads as copies of numbers, `t += v` of a number as a new one, `a.copy()` as a product."""

    def visit_Subscript(self, node):
        self.generic_visit(node)
        return _call("_read", node) if isinstance(node.ctx, ast.Load) else node

    def visit_AugAssign(self, node):
        self.generic_visit(node)
        if not isinstance(node.target, ast.Name):
            return node
        name = type(node.op).__name__
        now = _call(
            "_augmented", ast.Name(node.target.id, ast.Load()), ast.Constant(name), node.value
        )
        return ast.Assign([node.target], now)

    def visit_Call(self, node):
        self.generic_visit(node)
        match node:
            case ast.Call(func=ast.Attribute(value=whole, attr="copy"), args=[], keywords=[]):
                return _call("_copied", whole)
            case ast.Call(func=ast.Name("reversed"), args=[whole]):
                return _call("_backwards", whole)
            case ast.Call(func=ast.Name("enumerate" | "zip" | "list"), args=args):
                node.args = [_call("_each", arg) for arg in args]
        return node

    def visit_For(self, node):
        self.generic_visit(node)
        node.iter = _call("_each", node.iter)
        return node

    def visit_comprehension(self, node):
        self.generic_visit(node)
        node.iter = _call("_each", node.iter)
        return node


def _call(name, *args):
    return ast.Call(ast.Name(name, ast.Load()), list(args), [])


class _Numpy:
    """`import numpy as np`, on tensors."""

    def __init__(self, mygrad):
        self.mygrad = mygrad

    def __getattr__(self, name):
        if name == "ndarray":
            return np.ndarray
        found = getattr(self.mygrad, name, None)
        if found is None:
            raise Skipped(f"np.{name}")
        if not callable(found):
            return found
        return lambda x, *rest: found(self.array(x) if isinstance(x, list) else x, *rest)

    def zeros(self, shape):
        return self.mygrad.tensor(np.zeros(shape))

    def ones(self, shape):
        return self.mygrad.tensor(np.ones(shape))

    def full(self, shape, value):
        return self.zeros(shape) + value

    def array(self, items):
        if isinstance(items, list) and not all(isinstance(each, int) for each in items):
            return self.mygrad.stack([self.mygrad.tensor(0.0) + each for each in items])
        return np.array(items) if isinstance(items, list) else items * 1.0

    def asarray(self, items):
        return self.array(items) if isinstance(items, list) else items

    def dot(self, one, two):
        return self.mygrad.matmul(one, two)

    def copyto(self, into, value):
        into[...] = value

    def stack(self, items):
        return self.mygrad.stack(list(items))

    def concatenate(self, items):
        return self.mygrad.concatenate(list(items))

    def sin(self, x, out=None):
        return self.stored("sin", x, out)

    def cos(self, x, out=None):
        return self.stored("cos", x, out)

    def tanh(self, x, out=None):
        return self.stored("tanh", x, out)

    def stored(self, name, x, out):
        found = getattr(self.mygrad, name)(x)
        if out is None:
            return found
        out[...] = found
        return out


class _Math:
    """`import math`, on tensors without axes."""

    def __init__(self, mygrad):
        self.mygrad = mygrad

    def __getattr__(self, name):
        if name not in MATH:
            return getattr(math, name)
        return getattr(self.mygrad, name)


def gradient_by_mygrad(text, arguments, wrt):
    """Value and gradients. Raises Skipped where MyGrad cannot run the program."""
    import mygrad

    def is_number(value):
        return isinstance(value, mygrad.Tensor) and value.ndim == 0

    def read(value):
        return value * 1.0 if is_number(value) else value

    def augmented(value, name, other):
        operation = OPERATORS[getattr(ast, name)]
        if isinstance(value, mygrad.Tensor) and not is_number(value):
            value[...] = operation(value, other)
            return value
        return operation(value, other)

    def copied(value):
        return value * 1.0 if isinstance(value, mygrad.Tensor) else value.copy()

    def each(values):
        return map(read, values) if isinstance(values, mygrad.Tensor) else values

    def backwards(values):
        return (read(values[at]) for at in range(len(values) - 1, -1, -1))

    tree = ast.fix_missing_locations(_Rewritten().visit(ast.parse(text)))
    imports = {"numpy": _Numpy(mygrad), "math": _Math(mygrad)}
    helpers = (read, augmented, copied, each, backwards)
    scope = {f"_{helper.__name__}": helper for helper in helpers}
    for node in tree.body:
        if isinstance(node, ast.Import):
            (alias,) = node.names
            scope[alias.asname or alias.name] = imports[alias.name]
    tree.body = [node for node in tree.body if not isinstance(node, ast.Import)]
    exec(compile(tree, "program.py", "exec"), scope)
    leaves = [
        mygrad.tensor(np.array(each)) if at in wrt or isinstance(each, np.ndarray) else each
        for at, each in enumerate(arguments)
    ]
    try:
        # a product is no leaf: it can be changed in place, and the gradient is that of what was passed
        value = scope["f"](
            *(each * 1.0 if isinstance(each, mygrad.Tensor) else each for each in leaves)
        )
        value.backward()
    except Skipped:
        raise
    except Exception as problem:
        raise Skipped(f"{type(problem).__name__}: {problem}") from None
    bars = [leaves[at].grad for at in wrt]
    return float(value), [
        np.zeros(np.shape(arguments[at])) if b is None else b
        for at, b in zip(wrt, bars, strict=True)
    ]
