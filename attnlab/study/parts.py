"""Which of the translator's parts are the learner's own: those whose files pass; and why the others are not."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from attnlab import files
from attnlab.errors import NotThere
from attnlab.grading.sources import imports_of, same_program
from attnlab.study.checking import Grader, submission_of
from attnlab.study.history import kept_of
from attnlab.study.workspace import Workspace
from attnlab.translation.parts import Own, Selection, part_exercises, select

if TYPE_CHECKING:
    from attnlab.content import Exercise
    from attnlab.grading import Report

Heard = Callable[[str], None]


def choose_parts(workspace: Workspace, judge: Grader, *, heard: Heard = lambda exercise: None) -> Selection:
    """The learner's files where they pass, the course's references for the rest, each with why.

    A file that has not changed since it passed, nor any that it imports, is not judged again.

    Args:
        judge: asked about files of which nothing is known.
        heard: told the exercise that is judged now.

    Raises:
        NotThere: the course has none of the translator's parts.
    """
    choosing = _Choosing(workspace, judge, heard)
    for exercise in part_exercises(workspace.course).values():
        choosing.consider(exercise)
    return select(workspace.course, choosing.own, choosing.notes)


def reference_parts(workspace: Workspace) -> Selection:
    """The course's own answers for all parts."""
    return select(workspace.course)


class _Choosing:
    """What is known so far: the files that pass, with all they import, and why others do not."""

    def __init__(self, workspace: Workspace, judge: Grader, heard: Heard) -> None:
        self._workspace, self._judge, self._heard = workspace, judge, heard
        self._course = workspace.course
        self._sources: dict[str, bytes] = {}
        for exercise in self._course.exercises:
            with suppress(NotThere):
                if (content := files.read_if_there(workspace.file(exercise))) is not None:
                    self._sources[exercise.id] = content
        self.own: dict[str, Own] = {}
        self.notes: dict[str, str] = {}

    def consider(self, exercise: Exercise) -> None:
        """Take the exercise's file and those it imports where it passes; else note why not."""
        if exercise.id in self.own or exercise.id in self.notes:
            return
        if exercise.id not in self._sources:
            self.notes[exercise.id] = "you have no file for it"
            return
        source = self._sources[exercise.id]
        if same_program(source, exercise.starter.read_bytes()):
            self.notes[exercise.id] = "its gap is still open"
            return
        needed = self._leads_to(exercise)
        if not all(self._has_passed(each) for each in needed):
            self._heard(exercise.id)
            handed_in = submission_of(self._workspace, exercise, source)
            report = self._judge.grade(exercise, source, filename=handed_in.filename, siblings=handed_in.siblings)
            if not report.passed:
                self.notes[exercise.id] = _why(report)
                return
        for each in needed:
            file = str(self._workspace.file(each))
            self.own[each.id] = Own(self._sources[each.id], file)

    def _leads_to(self, exercise: Exercise) -> list[Exercise]:
        """The exercise, those it imports, and those that they import."""
        found: list[Exercise] = []
        waiting = [exercise]
        while waiting:
            each = waiting.pop()
            if each in found:
                continue
            found.append(each)
            imported = set(imports_of(self._sources.get(each.id, b"")))
            waiting += [other for other in self._course.exercises if other.id in imported]
        return found

    def _has_passed(self, exercise: Exercise) -> bool:
        """Whether a version that passed is kept and is, byte for byte, what the file holds now."""
        if exercise.id in self.own:
            return True
        source = self._sources.get(exercise.id)
        kept = (each for each in kept_of(self._workspace, exercise) if each.reason == "pass")
        with suppress(NotThere):
            return any(each.content() == source for each in reversed(list(kept)))
        return False


def _why(report: Report) -> str:
    if not report.attempted:
        return "its gap is still open"
    if report.note:
        return report.note
    failure = report.first_failure
    return f"it does not pass: {failure.sentence}" if failure else "it could not be judged"
