"""The small course with both exercises in numpy, so that no test waits for torch; and classes that work on it."""

from __future__ import annotations

import shutil
from pathlib import Path

from attnlab.classroom.assignment import Assignment, without_file
from attnlab.classroom.batch import Event, Judged, grade_class
from attnlab.classroom.gradebook import open_gradebook
from attnlab.classroom.records import HandIn, Intake, Student, Work
from attnlab.content import Course, read_course
from attnlab.grading import Isolation

MINI_COURSE = Path(__file__).parents[2] / "mini_course"
RIGHT = "def double(numbers):\n    return numbers * 2\n"
SQUARED = "def double(numbers):\n    return numbers * numbers\n"
LEAVING = "import os\n\n\ndef double(numbers):\n    os._exit(3)\n"
SUM = "from double import double\n\n\ndef double_sum(numbers):\n    return double(numbers).sum(axis=-1)\n"


def numpy_course(folder: Path) -> Course:
    """A copy of the small course, to be changed at will."""
    root = Path(shutil.copytree(MINI_COURSE, folder))
    for file in [*root.rglob("*.py"), *root.rglob("exercise.toml")]:
        text = file.read_text().replace("dim=", "axis=").replace('library = "torch"', 'library = "numpy"')
        file.write_text(text.replace("import torch\n", "import numpy as np\n").replace("torch.", "np."))
    return read_course(root)


def handed_in(folder: Path, files: dict[str, dict[str, str]]) -> Intake:
    """A class on disk, by student and exercise."""
    hand_ins = []
    for student, works in sorted(files.items()):
        (folder / student).mkdir(parents=True, exist_ok=True)
        for exercise, source in works.items():
            (folder / student / f"{exercise}.py").write_text(source)
        all_works = tuple(Work(each, folder / student / f"{each}.py", f"{student}/{each}.py") for each in works)
        hand_ins.append(HandIn(Student(student, student), all_works))
    return Intake("a folder per student", tuple(hand_ins))


def graded(
    intake: Intake,
    course: Course,
    book: Path,
    *,
    assignment: Assignment | None = None,
    jobs: int = 1,
    isolation: Isolation = Isolation.AUTO,
) -> list[Event]:
    """Everything that happened while a class was graded into a book."""
    with open_gradebook(book, writing=True, make=True) as opened:
        wanted = assignment or without_file("a secret")
        return list(grade_class(intake, wanted, course, opened, isolation=isolation, jobs=jobs))


def verdicts(events: list[Event]) -> dict[tuple[str, str], list[tuple[str, str]]]:
    """Every check's verdict, by student and exercise."""
    judged = [event.judgement for event in events if isinstance(event, Judged)]
    return {
        (one.student, one.exercise): [(check.id, str(check.verdict)) for check in one.report.checks] for one in judged
    }
