"""Small mistakes made mechanically in a reference, one at a time, to see whether the checks notice.

A mutant is the reference's own source with one change; what the change is, is read off the two
sources, so that an author can name a mutant in `equivalent.toml` by what it says.
"""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType

from attnlab.authoring.rewrites import rewrites

# A generator of mutants for ordinary code makes fewer than twenty a line; beyond this the file is no exercise.
MOST = 2000


@dataclass(frozen=True, slots=True)
class Mutant:
    """A reference with one change.

    Args:
        name: the changed statement before and after, as `return a / b -> return a * b`; unique in its file.
        line: where the change is, in the reference.
        source: the whole mutated file.
    """

    name: str
    line: int
    source: str


@dataclass(frozen=True, slots=True)
class Mutants:
    """The mutants of one reference, each once, and how many more compile to the reference itself."""

    made: tuple[Mutant, ...]
    same: int


def mutate(source: str) -> Mutants:
    """Every mutant of a file, in the order of its lines; those that say the same are one."""
    tree = ast.parse(source)
    plain = ast.unparse(tree)
    meaning = _meaning(compile(plain, "reference", "exec"))
    seen: set[str] = {plain}
    named: dict[str, int] = {}
    made: list[Mutant] = []
    same = 0
    for line, mutated in _mutated_sources(tree):
        if mutated in seen:
            continue
        seen.add(mutated)
        try:
            code = compile(mutated, "mutant", "exec")
        except SyntaxError:
            continue
        if _meaning(code) == meaning:
            same += 1
            continue
        name = _changed(plain, mutated)
        named[name] = named.get(name, 0) + 1
        made.append(Mutant(name if named[name] == 1 else f"{name} #{named[name]}", line, mutated))
        if len(made) == MOST:
            break
    return Mutants(tuple(made), same)


@dataclass(frozen=True, slots=True)
class _Site:
    """One node that may be rewritten: where it hangs, and the statement and function around it."""

    node: ast.AST
    parent: ast.AST
    field: str
    place: int | None
    line: int
    function: ast.FunctionDef | None

    def put(self, node: ast.AST) -> None:
        if self.place is None:
            setattr(self.parent, self.field, node)
        else:
            getattr(self.parent, self.field)[self.place] = node


def _mutated_sources(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for site in list(_sites(tree, line=1, function=None)):
        for replacement in rewrites(site.node, parent=site.parent, field=site.field, function=site.function):
            site.put(ast.copy_location(replacement, site.node))
            yield site.line, ast.unparse(tree)
            site.put(site.node)


def _sites(node: ast.AST, *, line: int, function: ast.FunctionDef | None) -> Iterator[_Site]:
    if isinstance(node, ast.FunctionDef):
        function = node
    for field, value in ast.iter_fields(node):
        if field in _UNTOUCHED.get(type(node), ()):
            continue
        for place, child in enumerate(value) if isinstance(value, list) else ((None, value),):
            if not isinstance(child, ast.AST) or isinstance(child, _LEFT_ALONE) or _is_text(child):
                continue
            if _draws_first_values(child):
                continue
            here = getattr(child, "lineno", line)
            if isinstance(node, ast.Call) and _is_parameter(node) and isinstance(child, ast.Call):
                # Of what a parameter starts with only the shape is judged.
                for argument in child.args:
                    yield from _sites(argument, line=here, function=function)
                continue
            yield _Site(child, node, field, place, here, function)
            if not _is_signed_number(child):
                yield from _sites(child, line=here, function=function)


# Messages, annotations and names bound are nothing a check judges.
_LEFT_ALONE = (
    ast.Import, ast.ImportFrom, ast.Raise, ast.JoinedStr, ast.Assert, ast.expr_context, ast.operator, ast.cmpop,
)  # fmt: skip
_UNTOUCHED: dict[type[ast.AST], tuple[str, ...]] = {
    ast.FunctionDef: ("decorator_list", "returns"),
    ast.ClassDef: ("decorator_list", "bases", "keywords"),
    ast.arg: ("annotation",),
    ast.AnnAssign: ("annotation", "target"),
}


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _draws_first_values(node: ast.AST) -> bool:
    """Whether it is a statement like `nn.init.xavier_uniform_(self.W.weight)`: the judge sets all weights itself."""
    if not isinstance(node, ast.Expr) or not isinstance(node.value, ast.Call):
        return False
    return re.match(r"(torch\.)?(nn\.)?init\.", ast.unparse(node.value.func)) is not None


def _is_parameter(node: ast.Call) -> bool:
    return ast.unparse(node.func) in {"Parameter", "nn.Parameter", "torch.nn.Parameter"}


def _is_signed_number(node: ast.AST) -> bool:
    return isinstance(node, ast.UnaryOp) and isinstance(node.operand, ast.Constant)


def _changed(before: str, after: str) -> str:
    lines = list(difflib.ndiff(before.splitlines(), after.splitlines()))
    gone = "; ".join(line[2:].strip() for line in lines if line.startswith("- "))
    come = "; ".join(line[2:].strip() for line in lines if line.startswith("+ "))
    return f"{gone or 'nothing'} -> {come or 'nothing'}"


def _meaning(code: CodeType) -> tuple[object, ...]:
    """What a compiled file does, whatever lines and spellings it came from."""
    constants = tuple(
        _meaning(constant) if isinstance(constant, CodeType) else (type(constant), repr(constant))
        for constant in code.co_consts
    )
    return (code.co_code, constants, code.co_names, code.co_varnames, code.co_argcount, code.co_kwonlyargcount)
