"""When two results of a check can stand for each other: a version of each, made of all that its verdict depends on."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator
from pathlib import Path

from attnlab.content import Answers, Exercise, Limits

DEFINED = "defined"
# Another number, and everything is judged anew: for when the judge itself comes to other verdicts.
_JUDGING = "1"
_EVERYTHING = "*"
_Bindings = dict[str, list[ast.stmt]]


def check_versions(answers: Answers, limits: Limits | None = None) -> dict[str, str]:
    """A version for every check of an exercise, by its id, and for 'defined'.

    It changes with the check's own lines, with what they use of the answers' files, with the reference, the starter
    and the limits; not with another check, nor with comments.

    Args:
        limits: in place of the exercise's own.
    """
    exercise = answers.exercise
    files = _Files(exercise)
    used = limits or exercise.limits
    ground = [
        _JUDGING,
        f"{exercise.implements} {exercise.library.value} {used.seconds:g} {used.memory_mb} {used.output_kb}",
        exercise.starter.read_text(encoding="utf-8"),
        *files.told(exercise.answers / "reference.py", _EVERYTHING),
    ]
    versions = {DEFINED: _digest(ground)}
    for check in answers.checks:
        file = Path(check.judge.__code__.co_filename)
        versions[check.id] = _digest([*ground, f"fresh {check.fresh}", *files.told(file, check.id)])
    return versions


class _Files:
    """The answers' files, taken apart; each is read once."""

    def __init__(self, exercise: Exercise) -> None:
        self._lesson = exercise.answers.parent
        self._own = exercise.answers
        self._read: dict[Path, _Bindings] = {}
        self._imported: dict[tuple[Path, str], Path | None] = {}
        self._dumped: dict[int, tuple[str, list[str]]] = {}

    def told(self, file: Path, name: str) -> list[str]:
        """Everything that a name of a file stands for, down to the last thing it uses, in no order that matters."""
        first = (file, name)
        waiting = [first]
        seen: set[tuple[Path, str]] = set()
        told: list[str] = []
        while waiting:
            place = waiting.pop()
            if place in seen:
                continue
            seen.add(place)
            where, wanted = place
            bindings = self._bindings(where)
            if wanted == _EVERYTHING or (place == first and wanted not in bindings):
                waiting += [(where, each) for each in bindings]
                continue
            for node in bindings.get(wanted, ()):
                if place != first and first[1] != _EVERYTHING and _is_check(node):
                    told.append(f"the check {wanted}")
                    continue
                told.append(self._taken_apart(node)[0])
                waiting += self._used(where, node, wanted)
        return sorted(told)

    def _used(self, file: Path, node: ast.stmt, name: str) -> Iterator[tuple[Path, str]]:
        match node:
            case ast.ImportFrom(module=str(module), names=aliases):
                if other := self._file(file, module):
                    for alias in aliases:
                        if (alias.asname or alias.name) in (name, _EVERYTHING):
                            yield other, alias.name
            case ast.Import(names=aliases):
                for alias in aliases:
                    if (alias.asname or alias.name) == name and (other := self._file(file, alias.name)):
                        yield other, _EVERYTHING
            case _:
                for used in self._taken_apart(node)[1]:
                    yield file, used

    def _taken_apart(self, node: ast.stmt) -> tuple[str, list[str]]:
        """A statement as text, and the names in it."""
        if id(node) not in self._dumped:
            names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
            self._dumped[id(node)] = ast.dump(node), sorted(names)
        return self._dumped[id(node)]

    def _file(self, file: Path, module: str) -> Path | None:
        """What a name is imported from, where that is an answers' file: beside, the lesson's, or another reference."""
        place = file.parent, module
        if place not in self._imported:
            beside = [folder / f"{module}.py" for folder in (file.parent, self._own, self._lesson)]
            references = sorted(self._lesson.parent.glob(f"*/{module}/reference.py"))
            self._imported[place] = next((found for found in [*references, *beside] if found.is_file()), None)
        return self._imported[place]

    def _bindings(self, file: Path) -> _Bindings:
        if file not in self._read:
            tree = ast.parse(file.read_bytes())
            bindings: _Bindings = {}
            for node in tree.body:
                for name in _bound_by(node):
                    bindings.setdefault(name, []).append(node)
            self._read[file] = bindings
        return self._read[file]


def _bound_by(node: ast.stmt) -> set[str]:
    """The names that a statement of a file gives a meaning, or another one."""
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return {name}
        case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
            return {alias.asname or alias.name for alias in aliases}
        case ast.Expr(value=ast.Constant()):
            return set()
    # What a statement only mentions it may change, as one that appends to a list does.
    names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
    if isinstance(node, ast.Assign | ast.AnnAssign):
        names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}
    inside = (part for part in ast.walk(node) if isinstance(part, ast.FunctionDef | ast.ClassDef))
    return names | {part.name for part in inside}


def _is_check(node: ast.stmt) -> bool:
    decorators = node.decorator_list if isinstance(node, ast.FunctionDef) else []
    return any(ast.unparse(part).partition("(")[0].rpartition(".")[2] == "check" for part in decorators)


def _digest(told: list[str]) -> str:
    return hashlib.sha256("\0".join(told).encode()).hexdigest()[:24]
