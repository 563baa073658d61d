"""What the top level of a notebook says, statement by statement: which names each one makes, and which it needs."""

from __future__ import annotations

import ast
import builtins
import re
import symtable
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

BUILTIN = frozenset(dir(builtins)) | {"__name__", "__file__", "__doc__", "__builtins__", "get_ipython", "display"}
_OPAQUE = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_COMPREHENSIONS = {"listcomp", "setcomp", "dictcomp", "genexpr"}
# What makes names that no syntax shows.
_HIDDEN_MAKERS = {"exec", "eval", "globals", "locals", "vars", "setattr", "__import__", "get_ipython", "import_module"}
_NAMING = (ast.Name, ast.Attribute)
_LEAVING = (ast.Await, ast.AsyncFor, ast.AsyncWith, ast.Yield, ast.YieldFrom, ast.Return)


@dataclass(frozen=True, eq=False)
class Statement:
    """One statement at the top of a cell, or one name of an import.

    Args:
        order: its place in the notebook.
        cell: the number of its cell.
        binds: names that it gives a value in any way.
        means: those of them that it gives one on purpose, by a definition or an assignment.
        makes: those of these that it makes a function or a class: by `def`, by a lambda, by another name for one.
        may_make: those that may be one: `double = build(2)`.
        changes: names of things it changes without rebinding them: `TABLE["a"] = 1`, `Model.forward = forward`.
    """

    order: int
    cell: int
    node: ast.stmt = field(repr=False)
    text: str = field(repr=False)
    binds: frozenset[str] = frozenset()
    means: frozenset[str] = frozenset()
    makes: frozenset[str] = frozenset()
    may_make: frozenset[str] = frozenset()
    changes: frozenset[str] = frozenset()

    @property
    def is_import(self) -> bool:
        return isinstance(self.node, ast.Import | ast.ImportFrom)

    @property
    def is_star(self) -> bool:
        return isinstance(self.node, ast.ImportFrom) and self.node.names[0].name == "*"

    @property
    def is_future(self) -> bool:
        return isinstance(self.node, ast.ImportFrom) and self.node.module == "__future__"

    @property
    def stands_alone(self) -> bool:
        """Whether a module may hold it: a notebook may await at its top, a module may not."""
        return not any(isinstance(part, _LEAVING) for part in _own_parts(self.node))

    @cached_property
    def needs(self) -> tuple[frozenset[str], frozenset[str]]:
        """The global names it needs at once, and those that what it defines needs when called."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                table = symtable.symtable(self.text, "cell", "exec")
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            # Python will refuse it in its own words; what it would have needed does not matter.
            return frozenset(), frozenset()
        # Python's own table calls what `+=` adds to bound, not needed.
        at_once = {
            part.target.id
            for part in _own_parts(self.node)
            if isinstance(part, ast.AugAssign) and isinstance(part.target, ast.Name)
        }
        later: set[str] = set()
        waiting = [(table, at_once)]
        while waiting:
            scope, into = waiting.pop()
            at_top = scope.get_type() == "module"
            into |= {
                symbol.get_name()
                for symbol in scope.get_symbols()
                if (symbol.is_referenced() if at_top else symbol.is_global())
            }
            for child in scope.get_children():
                is_run_now = child.get_type() == "class" or child.get_name() in _COMPREHENSIONS
                waiting.append((child, into if is_run_now else later))
        return frozenset(at_once), frozenset(later)

    def gaps_of(self, name: str) -> int:
        """How many functions in its definition of `name` are still to be written."""
        found = [
            part
            for part in ast.walk(self.node)
            if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and part.name == name
        ]
        functions = (
            part
            for each in found
            for part in ast.walk(each)
            if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef)
        )
        return sum(_is_open(function) for function in functions)

    def defines(self, name: str) -> bool:
        return any(
            isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and part.name == name
            for part in _own_parts(self.node)
        )


def statements_of(cell: int, text: str, tree: ast.Module, order: int) -> Iterator[Statement]:
    """The statements of a cell that parses, numbered from `order`."""
    lines = text.split("\n")
    crowded = _crowded(tree)
    above = 0
    for node in tree.body:
        said = _said(node, lines, crowded, above)
        above = node.end_lineno or node.lineno
        if isinstance(node, ast.Import | ast.ImportFrom):
            for alone in _one_by_one(node):
                yield Statement(order, cell, alone, ast.unparse(alone), binds=_imported(alone))
                order += 1
            continue
        yield Statement(order, cell, node, said, **_names(node))
        order += 1


def made_out_of_sight(tree: ast.Module) -> frozenset[str]:
    """Words that a cell may make names of, in ways that its syntax does not show: `exec("def softmax ...")`."""
    called = {
        part.id if isinstance(part, ast.Name) else part.attr for part in ast.walk(tree) if isinstance(part, _NAMING)
    }
    if not called & _HIDDEN_MAKERS:
        return frozenset()
    said = (part.value for part in ast.walk(tree) if isinstance(part, ast.Constant))
    return frozenset(word for text in said if isinstance(text, str) for word in re.findall(r"\w+", text))


def _crowded(tree: ast.Module) -> set[int]:
    """The lines that more than one statement stands on."""
    seen: set[int] = set()
    crowded: set[int] = set()
    for node in tree.body:
        for line in {node.lineno, node.end_lineno or node.lineno}:
            (crowded if line in seen else seen).add(line)
    return crowded


def _said(node: ast.stmt, lines: list[str], crowded: set[int], above: int) -> str:
    """The statement as it is written, with the remarks right above it and at its end where no other stands there."""
    decorators = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(each.lineno for each in decorators)])
    last = node.end_lineno or node.lineno
    if not crowded & {first, last}:
        while first - 1 > above and lines[first - 2].startswith("#"):
            first -= 1
        return "\n".join(lines[first - 1 : last])
    own = [line.encode() for line in lines[first - 1 : last]]
    # The end first: on a line of its own it would move with the beginning.
    own[-1] = own[-1][: node.end_col_offset]
    if first == node.lineno:
        own[0] = own[0][node.col_offset :]
    return b"\n".join(own).decode("utf-8", "replace")


def _one_by_one(node: ast.Import | ast.ImportFrom) -> Iterator[ast.Import | ast.ImportFrom]:
    for alias in node.names:
        if isinstance(node, ast.Import):
            yield ast.Import([alias])
        else:
            yield ast.ImportFrom(node.module, [alias], node.level)


def _imported(node: ast.Import | ast.ImportFrom) -> frozenset[str]:
    alias = node.names[0]
    if alias.name == "*":
        return frozenset()
    if isinstance(node, ast.Import):
        return frozenset({alias.asname or alias.name.partition(".")[0]})
    return frozenset({alias.asname or alias.name})


def _names(node: ast.stmt) -> dict[str, frozenset[str]]:
    binds: set[str] = set()
    means: set[str] = set()
    makes: set[str] = set()
    may_make: set[str] = set()
    changes: set[str] = set()
    for part in _own_parts(node):
        match part:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                makes.add(name)
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    _assigned(target, value, means, makes, may_make)
            case ast.AnnAssign(target=target, value=ast.expr() as value) | ast.NamedExpr(target=target, value=value):
                _assigned(target, value, means, makes, may_make)
            case ast.AugAssign(target=ast.Name(id=name)):
                means.add(name)
            case ast.Name(id=name, ctx=ast.Store()):
                binds.add(name)
            case ast.Import() | ast.ImportFrom():
                for alone in _one_by_one(part):
                    binds |= _imported(alone)
            case ast.ExceptHandler(name=str() as name):
                binds.add(name)
            case ast.Attribute(ctx=ast.Store()) | ast.Subscript(ctx=ast.Store()):
                changes |= _root(part)
            case ast.Expr(value=ast.Call(func=ast.Attribute() as called)):
                changes |= {f"{name}." for name in _root(called)}
    means |= makes
    return {
        "binds": frozenset(binds | means),
        "means": frozenset(means),
        "makes": frozenset(makes),
        "may_make": frozenset(may_make),
        "changes": frozenset(changes),
    }


def _assigned(target: ast.expr, value: ast.expr, means: set[str], makes: set[str], may_make: set[str]) -> None:
    names = {part.id for part in ast.walk(target) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}
    means |= names
    if isinstance(value, ast.Call):
        given = {each.id for each in [*value.args, *(k.value for k in value.keywords)] if isinstance(each, ast.Name)}
        # `softmax = compiled(softmax)` is the function still; `softmax = softmax(scores)` is what a trial left behind.
        makes |= names & given
        may_make |= names - ({value.func.id} if isinstance(value.func, ast.Name) else set())
    elif isinstance(value, ast.Lambda | ast.Name):
        makes |= names
    elif isinstance(value, ast.Attribute | ast.Subscript | ast.IfExp | ast.BoolOp | ast.Tuple | ast.Await):
        may_make |= names


def _root(node: ast.expr) -> set[str]:
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return {node.id} if isinstance(node, ast.Name) else set()


def _own_parts(node: ast.AST) -> Iterator[ast.AST]:
    """All that runs when the statement runs: not what is inside of functions and classes."""
    waiting = [node]
    while waiting:
        part = waiting.pop()
        yield part
        if not isinstance(part, _OPAQUE):
            waiting += ast.iter_child_nodes(part)


def _is_open(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether running it to its end comes to the gap, or it has no body worth the name."""
    body = list(function.body)
    if body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        body = body[1:]
    if all(isinstance(part, ast.Pass) or _is_nothing(part) for part in body):
        return True
    for part in body:
        if isinstance(part, ast.Return):
            return False
        if isinstance(part, ast.Raise):
            raised = part.exc.func if isinstance(part.exc, ast.Call) else part.exc
            return isinstance(raised, ast.Name) and raised.id == "NotImplementedError"
    return False


def _is_nothing(part: ast.stmt) -> bool:
    return isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant)
