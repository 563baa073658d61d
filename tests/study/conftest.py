from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from attnlab.content import Course, read_course
from attnlab.grading.verdicts import CheckResult, Diagnosis, Failure, Report, Verdict
from attnlab.study import Workspace, start_workspace

MINI_COURSE = Path(__file__).parents[1] / "mini_course"


class ScriptedJudge:
    """Gives the verdict that the file's own text asks for: `# right`, `# wrong`, or an open gap."""

    def __init__(self) -> None:
        self.asked: list[dict[str, object]] = []

    def grade(self, exercise, source, **options) -> Report:
        self.asked.append({"exercise": exercise.id, "source": source, **options})
        right, wrong = b"# right" in source, b"# wrong" in source
        failure = Failure(
            "rows at row 0: expected 2.0, got 3.0", diagnosis=Diagnosis("You square.", "What is?", "squared", 2)
        )
        check = CheckResult(
            "values",
            "every number is twice as large",
            3,
            Verdict.PASSED if right else Verdict.FAILED,
            None if right else failure,
        )
        return Report(exercise.id, options.get("seed") or 11, right or wrong, (check,))


@pytest.fixture
def course() -> Course:
    return read_course(MINI_COURSE)


@pytest.fixture
def workspace(tmp_path: Path, course: Course) -> Workspace:
    return start_workspace(tmp_path / "work", course).workspace


@pytest.fixture
def double(course: Course):
    return course.exercise("double")


@pytest.fixture
def judge() -> ScriptedJudge:
    return ScriptedJudge()


@pytest.fixture
def clock():
    """Each call is a minute later than the one before."""
    moment = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)

    def tick() -> datetime:
        nonlocal moment
        moment += timedelta(minutes=1)
        return moment

    return tick
