"""A statement as a row of symbols in which names a student chose, layout and the order of equals do not show."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

# From line and column to line and column.
Place = tuple[int, int, int, int]
Symbol = tuple[str, Place | None]

_OWN = "v"
_BODIES = ("body", "orelse", "finalbody", "handlers", "cases")
_EITHER_WAY = (ast.Add, ast.Mult, ast.BitAnd, ast.BitOr, ast.BitXor, ast.Eq, ast.NotEq)
_TURNED = {ast.Gt: ast.Lt, ast.GtE: ast.LtE}


class Symbols:
    """The statements of one source; what it names itself is known from the whole of it."""

    def __init__(self, nodes: Iterable[ast.AST], lines: list[str]) -> None:
        self._lines = lines
        self._names: dict[str, Place] = {}
        self._attributes: set[str] = set()
        self._libraries: dict[str, str] = {}
        for node in nodes:
            self._learn(node)

    def given_names(self) -> Iterable[tuple[str, Place]]:
        """The names that the source itself gives, each with where it first does."""
        return self._names.items()

    def of(self, statement: ast.stmt) -> Iterator[Symbol]:
        """The statement's own symbols, without those of the statements within it and without documentation."""
        match statement:
            case ast.Import() | ast.ImportFrom() | ast.Pass() | ast.Global() | ast.Nonlocal():
                return
            case ast.Expr(value=ast.Constant()):
                return
            case ast.AugAssign(target=target, op=op, value=value):
                # x += y is x = x + y.
                yield "=", None
                yield from self._expression(target)
                yield from self._ordered(op, [target, value])
            case ast.Assign(targets=targets, value=value):
                for assigned in targets:
                    yield "=", None
                    yield from self._expression(assigned)
                yield from self._expression(value)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                yield "=", None
                yield from self._expression(target)
                yield from self._expression(value)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield "def", self._word(statement, "def")
                yield from self._parameters(statement.args)
                for decorator in statement.decorator_list:
                    yield from self._expression(decorator)
            case _:
                name = type(statement).__name__
                yield name, self._word(statement, name)
                for field, part in ast.iter_fields(statement):
                    if field == "handlers":
                        yield from self._parts([handler.type for handler in part if handler.type])
                    elif field not in _BODIES:
                        yield from self._parts(part)

    def _expression(self, node: ast.AST) -> Iterator[Symbol]:
        match node:
            case ast.Name(id=name):
                yield self._named(name), self._place(node)
            case ast.Attribute(attr=attribute, value=value):
                owned = attribute in self._attributes
                yield f".{_OWN if owned else attribute}", self._end(node, len(attribute))
                # np.sum(x) and x.sum() are the same said twice.
                if not self._is_library(value):
                    yield from self._expression(value)
            case ast.Constant(value=value):
                yield _constant(value), self._place(node)
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as value)):
                yield _constant(-value), self._place(node)
            case ast.BinOp(left=left, op=op, right=right):
                yield from self._ordered(op, [left, right])
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                turned = _TURNED.get(type(op))
                yield from self._ordered(turned() if turned else op, [right, left] if turned else [left, right])
            case ast.Call(func=function, args=arguments, keywords=keywords):
                yield "(", None
                yield from self._expression(function)
                yield from self._parts(arguments)
                for keyword in sorted(keywords, key=lambda keyword: keyword.arg or ""):
                    yield f"{keyword.arg or '**'}=", None
                    yield from self._expression(keyword.value)
            case ast.Lambda(args=parameters, body=body):
                yield "lambda", None
                yield from self._parameters(parameters)
                yield from self._expression(body)
            case ast.Load() | ast.Store() | ast.Del():
                return
            case _:
                yield type(node).__name__, None
                for _, part in ast.iter_fields(node):
                    yield from self._parts(part)

    def _parts(self, parts: object) -> Iterator[Symbol]:
        for part in parts if isinstance(parts, list) else [parts]:
            if isinstance(part, ast.AST) and not isinstance(part, ast.stmt):
                yield from self._expression(part)

    def _ordered(self, op: ast.AST, operands: list[ast.expr]) -> Iterator[Symbol]:
        """An operator and what it joins, in an order of ours where theirs says nothing."""
        yield type(op).__name__, None
        told = [list(self._expression(operand)) for operand in operands]
        if isinstance(op, _EITHER_WAY):
            told.sort(key=lambda symbols: [symbol for symbol, _ in symbols])
        for symbols in told:
            yield from symbols

    def _parameters(self, arguments: ast.arguments) -> Iterator[Symbol]:
        for argument in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]:
            yield _OWN, self._place(argument)
        for default in [*arguments.defaults, *(each for each in arguments.kw_defaults if each)]:
            yield from self._expression(default)

    def _learn(self, node: ast.AST) -> None:
        match node:
            case ast.Name(id=name, ctx=ast.Store()):
                self._names.setdefault(name, self._place(node))
            case ast.arg(arg=name):
                line, column = self._at(node.lineno, node.col_offset)
                self._names.setdefault(name, (line, column, line, column + len(name)))
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                self._names.setdefault(name, self._word(node, "def " + name))
                self._attributes.update(part.name for part in node.body if isinstance(part, ast.FunctionDef))
            case ast.Attribute(attr=attribute, ctx=ast.Store()):
                self._attributes.add(attribute)
                self._names.setdefault(attribute, self._end(node, len(attribute)))
            case ast.Import(names=aliases):
                for alias in aliases:
                    self._libraries[alias.asname or alias.name.partition(".")[0]] = ""
            case ast.ImportFrom(names=aliases):
                for alias in aliases:
                    self._libraries[alias.asname or alias.name] = alias.name

    def _named(self, name: str) -> str:
        if name in self._names:
            return _OWN
        return f".{self._libraries[name]}" if self._libraries.get(name) else name

    def _is_library(self, node: ast.AST) -> bool:
        """Whether it is a module, or a module of a module: `np`, `np.linalg`, `torch.nn.functional`."""
        while isinstance(node, ast.Attribute):
            node = node.value
        return isinstance(node, ast.Name) and node.id in self._libraries and node.id not in self._names

    def _place(self, node: ast.expr | ast.arg) -> Place:
        start = self._at(node.lineno, node.col_offset)
        return (*start, *self._at(node.end_lineno or node.lineno, node.end_col_offset or node.col_offset))

    def _end(self, node: ast.expr, width: int) -> Place:
        line, column = self._place(node)[2:]
        return line, max(column - width, 0), line, column

    def _word(self, node: ast.stmt, word: str) -> Place:
        line, column = self._at(node.lineno, node.col_offset)
        return line, column, line, column + len(word)

    def _at(self, line: int, column: int) -> tuple[int, int]:
        """Columns are told in bytes and needed in characters."""
        text = self._lines[line - 1] if line <= len(self._lines) else ""
        return line, column if text.isascii() else len(text.encode()[:column].decode("utf-8", "ignore"))


def _constant(value: object) -> str:
    if isinstance(value, str | bytes):
        return "text"
    if isinstance(value, float) and value.is_integer():
        return repr(int(value))
    return repr(value)
