"""The judge inside a notebook: `check_cell("softmax")`, or `%%check softmax` above the cell that answers it."""

from __future__ import annotations

import atexit
import inspect
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attnlab.errors import AttnlabError, NotThere, ToolFault, WrongUsage

if TYPE_CHECKING:
    from attnlab.content import Course, Exercise
    from attnlab.grading import Judge, Report


@dataclass(frozen=True, slots=True)
class CellReport:
    """What the judge says of one exercise; the last line of a cell shows it."""

    exercise: Exercise
    report: Report

    @property
    def passed(self) -> bool:
        return self.report.passed

    @property
    def points(self) -> float:
        """The points earned, out of the exercise's.

        Raises:
            ToolFault: a check could not be judged, by no fault of the answer's.
        """
        from attnlab.grading import Verdict

        if any(check.verdict is Verdict.NOT_JUDGED for check in self.report.checks):
            raise CellProblem(
                ToolFault("a check could not be judged", remedy="'attnlab doctor' says what is wrong here")
            )
        most = self.report.max_points
        return round(self.exercise.points * self.report.points / most, 2) if most else 0.0

    def __repr__(self) -> str:
        from attnlab.cli.views_cell import cell_view

        return "\n".join(cell_view(self.exercise, self.report))

    def _repr_html_(self) -> str:
        from attnlab.cli.views_cell import cell_as_html

        return cell_as_html(self.exercise, self.report)


def check_cell(exercise: str, *, seed: int | None = None, course: Path | str | None = None) -> CellReport:
    """Judge what this notebook has for an exercise, in a confined process, and show the report in the cell.

    What is judged is the text of the cells that were run last: the definition, and all that it stands on.

    Args:
        exercise: its name, as 'softmax'.
        seed: replays the inputs of an earlier report.
        course: a folder with another course than ours.

    Raises:
        AttnlabError: there is no such exercise, or nothing here defines what it asks for.
    """
    shell = _shell()
    namespace = shell.user_ns if shell is not None else sys._getframe(1).f_globals
    try:
        return _checked(exercise, shell, namespace, seed, course)
    except AttnlabError as error:
        raise CellProblem(error) from None


def load_ipython_extension(shell: Any) -> None:
    """Make `%%check EXERCISE` and `%check EXERCISE` known to a notebook; `%load_ext attnlab` calls this."""

    def check(line: str, cell: str | None = None) -> CellReport | None:
        name = line.strip()
        if not name:
            raise CellProblem(WrongUsage("which exercise is meant is not said", remedy="write it as %%check softmax"))
        # What fails shows its own traceback; there is nothing to judge then.
        if cell is not None and not shell.run_cell(cell, store_history=False).success:
            return None
        return check_cell(name)

    shell.register_magic_function(check, magic_kind="line_cell", magic_name="check")


class CellProblem(AttnlabError):
    """A problem that a notebook shows in two lines, without the way it took through our files."""

    def __init__(self, error: AttnlabError) -> None:
        super().__init__(error.problem, remedy=error.remedy)

    def _render_traceback_(self) -> list[str]:
        return [f"attnlab: {self.problem}", f"  {self.remedy}"]


def _checked(
    name: str, shell: Any, namespace: Mapping[str, Any], seed: int | None, root: Path | str | None
) -> CellReport:
    from attnlab.paths import course_root

    judge, course = _judge_of(course_root(Path(root) if root is not None else None))
    exercise = course.exercise(name)
    source = _source(exercise, shell, namespace)
    if source is None:
        raise NotThere(
            f"nothing here defines {exercise.implements} yet", remedy="run the cell that does, then this one again"
        )
    siblings = _siblings(exercise, course)
    return CellReport(exercise, judge.grade(exercise, source, siblings=siblings, seed=seed))


@lru_cache(maxsize=1)
def _judge_of(root: Path) -> tuple[Judge, Course]:
    """The course and a judge of it, whose workers stay warm from one cell to the next."""
    from attnlab.content import read_course
    from attnlab.grading import Judge

    course = read_course(root)
    judge = Judge(course)
    atexit.register(judge.close)
    return judge, course


def _shell() -> Any:
    """The notebook we are called from, or None in plain Python."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython is not None else None


def _source(exercise: Exercise, shell: Any, namespace: Mapping[str, Any]) -> bytes | None:
    from attnlab.notebooks.opening import Cell
    from attnlab.notebooks.reading import sources_of

    wanted = {exercise.id: exercise.implements}
    if shell is not None:
        run = [text for text in shell.history_manager.input_hist_raw if isinstance(text, str)]
        cells = [Cell(number, True, text) for number, text in enumerate(run)]
        if found := sources_of(cells, wanted, as_run=True).sources.get(exercise.id):
            return found
    # Defined in a file that was imported or run, or this is no notebook at all.
    with suppress(TypeError, OSError, UnicodeDecodeError):
        file = inspect.getsourcefile(inspect.unwrap(_as_callable(namespace.get(exercise.implements))))
        if file is not None and Path(file).is_file():
            text = Path(file).read_text(encoding="utf-8")
            # The file may ask for the judge itself: only the definition and what it stands on goes there.
            return sources_of([Cell(1, True, text)], wanted, as_run=True).sources.get(exercise.id, text.encode())
    return None


def _as_callable(found: object) -> Callable[..., Any]:
    if not callable(found):
        raise TypeError("no function and no class")
    return found


def _siblings(exercise: Exercise, course: Course) -> dict[str, bytes]:
    """The other exercises' files: those beside the notebook, and those of the workspace around it."""
    from attnlab.study import find_workspace, open_workspace, submission_of

    here = Path.cwd()
    found: dict[str, bytes] = {}
    with suppress(AttnlabError):
        if find_workspace(here):
            found |= submission_of(open_workspace(here, course), exercise, b"").siblings
    for other in course.exercises:
        file = here / f"{other.id}.py"
        if other.id != exercise.id and file.is_file():
            found[other.id] = file.read_bytes()
    return found
