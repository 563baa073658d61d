"""An instructor's own checks and misconceptions, which lie outside the course and join its own.

In the instructor's folder they have one folder an exercise, `softmax/checks.py` and `softmax/misconceptions.py`,
written as the course's are; they may import those to stand on them: `from checks import values`.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from attnlab.errors import AttnlabError, ContentInvalid

if TYPE_CHECKING:
    from attnlab.content.answers import Answers, Check, Misconception
    from attnlab.content.records import Course

CHECKS, MISCONCEPTIONS = "checks.py", "misconceptions.py"
# What the judge itself checks first in every file.
_TAKEN = "defined"


class PrivateInvalid(AttnlabError):
    """The instructor's own checks have problems; all of them are listed."""

    def __init__(self, problems: Sequence[str]) -> None:
        count = len(problems)
        listed = "\n".join(f"  {problem}" for problem in problems)
        super().__init__(
            f"the private checks have {count} problem{'' if count == 1 else 's'}:\n{listed}",
            remedy="mend the files named above, then 'attnlab assignment check'",
        )
        self.problems = tuple(problems)


def exercises_in(folder: Path) -> list[str]:
    """The names of the exercises that an instructor's folder has something for."""
    if not folder.is_dir():
        return []
    files = (file for name in (CHECKS, MISCONCEPTIONS) for file in folder.glob(f"*/{name}"))
    return sorted({file.parent.name for file in files})


def declared_checks(file: Path) -> tuple[str, ...]:
    """The ids of the checks in a file, going by its text alone; none where it is missing or no Python.

    Nothing is run and nothing heavy imported, so a command that only asks what is hidden stays quick.
    """
    try:
        tree = ast.parse(file.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return ()
    return tuple(node.name for node in tree.body if isinstance(node, ast.FunctionDef) and _is_check(node))


def extended(course: Course, answers: Answers, folder: Path) -> Answers:
    """The answers to an exercise with the instructor's own checks and misconceptions after the course's.

    Raises:
        PrivateInvalid: a file does not run, or a name is taken.
    """
    exercise = answers.exercise
    own = folder / exercise.id
    files = [own / name for name in (CHECKS, MISCONCEPTIONS) if (own / name).is_file()]
    if not files:
        return answers
    from attnlab.content.answers import defined_beside

    try:
        checks, misconceptions = defined_beside(course, exercise, files)
    except ContentInvalid as error:
        raise PrivateInvalid([str(problem) for problem in error.problems]) from error
    if problems := _problems(answers, checks, misconceptions, own):
        raise PrivateInvalid(problems)
    return replace(
        answers,
        checks=(*answers.checks, *checks),
        misconceptions=(*answers.misconceptions, *misconceptions),
    )


def _problems(
    answers: Answers, checks: Sequence[Check], misconceptions: Sequence[Misconception], own: Path
) -> list[str]:
    problems: list[str] = []
    declared = set(declared_checks(own / CHECKS))
    known = {_TAKEN} | {check.id for check in answers.checks}
    for check in checks:
        if check.id in known:
            problems.append(f"{own / CHECKS}: {check.id}: there is a check of this name already; call it otherwise")
        elif check.id not in declared:
            # Whether it may be shown to students is told by its name, before anything is run.
            problems.append(f"{own / CHECKS}: {check.id}: write it as a 'def' below '@check(...)', not indented")
        problems += [
            f"{own / CHECKS}: {check.id}: stands on '{other.id}', which is no check of this exercise"
            for other in check.after
            if other.id not in known
        ]
        known.add(check.id)
    if (own / CHECKS).is_file() and not checks:
        problems.append(f"{own / CHECKS}: has no check in it")
    known = {misconception.id for misconception in answers.misconceptions}
    for misconception in misconceptions:
        if misconception.id in known:
            problems.append(f"{own / MISCONCEPTIONS}: {misconception.id}: the course has a misconception of this name")
        known.add(misconception.id)
    return problems


def _is_check(node: ast.FunctionDef) -> bool:
    return any(_last_name(decorator) == "check" for decorator in node.decorator_list)


def _last_name(decorator: ast.expr) -> str:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""
