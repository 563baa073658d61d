"""Sources put together and taken apart: a lesson's starters as one file, and of one file what a single name needs."""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field


@dataclass
class _Imports:
    """The imports of several files, each once."""

    future: dict[str, None] = field(default_factory=dict)
    modules: dict[str, None] = field(default_factory=dict)
    names: dict[str, dict[str, None]] = field(default_factory=dict)

    def lines(self) -> list[str]:
        named = {module: f"from {module} import {', '.join(sorted(names))}" for module, names in self.names.items()}
        future = [f"from __future__ import {', '.join(self.future)}", ""] if self.future else []
        return [*future, *sorted(self.modules), *(named[module] for module in sorted(named))]


def merged(sources: Sequence[str], *, docstring: str, here: Collection[str]) -> str:
    """One file of several: its own docstring, one block of imports, then everything else in order, as it was written.

    Args:
        here: modules that are in the file itself; what is imported from them is there already.

    Raises:
        SyntaxError: a source is none.
    """
    imports = _Imports()
    bodies: list[str] = []
    for source in sources:
        tree = ast.parse(source)
        kept: list[str] = []
        for statement in tree.body[ast.get_docstring(tree) is not None :]:
            if isinstance(statement, ast.Import | ast.ImportFrom):
                kept += _gather(statement, imports, here)
            else:
                kept.append(_text(source, tree, statement))
        bodies += kept
    head = [f'"""{docstring}"""', "", *imports.lines()]
    return "\n".join(head).rstrip() + "\n" + "".join(f"\n\n{body}\n" for body in bodies)


def defines(source: bytes, name: str) -> bool:
    """Whether a file binds a name at its top level by anything but an import; False where it cannot be read."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return False
    own = [statement for statement in tree.body if not isinstance(statement, ast.Import | ast.ImportFrom)]
    return any(name in _bound(statement) for statement in own)


def part_for(source: bytes, name: str) -> bytes | None:
    """What of a file a single name needs: the imports and definitions it leads to, as they were written.

    None where that cannot be seen. Whether the part does the same has to be tried.
    """
    try:
        text = source.decode("utf-8")
        tree = ast.parse(text)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None
    needed, wanted = {name}, [name]
    while wanted:
        sought = wanted.pop()
        for statement in tree.body:
            if sought in _bound(statement):
                new = _used(statement) - needed
                needed |= new
                wanted += new
    docstring = ast.get_docstring(tree) is not None
    chosen = [statement for statement in tree.body[docstring:] if _bound(statement) & needed or _is_future(statement)]
    if not any(name in _bound(statement) for statement in chosen):
        return None
    written: list[str] = []
    for statement in chosen:
        is_import = isinstance(statement, ast.Import | ast.ImportFrom)
        apart = "" if not written else "\n" if is_import else "\n\n\n"
        written.append(apart + (_imported(statement, needed) if is_import else _text(text, tree, statement)))
    return ("".join(written) + "\n").encode()


def _gather(statement: ast.Import | ast.ImportFrom, imports: _Imports, here: Collection[str]) -> list[str]:
    """Note an import; gives the lines that take its place further down, where what it brings is in the file."""
    if isinstance(statement, ast.Import):
        imports.modules |= {f"import {_alias(alias)}": None for alias in statement.names}
        return []
    module = "." * statement.level + (statement.module or "")
    if module in here:
        return [f"{alias.asname} = {alias.name}" for alias in statement.names if alias.asname]
    if module == "__future__":
        imports.future |= {alias.name: None for alias in statement.names}
    else:
        imports.names.setdefault(module, {}).update({_alias(alias): None for alias in statement.names})
    return []


def _imported(statement: ast.stmt, needed: Collection[str]) -> str:
    """An import with those of its names that are needed."""
    assert isinstance(statement, ast.Import | ast.ImportFrom)
    names = [alias for alias in statement.names if _is_future(statement) or _name_of(alias) in needed]
    if isinstance(statement, ast.Import):
        return ast.unparse(ast.Import(names or statement.names))
    return ast.unparse(ast.ImportFrom(statement.module, names or statement.names, statement.level))


def _text(source: str, tree: ast.Module, statement: ast.stmt) -> str:
    """A statement as it is written, decorators and the comments right above it included."""
    lines = source.splitlines()
    decorators = getattr(statement, "decorator_list", [])
    first = min([statement.lineno, *(decorator.lineno for decorator in decorators)])
    before = max((other.end_lineno or 0 for other in tree.body if (other.end_lineno or 0) < first), default=0)
    while first - 1 > before and lines[first - 2].startswith("#"):
        first -= 1
    return "\n".join(lines[first - 1 : statement.end_lineno])


def _bound(statement: ast.stmt) -> set[str]:
    """The names that a top-level statement binds or fills."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {statement.name}
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return {_name_of(alias) for alias in statement.names}
    names = (node for node in ast.walk(statement) if isinstance(node, ast.Name))
    return {node.id for node in names if isinstance(node.ctx, ast.Store)}


def _used(statement: ast.stmt) -> set[str]:
    return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}


def _is_future(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.ImportFrom) and statement.module == "__future__"


def _name_of(alias: ast.alias) -> str:
    return alias.asname or alias.name.partition(".")[0]


def _alias(alias: ast.alias) -> str:
    return f"{alias.name} as {alias.asname}" if alias.asname else alias.name
