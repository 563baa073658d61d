"""Draws what the learner's own code attends to, beside what the reference does, and says where they differ most."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from attnlab import files
from attnlab.errors import WrongUsage
from attnlab.pictures import Furthest, Panel, differing, furthest, panels_png, picture_page, table_of
from attnlab.pictures.panels import SEEN
from attnlab.study.checking import submission
from attnlab.study.workspace import Workspace

if TYPE_CHECKING:
    from attnlab.content import Course, Exercise, ExercisePicture

OURS, THEIRS = "yours", "the reference"
# Two that differ by less differ only in the order in which they added.
SAME = 1e-6


@dataclass(frozen=True)
class Shown:
    """One exercise drawn twice: the learner's panels and the reference's, in pairs of the same labels.

    Args:
        pairs: empty when the learner's code gave no picture.
        problem: why it gave none, as one sentence.
        excerpt: the learner's own lines that led there.
    """

    exercise: Exercise
    picture: ExercisePicture
    pairs: tuple[tuple[Panel, Panel], ...]
    problem: str | None = None
    excerpt: tuple[str, ...] = ()

    @property
    def furthest(self) -> Furthest | None:
        """Where the two differ most."""
        return furthest([ours for ours, _ in self.pairs], [theirs for _, theirs in self.pairs])

    @property
    def outside(self) -> int:
        """How many of the learner's numbers lie beyond what a right answer gives, or are none at all."""
        low, high = self.picture.between
        numbers = (value for ours, _ in self.pairs for row in ours.values for value in row)
        return sum(not low - SAME <= value <= high + SAME for value in numbers)

    @property
    def axes(self) -> str:
        """What the rows and the columns are, as one sentence."""
        return f"One row per {self.picture.rows}, one column per {self.picture.columns}."

    @property
    def difference(self) -> str:
        """How far the two are apart, as one sentence."""
        found = self.furthest
        if found is None or found.distance < SAME:
            return f"Yours shows the same as {THEIRS}."
        cell = f"{self.picture.rows} '{found.row}', {self.picture.columns} '{found.column}'"
        where = f"in '{found.panel}' at {cell}" if found.panel else f"at {cell}"
        told = "No difference can be seen; the largest" if found.distance < SEEN else "The largest difference"
        return f"{told} is {where}: yours {found.ours:.3g}, {THEIRS} {found.theirs:.3g}."


def showable(course: Course) -> list[Exercise]:
    """The exercises that can be drawn, in course order."""
    return [exercise for exercise in course.exercises if exercise.has_picture]


def show(workspace: Workspace, exercise: Exercise) -> Shown:
    """Draw the exercise's file as it is on disk now; it runs confined, as for a check.

    Raises:
        WrongUsage: the exercise has no picture; the remedy names those that have one.
        NotThere: the file is missing or cannot be read.
    """
    if not exercise.has_picture:
        names = ", ".join(other.id for other in showable(workspace.course))
        raise WrongUsage(
            f"{exercise.id} has no picture",
            remedy=f"these have one: {names}" if names else "no exercise of this course has one",
        )
    handed_in = submission(workspace, exercise)
    from attnlab.content import read_picture
    from attnlab.grading import draw_submission

    picture = read_picture(workspace.course, exercise)
    drawn = draw_submission(
        workspace.course,
        exercise,
        picture,
        handed_in.source,
        filename=handed_in.filename,
        siblings=handed_in.siblings,
    )
    if drawn.learner is not None:
        return Shown(exercise, picture, tuple(zip(drawn.learner, drawn.reference, strict=True)))
    report = drawn.report
    if not report.attempted:
        return Shown(exercise, picture, (), "its gap is still open")
    failed = report.first_failure
    if failed is None or failed.failure is None:
        return Shown(exercise, picture, (), report.note or "it cannot be drawn")
    return Shown(exercise, picture, (), failed.failure.problem, failed.failure.excerpt)


def titled(panel: Panel, whose: str) -> Panel:
    """The panel named by whose it is, and by its own name where it has one."""
    return Panel(f"{whose}: {panel.name}" if panel.name else whose, panel.rows, panel.columns, panel.values)


def save_png(shown: Shown, file: Path) -> None:
    """Both pictures in one PNG file, the learner's on the left.

    Raises:
        NotThere: matplotlib is missing or broken.
        CannotWrite: the file cannot be written.
    """
    picture = shown.picture
    panels = [panel for ours, theirs in shown.pairs for panel in (titled(ours, OURS), titled(theirs, THEIRS))]
    title = f"{shown.exercise.id}: {picture.title}"
    files.write(file, panels_png(title, panels, rows=picture.rows, columns=picture.columns, between=picture.between))


def save_html(shown: Shown, file: Path) -> None:
    """Both pictures as a web page that needs no other file.

    Raises:
        CannotWrite: the file cannot be written.
    """
    picture = shown.picture
    tables = [
        table_of(titled(panel, whose), rows=picture.rows, columns=picture.columns, between=picture.between, marked=off)
        for ours, theirs in shown.pairs
        for panel, whose, off in ((ours, OURS, differing(ours, theirs)), (theirs, THEIRS, frozenset()))
    ]
    sentences = [shown.axes, shown.difference]
    if any(differing(ours, theirs) for ours, theirs in shown.pairs):
        sentences.append(f"Cells marked ! differ from {THEIRS}.")
    files.write(file, picture_page(f"{shown.exercise.id}: {picture.title}", tables, sentences=sentences))
