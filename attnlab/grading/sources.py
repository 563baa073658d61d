"""What a source shows without being run: its program, its imports, the parameters it gives its function."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Mapping
from functools import lru_cache

# What stands in every gap: a source without it is no starter, and need not be taken apart to be told from one.
_GAP = b"NotImplementedError"
# A tree takes up to nine hundred times the memory of its source, so strangers' are only kept where they are small.
_PARSED_UP_TO, _KEPT_UP_TO = 1 << 18, 1 << 14
_LONGEST_PARAMETERS = 400


def parsed(source: bytes | str) -> ast.Module | None:
    """The syntax tree, not to be changed; None where there is none.

    A hostile source may be too deep or too large for the parser; the worker will say so in its own words.
    """
    if len(source) > _PARSED_UP_TO:
        return None
    return _kept(source) if len(source) <= _KEPT_UP_TO else _parsed(source)


def _parsed(source: bytes | str) -> ast.Module | None:
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None


_kept = lru_cache(maxsize=64)(_parsed)


def same_program(source: bytes, other: bytes) -> bool:
    """Whether nothing but comments and blank lines tells the two apart."""
    if _GAP in other and _GAP not in source and b"coding" not in source:
        return False
    ours, theirs = _dumped(source), _dumped(other)
    return source == other if ours is None or theirs is None else ours == theirs


@lru_cache(maxsize=64)
def imports_of(source: bytes) -> tuple[str, ...]:
    """The modules that a source imports by absolute names, anywhere in it."""
    tree = parsed(source)
    names: list[str] = []
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.append(node.module)
    return tuple(names)


def leads_to(exercise: str, source: bytes, siblings: Mapping[str, bytes]) -> list[str]:
    """The exercises that a file imports of `siblings`, and those that they import, nearest first."""
    found: list[str] = []
    waiting = [source]
    while waiting:
        text = waiting.pop()
        if not _may_name(text, siblings):
            continue
        for name in imports_of(text):
            if name in siblings and name != exercise and name not in found:
                found.append(name)
                waiting.append(siblings[name])
    return found


def ground_of(exercise: str, source: bytes, siblings: Mapping[str, bytes]) -> str:
    """A checksum of what a verdict stands on: the file and all that it leads to, whoever asks."""
    told = (part for other in leads_to(exercise, source, siblings) for part in (other.encode(), siblings[other]))
    return hashlib.sha256(b"\0".join([source, *told])).hexdigest()


def _may_name(source: bytes, siblings: Mapping[str, bytes]) -> bool:
    """Whether it can import any of them at all; most files need no parser to see that they cannot."""
    # Another coding may write a name in other bytes, and beyond ASCII Python takes several letters for one.
    if not source.isascii() or b"coding" in source:
        return True
    return any(name.encode() in source for name in siblings)


def call_line(reference: str, name: str) -> str:
    """What an exercise asks for, as its reference writes it: `softmax(scores, axis=-1)`.

    Of a class how it is made and how it is then called: `Projection(d_in, d_out), called with (x, mask=None)`.
    """
    definition = _definition(reference, name)
    if isinstance(definition, ast.ClassDef):
        made, called = (_method(definition, method) for method in ("__init__", "forward"))
        line = f"{name}({_own(made) if made else ''})"
        return f"{line}, called with ({_own(called)})" if called else line
    return name if definition is None else f"{name}({ast.unparse(definition.args)})"


def other_parameters(reference: str, source: bytes, name: str) -> str | None:
    """What is wrong with the parameters of a function, or of a class's constructor and forward, where the source
    shows it; None where they fit. More parameters than asked for are fine as long as they need not be given."""
    try:
        return _other_of(_definition(reference, name), _definition(source, name), name)
    except RecursionError:
        # What is written there is too deep to be told; the calls will show whether it fits.
        return None


def _other_of(
    wanted: ast.FunctionDef | ast.ClassDef | None, written: ast.FunctionDef | ast.ClassDef | None, name: str
) -> str | None:
    if isinstance(wanted, ast.FunctionDef) and isinstance(written, ast.FunctionDef):
        return _other(wanted, written, name, own=0)
    if isinstance(wanted, ast.ClassDef) and isinstance(written, ast.ClassDef):
        for method, called in (("__init__", f"{name}'s constructor"), ("forward", f"{name}.forward")):
            ours, theirs = _method(wanted, method), _method(written, method)
            if ours is not None and theirs is not None and (problem := _other(ours, theirs, called, own=1)):
                return problem
            if ours is not None and theirs is None and _surely_lacks(written, method):
                return f"{name} defines no {method}; the exercise fixes {method}({ast.unparse(ours.args)})"
    return None


def _other(wanted: ast.FunctionDef, written: ast.FunctionDef, called: str, *, own: int) -> str | None:
    """The same of one function, whose first `own` parameters (self) may be called as one likes."""
    if written.args.vararg or written.args.kwarg:
        return None
    ours = [argument.arg for argument in wanted.args.args][own:]
    positional = [*written.args.posonlyargs, *written.args.args]
    theirs = [argument.arg for argument in positional][own:]
    required = len(theirs) - len(written.args.defaults)
    needed_by_name = [default for default in written.args.kw_defaults if default is None]
    fits = theirs[: len(ours)] == ours and required <= len(ours) and len(written.args.posonlyargs) <= own
    if fits and len(positional) >= own and not needed_by_name:
        return None
    return f"{called} takes ({_own(written, own)}); the exercise fixes ({_own(wanted, own)})"


def _own(function: ast.FunctionDef, own: int = 1) -> str:
    """The parameters without the first `own`, as they are written."""
    first = [argument.arg for argument in [*function.args.posonlyargs, *function.args.args][:own]]
    told = ast.unparse(function.args).removeprefix(", ".join(first)).removeprefix(", ")
    return told if len(told) <= _LONGEST_PARAMETERS else f"{told[:_LONGEST_PARAMETERS]}…"


def _method(definition: ast.ClassDef, name: str) -> ast.FunctionDef | None:
    found = [part for part in definition.body if isinstance(part, ast.FunctionDef) and part.name == name]
    return found[-1] if found else None


def _surely_lacks(definition: ast.ClassDef, method: str) -> bool:
    """Whether no base but torch's own could bring the method, nor anything else in the class's body."""
    bound = {node.id for node in ast.walk(definition) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    bound |= {part.name for part in ast.walk(definition) if isinstance(part, ast.FunctionDef)}
    plain = {"nn.Module", "torch.nn.Module", "Module"}
    bases = {ast.unparse(base) for base in definition.bases}
    decorated = definition.decorator_list or definition.keywords
    return bases <= plain and not decorated and not bound & {method, "__call__"}


@lru_cache(maxsize=64)
def _dumped(source: bytes) -> str | None:
    """A checksum of the program."""
    tree = parsed(source)
    try:
        return None if tree is None else hashlib.sha256(ast.dump(tree).encode("utf-8", "surrogatepass")).hexdigest()
    except RecursionError:
        return None


def _definition(source: bytes | str, name: str) -> ast.FunctionDef | ast.ClassDef | None:
    tree = parsed(source)
    # The last, as Python has it: the second of two definitions of one name is the one that counts.
    for node in reversed(tree.body) if tree else ():
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == name:
            return node
    return None
