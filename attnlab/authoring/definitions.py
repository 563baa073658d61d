"""What can be seen wrong with an exercise by reading its files as syntax: signatures, docstrings, hints, names."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from attnlab.authoring.findings import Finding, Weight
from attnlab.content import Course, Exercise
from attnlab.shapes import read_shapes

GAP = "# Your code goes here."
FEWEST_HINTS, MOST_HINTS = 2, 4
# Below this many characters, spaces not counted, a statement gives nothing away.
SHORTEST_LINE = 10
SHORTEST_EXPRESSION = 24

Definition = ast.FunctionDef | ast.ClassDef


def definition_findings(course: Course, exercise: Exercise) -> Iterator[Finding]:
    """Everything wrong with an exercise that shows without running it."""
    yield from _settings(course, exercise)
    trees: dict[str, ast.Module] = {}
    for file in (exercise.starter, *(exercise.answers / name for name in _PYTHON)):
        relative = file.relative_to(course.root)
        try:
            trees[file.name] = ast.parse(file.read_bytes(), filename=str(file))
        except FileNotFoundError:
            yield Finding(relative, None, "is missing")
        except (SyntaxError, ValueError) as error:
            yield Finding(relative, f"line {getattr(error, 'lineno', 1)}", f"is not Python: {error}")
    for name, tree in trees.items():
        folder = exercise.folder if name == "starter.py" else exercise.answers
        yield from _names_twice((folder / name).relative_to(course.root), tree)
        if name in ("starter.py", "reference.py"):
            yield from _imports(course, exercise, (folder / name).relative_to(course.root), tree)
    if "starter.py" in trees:
        yield from _starter(course, exercise, trees["starter.py"])
    if "reference.py" in trees:
        yield from _hints(course, exercise, trees["reference.py"])
    if "starter.py" in trees and "reference.py" in trees:
        yield from _agreement(course, exercise, trees)
    why = exercise.answers / "why.md"
    if not why.is_file():
        yield Finding(why.relative_to(course.root), None, "is missing")
    elif not why.read_text(encoding="utf-8").strip():
        yield Finding(why.relative_to(course.root), None, "is empty")


_PYTHON = ("reference.py", "checks.py", "misconceptions.py", "variants.py")


def _settings(course: Course, exercise: Exercise) -> Iterator[Finding]:
    file = (exercise.folder / "exercise.toml").relative_to(course.root)
    filled = {"title": exercise.title.strip(), "summary": exercise.summary.strip(), "minutes": exercise.minutes}
    for key, value in filled.items():
        if not value:
            yield Finding(file, key, "is empty")
    if not FEWEST_HINTS <= len(exercise.hints) <= MOST_HINTS:
        what = f"there are {len(exercise.hints)}; an exercise has {FEWEST_HINTS} to {MOST_HINTS}"
        yield Finding(file, "hints", what)
    for tier, hint in enumerate(exercise.hints, start=1):
        if not hint.strip():
            yield Finding(file, f"hints[{tier}]", "is empty")


def _names_twice(file: Path, tree: ast.Module) -> Iterator[Finding]:
    seen: set[str] = set()
    for statement in tree.body:
        if isinstance(statement, ast.FunctionDef | ast.ClassDef):
            if statement.name in seen:
                # Only the last of them is ever read: the others vanish without a word.
                yield Finding(file, f"line {statement.lineno}", f"'{statement.name}' is defined a second time")
            seen.add(statement.name)


def _imports(course: Course, exercise: Exercise, file: Path, tree: ast.Module) -> Iterator[Finding]:
    known = {other.id for other in course.exercises}
    for statement in ast.walk(tree):
        match statement:
            case ast.ImportFrom(module=str() as module, level=0):
                names = [module]
            case ast.Import(names=aliases):
                names = [alias.name for alias in aliases]
            case _:
                continue
        for name in names:
            if name in known and name not in exercise.prerequisites:
                what = f"imports '{name}', which exercise.toml does not list under prerequisites"
                yield Finding(file, f"line {statement.lineno}", what)


def _starter(course: Course, exercise: Exercise, tree: ast.Module) -> Iterator[Finding]:
    file = exercise.starter.relative_to(course.root)
    found = _definition(tree, exercise.implements)
    if found is None:
        yield Finding(file, None, f"does not define {exercise.implements}")
        return
    gaps = exercise.starter.read_text(encoding="utf-8").count(GAP)
    most = len(_functions(found))
    if not 1 <= gaps <= max(most, 1):
        room = "one" if most <= 1 else f"one to {most}, one a method at most"
        yield Finding(file, None, f"has {gaps} gaps marked '{GAP}'; a starter has {room}")
    texts = [text for text in _docstrings(found).values() if text]
    if not texts:
        yield Finding(file, f"line {found.lineno}", f"{exercise.implements} has no docstring")
    elif not any("Shapes:" in text for text in texts):
        yield Finding(file, f"line {found.lineno}", f"the docstring of {exercise.implements} has no 'Shapes:' block")
    for name, function in _functions(found).items():
        parameters = {argument.arg for argument in ast.walk(function.args) if isinstance(argument, ast.arg)}
        for described in read_shapes(ast.get_docstring(function)).arguments:
            if described not in parameters:
                what = f"'Shapes:' describes '{described}', which is no parameter of {name}"
                yield Finding(file, f"line {function.lineno}", what)


def _agreement(course: Course, exercise: Exercise, trees: Mapping[str, ast.Module]) -> Iterator[Finding]:
    file = (exercise.answers / "reference.py").relative_to(course.root)
    starter = _definition(trees["starter.py"], exercise.implements)
    reference = _definition(trees["reference.py"], exercise.implements)
    if reference is None:
        yield Finding(file, None, f"does not define {exercise.implements}")
    if starter is None or reference is None:
        return
    if type(starter) is not type(reference):
        what = f"{exercise.implements} is a class in one of starter and reference, a function in the other"
        yield Finding(file, f"line {reference.lineno}", what)
        return
    theirs = _functions(reference)
    for name, function in _functions(starter).items():
        if name not in theirs:
            yield Finding(file, f"line {reference.lineno}", f"does not define {name}, which the starter does")
        elif (wanted := _signature(function)) != (got := _signature(theirs[name])):
            what = f"the signature is {name}({got}), the starter's {name}({wanted})"
            yield Finding(file, f"line {theirs[name].lineno}", what)
    docstrings = _docstrings(reference)
    for name, text in _docstrings(starter).items():
        if name in docstrings and text != docstrings[name]:
            line = (theirs.get(name) or reference).lineno
            yield Finding(file, f"line {line}", f"the docstring of {name} is not the starter's")


def _hints(course: Course, exercise: Exercise, reference: ast.Module) -> Iterator[Finding]:
    file = (exercise.folder / "exercise.toml").relative_to(course.root)
    given_away = dict(_solution_lines(reference))
    for tier, hint in enumerate(exercise.hints, start=1):
        said = _compact(hint)
        for compact, line in given_away.items():
            if compact in said:
                yield Finding(file, f"hints[{tier}]", f"holds a line of the solution: {line}")
                break


def _solution_lines(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for statement in ast.walk(tree):
        if not isinstance(statement, ast.Assign | ast.AugAssign | ast.Return | ast.Expr) or statement.value is None:
            continue
        if isinstance(statement.value, ast.Constant):
            continue
        line, expression = ast.unparse(statement), ast.unparse(statement.value)
        for text, shortest in ((line, SHORTEST_LINE), (expression, SHORTEST_EXPRESSION)):
            if len(_compact(text)) >= shortest:
                yield _compact(text), text


def _definition(tree: ast.Module, name: str) -> Definition | None:
    for statement in tree.body:
        if isinstance(statement, ast.FunctionDef | ast.ClassDef) and statement.name == name:
            return statement
    return None


def _functions(definition: Definition) -> dict[str, ast.FunctionDef]:
    if isinstance(definition, ast.FunctionDef):
        return {definition.name: definition}
    return {
        f"{definition.name}.{method.name}": method
        for method in definition.body
        if isinstance(method, ast.FunctionDef) and (not method.name.startswith("_") or method.name == "__init__")
    }


def _docstrings(definition: Definition) -> dict[str, str | None]:
    nodes: dict[str, Definition] = {definition.name: definition, **_functions(definition)}
    return {name: ast.get_docstring(node) for name, node in nodes.items()}


def _signature(function: ast.FunctionDef) -> str:
    return ast.unparse(function.args)


def _compact(text: str) -> str:
    return re.sub(r"[\s`]+", "", text).replace('"', "'")


def sentence_findings(file: Path, place: str, sentence: str) -> Iterator[Finding]:
    """What is wrong with the sentence of a check: it is lower case, without a full stop."""
    if not sentence.strip():
        yield Finding(file, place, "has no sentence")
    elif sentence.rstrip().endswith("."):
        yield Finding(file, place, "its sentence ends with a full stop; it is shown in a list", weight=Weight.WARNING)
