"""The single mistakes a mutation can make: for one node of a syntax tree, what might stand there instead."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from itertools import pairwise

_OPERATORS: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div,),
    ast.Div: (ast.Mult,),
    ast.MatMult: (ast.Mult,),
    ast.Pow: (ast.Mult,),
    ast.FloorDiv: (ast.Mult,),
    ast.Mod: (ast.FloorDiv,),
    ast.BitAnd: (ast.BitOr,),
    ast.BitOr: (ast.BitAnd,),
}
_ORDERED = (ast.Sub, ast.Div, ast.MatMult, ast.Pow, ast.FloorDiv, ast.Mod)

_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}

_COUNTERPARTS = {
    "max": "min", "min": "max", "argmax": "argmin", "argmin": "argmax", "maximum": "minimum", "minimum": "maximum",
    "amax": "amin", "amin": "amax", "sum": "mean", "mean": "sum", "any": "all", "all": "any",
    "zeros": "ones", "ones": "zeros",
    "zeros_like": "ones_like", "ones_like": "zeros_like", "sin": "cos", "cos": "sin", "triu": "tril", "tril": "triu",
    "isneginf": "isposinf", "isposinf": "isneginf", "ceil": "floor", "floor": "ceil", "logical_and": "logical_or",
    "logical_or": "logical_and", "var": "std", "std": "var",
}  # fmt: skip

# What these calls wrap is not what they give: taking the call away could only ever be an exception.
_NOT_UNWRAPPED = frozenset({
    "range", "len", "enumerate", "zip", "isinstance", "super", "print", "append", "extend", "add", "zeros", "ones",
    "empty", "full", "arange", "concatenate", "stack", "cat", "where", "einsum", "eye", "Linear", "Parameter", "sorted",
    "set", "dict", "list", "tuple", "type", "items", "keys", "values", "Generator", "default_rng",
})  # fmt: skip
# The order of their last two arguments is nothing.
_SYMMETRIC = frozenset({"swapaxes", "transpose", "maximum", "minimum", "logical_and", "logical_or"})
_AXES = frozenset({"axis", "dim", "axis1", "axis2", "dim0", "dim1"})


def rewrites(node: ast.AST, *, parent: ast.AST, field: str, function: ast.FunctionDef | None) -> Iterator[ast.AST]:
    """What might stand in place of `node`, each one a mistake of its own."""
    match node:
        case ast.BinOp():
            yield from _binary(node)
        case ast.Compare(left=left, ops=[operator], comparators=[right]):
            for other in _COMPARISONS.get(type(operator), ()):
                yield ast.Compare(left, [other()], [right])
        case ast.BoolOp(op=operator, values=values):
            yield ast.BoolOp(ast.Or() if isinstance(operator, ast.And) else ast.And(), values)
            yield from values
        case ast.UnaryOp(operand=ast.Constant(value=int() | float() as value), op=ast.USub()):
            yield from _numbers(-value, axis=_is_axis(node, parent, field, function))
        case ast.UnaryOp(operand=operand):
            yield operand
        case ast.Constant(value=bool() as value):
            yield ast.Constant(not value)
        case ast.Constant(value=int() | float() as value):
            yield from _numbers(value, axis=_is_axis(node, parent, field, function))
        case ast.Call():
            yield from _call(node, counted=not _is_throwaway(parent))
        case ast.Attribute(value=value, attr="T" | "mT"):
            yield value
        case ast.Attribute(value=value, attr=name, ctx=ast.Load()) if name in _COUNTERPARTS:
            yield ast.Attribute(value, _COUNTERPARTS[name], ast.Load())
        case ast.Name(id=name, ctx=ast.Load()) if field == "func" and name in _COUNTERPARTS:
            yield ast.Name(_COUNTERPARTS[name], ast.Load())
        case ast.Slice():
            yield from _slice(node)
        case ast.Tuple(elts=elements, ctx=ast.Load()) | ast.List(elts=elements, ctx=ast.Load()):
            for swapped in _neighbours_swapped(elements):
                yield type(node)(swapped, ast.Load())
        case ast.IfExp(body=body, orelse=orelse):
            yield from (body, orelse)
        case ast.comprehension(ifs=[_, *_] as conditions):
            for place in range(len(conditions)):
                kept = conditions[:place] + conditions[place + 1 :]
                yield ast.comprehension(node.target, node.iter, kept, node.is_async)
        case ast.stmt():
            yield from _statement(node, function)


def _binary(node: ast.BinOp) -> Iterator[ast.AST]:
    for other in _OPERATORS.get(type(node.op), ()):
        yield ast.BinOp(node.left, other(), node.right)
    if isinstance(node.op, _ORDERED):
        yield ast.BinOp(node.right, node.op, node.left)
    yield node.left
    if isinstance(node.op, ast.Add | ast.Mult | ast.BitAnd | ast.BitOr | ast.MatMult):
        yield node.right
    if isinstance(node.op, ast.MatMult):
        for left, right in ((_turned(node.left), node.right), (node.left, _turned(node.right))):
            yield ast.BinOp(left, node.op, right)


def _turned(matrix: ast.expr) -> ast.expr:
    call = ast.Attribute(matrix, "swapaxes", ast.Load())
    return ast.Call(call, [ast.Constant(-1), ast.Constant(-2)], [])


def _numbers(value: int | float, *, axis: bool) -> Iterator[ast.expr]:
    if axis:
        # 1 and -1 are one axis of a matrix, so neither is made of the other.
        others: dict[int | float, tuple[int | float, ...]] = {-1: (0, -2), 0: (-1,), 1: (0,), -2: (-1, 0)}
        wrong = others.get(value, (value - 1, value + 1))
    elif isinstance(value, int):
        wrong = (value + 1, value - 1)
    else:
        wrong = tuple(other for other in (0.0, 1.0, value + 1.0, -value) if other != value)
    for other in wrong:
        yield ast.Constant(other)


def _is_axis(node: ast.AST, parent: ast.AST, field: str, function: ast.FunctionDef | None) -> bool:
    if isinstance(parent, ast.keyword):
        return parent.arg in _AXES
    if isinstance(parent, ast.arguments) and field == "defaults":
        named = [*parent.posonlyargs, *parent.args][-len(parent.defaults) :]
        return any(default is node and name.arg in _AXES for name, default in zip(named, parent.defaults, strict=True))
    if isinstance(parent, ast.Call) and field == "args":
        return _called(parent) in {"swapaxes", "transpose", "expand_dims", "squeeze", "unsqueeze", "moveaxis"}
    return False


def _is_throwaway(parent: ast.AST) -> bool:
    """Whether a loop counts without looking at the count, so that the order of its counting is nothing."""
    if isinstance(parent, ast.For | ast.comprehension):
        return isinstance(parent.target, ast.Name) and parent.target.id == "_"
    return False


def _call(node: ast.Call, *, counted: bool) -> Iterator[ast.AST]:
    name = _called(node)
    if name == "where" and len(node.args) == 3:
        yield from (node.args[1], node.args[2])
    elif name == "range":
        yield from _range(node)
        if counted:
            yield ast.Call(ast.Name("reversed", ast.Load()), [node], [])
    elif name not in _NOT_UNWRAPPED:
        if isinstance(node.func, ast.Attribute) and not _is_library(node.func.value):
            yield node.func.value
        elif node.args and not isinstance(node.args[0], ast.Starred):
            yield node.args[0]
    swaps = list(_neighbours_swapped(node.args))
    for swapped in swaps[:-1] if name in _SYMMETRIC else swaps:
        yield ast.Call(node.func, swapped, node.keywords)
    for place, keyword in enumerate(node.keywords):
        if keyword.arg is not None:
            yield ast.Call(node.func, node.args, node.keywords[:place] + node.keywords[place + 1 :])


def _called(node: ast.Call) -> str:
    match node.func:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
    return ""


def _is_library(node: ast.expr) -> bool:
    match node:
        case ast.Name(id="np" | "numpy" | "torch" | "F" | "nn" | "math"):
            return True
        case ast.Attribute(value=value):
            return _is_library(value)
    return False


def _range(node: ast.Call) -> Iterator[ast.AST]:
    for place, bound in enumerate(node.args[:2]):
        if not isinstance(bound, ast.Constant):
            for off in _off_by_one(bound):
                yield ast.Call(node.func, [*node.args[:place], off, *node.args[place + 1 :]], node.keywords)
    if len(node.args) == 1:
        yield ast.Call(node.func, [ast.Constant(1), *node.args], node.keywords)


def _slice(node: ast.Slice) -> Iterator[ast.AST]:
    if node.lower is not None:
        yield ast.Slice(None, node.upper, node.step)
        if not _is_number(node.lower):
            for off in _off_by_one(node.lower):
                yield ast.Slice(off, node.upper, node.step)
    if node.upper is not None:
        yield ast.Slice(node.lower, None, node.step)
        if not _is_number(node.upper):
            for off in _off_by_one(node.upper):
                yield ast.Slice(node.lower, off, node.step)
    if node.step is not None:
        yield ast.Slice(node.lower, node.upper, None)


def _off_by_one(bound: ast.expr) -> Iterator[ast.expr]:
    for operator in (ast.Add(), ast.Sub()):
        yield ast.BinOp(bound, operator, ast.Constant(1))


def _is_number(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) or (isinstance(node, ast.UnaryOp) and isinstance(node.operand, ast.Constant))


def _neighbours_swapped(elements: Sequence[ast.expr]) -> Iterator[list[ast.expr]]:
    for place, (one, other) in enumerate(pairwise(elements)):
        if not isinstance(one, ast.Starred) and not isinstance(other, ast.Starred):
            yield [*elements[:place], other, one, *elements[place + 2 :]]


def _statement(node: ast.stmt, function: ast.FunctionDef | None) -> Iterator[ast.AST]:
    match node:
        case ast.Return(value=ast.expr() as value) if function is not None:
            first = next((argument.arg for argument in function.args.args if argument.arg != "self"), None)
            if first is not None and not (isinstance(value, ast.Name) and value.id == first):
                yield ast.Return(ast.Name(first, ast.Load()))
        case ast.Assign(targets=[target]):
            # Without its only assignment a name is an exception, which no check can miss.
            if function is not None and _is_bound_elsewhere(target, node, function):
                yield ast.Pass()
        case ast.AugAssign(target=target, op=operator, value=value):
            yield ast.Pass()
            yield ast.Assign([target], value, lineno=node.lineno)
            for other in _OPERATORS.get(type(operator), ()):
                yield ast.AugAssign(target, other(), value)
        case ast.If():
            yield ast.If(ast.Constant(True), node.body, node.orelse)
            yield ast.If(ast.Constant(False), node.body, node.orelse)
        case ast.Break():
            yield from (ast.Continue(), ast.Pass())
        case ast.Continue():
            yield from (ast.Break(), ast.Pass())
        case ast.Expr() | ast.For() | ast.While():
            yield ast.Pass()


def _is_bound_elsewhere(target: ast.expr, node: ast.stmt, function: ast.FunctionDef) -> bool:
    if not isinstance(target, ast.Name):
        return True
    arguments = {argument.arg for argument in ast.walk(function.args) if isinstance(argument, ast.arg)}
    others = [
        name
        for statement in ast.walk(function)
        if isinstance(statement, ast.Name) and isinstance(statement.ctx, ast.Store)
        for name in (statement,)
        if name is not target and name.id == target.id
    ]
    return target.id in arguments or bool(others)
