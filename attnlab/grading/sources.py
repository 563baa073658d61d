"""What a source shows without being run: its program, its imports, the parameters it gives its function."""

from __future__ import annotations

import ast
from functools import lru_cache


@lru_cache(maxsize=64)
def parsed(source: bytes | str) -> ast.Module | None:
    """The syntax tree, not to be changed; None where there is none.

    A hostile source may be too deep or too large for the parser; the worker will say so in its own words.
    """
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None


def same_program(source: bytes, other: bytes) -> bool:
    """Whether nothing but comments and blank lines tells the two apart."""
    ours, theirs = _dumped(source), _dumped(other)
    return source == other if ours is None or theirs is None else ours == theirs


def imports_of(source: bytes) -> list[str]:
    """The modules that a source imports by absolute names, anywhere in it."""
    tree = parsed(source)
    names: list[str] = []
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.append(node.module)
    return names


def call_line(reference: str, name: str) -> str:
    """The call that an exercise asks for, as its reference writes it: `softmax(scores, axis=-1)`."""
    definition = _definition(reference, name)
    if isinstance(definition, ast.ClassDef):
        inits = (part for part in definition.body if isinstance(part, ast.FunctionDef) and part.name == "__init__")
        definition = next(inits, None)
    if definition is None:
        return name
    return f"{name}({ast.unparse(definition.args).removeprefix('self, ')})"


def other_parameters(reference: str, source: bytes, name: str) -> str | None:
    """What is wrong with a function's parameters, where the source shows it; None where they fit."""
    wanted, written = _definition(reference, name), _definition(source, name)
    if not isinstance(wanted, ast.FunctionDef) or not isinstance(written, ast.FunctionDef):
        return None
    if written.args.vararg or written.args.kwarg:
        return None
    ours = [argument.arg for argument in wanted.args.args]
    theirs = [argument.arg for argument in [*written.args.posonlyargs, *written.args.args]]
    required = len(theirs) - len(written.args.defaults)
    if theirs[: len(ours)] == ours and required <= len(ours) and not written.args.posonlyargs:
        return None
    return f"{name} takes ({ast.unparse(written.args)}); the exercise fixes ({ast.unparse(wanted.args)})"


@lru_cache(maxsize=64)
def _dumped(source: bytes) -> str | None:
    tree = parsed(source)
    try:
        return None if tree is None else ast.dump(tree)
    except RecursionError:
        return None


def _definition(source: bytes | str, name: str) -> ast.FunctionDef | ast.ClassDef | None:
    tree = parsed(source)
    for node in tree.body if tree else ():
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == name:
            return node
    return None
