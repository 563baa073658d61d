"""From grades, which are the instructor's, to what their student may learn of them: the one place that leaves out.

Of a hidden check no sentence, number, call, excerpt and diagnosis goes any further; of nothing a seed, and nothing
that submitted code printed, which may be a hidden input.
"""

from __future__ import annotations

from datetime import tzinfo
from typing import TYPE_CHECKING

from attnlab.classroom.feedback.records import CheckFeedback, ExerciseFeedback, Feedback
from attnlab.classroom.records import CAPSTONE
from attnlab.classroom.scoring import MISSING, NOT_ATTEMPTED, NOT_GRADED
from attnlab.grading.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from attnlab.classroom.assignment import Assignment
    from attnlab.classroom.records import Oddity
    from attnlab.classroom.scoring import CheckGrade, Grade, StudentGrades
    from attnlab.content import Course

_IN_WORDS = {
    MISSING: "nothing was handed in",
    NOT_ATTEMPTED: "the gap of the starter is still open",
    NOT_GRADED: "handed in, not graded yet",
    Verdict.NOT_JUDGED: "could not be judged, which is no fault of yours",
}
_WELL = (Verdict.PASSED, Verdict.NOT_JUDGED, MISSING, NOT_GRADED)


def feedback_on(
    grades: StudentGrades, assignment: Assignment, course: Course, oddities: Iterable[Oddity] = ()
) -> Feedback:
    """What the student of these grades may learn.

    Args:
        oddities: what of their files was left out, and why.
    """
    # The capstone's checks quote those of the exercises, also hidden ones.
    hiding = any(item.hidden for item in assignment.items or ()) or any(
        check.hidden for grade in grades.grades for check in grade.checks
    )
    due = assignment.due_of(grades.student)
    zone = due.tzinfo if due else None
    return Feedback(
        name=grades.student.name or grades.student.key,
        title=assignment.title or course.title,
        points=grades.points,
        max_points=grades.max_points,
        penalty=grades.penalty,
        due=due,
        exercises=tuple(_exercise(grade, course, zone, quoting=not hiding) for grade in grades.grades),
        left_out=tuple(f"{odd.origin}: {odd.why}" for odd in oddities),
    )


def _exercise(grade: Grade, course: Course, zone: tzinfo | None, *, quoting: bool) -> ExerciseFeedback:
    telling = quoting or grade.exercise != CAPSTONE
    shown = [_check(check, telling=telling) for check in grade.checks if not check.hidden]
    hidden = [check for check in grade.checks if check.hidden]
    withheld = [_hidden(check, number) for number, check in enumerate(hidden, start=1)]
    return ExerciseFeedback(
        id=grade.exercise,
        title=grade.title,
        verdict=_IN_WORDS.get(grade.verdict, grade.verdict),
        # What no check tells is said of the whole file: that what it imports does not pass, as it stands.
        note=grade.tell if grade.verdict == Verdict.NOT_REACHED and not grade.told_by else "",
        points=grade.points,
        max_points=grade.max_points,
        raw_points=grade.raw_points,
        penalty=grade.penalty,
        late_days=grade.late_days,
        # As the clocks go where it was due.
        submitted=grade.submitted.astimezone(zone) if grade.submitted and zone else grade.submitted,
        origin=grade.origin,
        ignored=grade.ignored,
        reason=grade.override.reason if grade.override else None,
        next=_next(grade, course),
        looked_at=bool(grade.needs_attention),
        checks=(*shown, *withheld),
    )


def _check(check: CheckGrade, *, telling: bool) -> CheckFeedback:
    bare = CheckFeedback(
        name=check.sentence,
        verdict=check.verdict,
        points=check.points,
        max_points=check.max_points,
        reason=check.override.reason if check.override else None,
    )
    failure = check.failure
    # What failed in a check that could not be judged is ours, and tells a student nothing.
    if failure is None or not telling or check.verdict == Verdict.NOT_JUDGED:
        return bare
    diagnosis = failure.diagnosis
    return CheckFeedback(
        name=bare.name,
        verdict=bare.verdict,
        points=bare.points,
        max_points=bare.max_points,
        problem=failure.problem,
        call=failure.call or "",
        excerpt=failure.excerpt,
        smallest_case=() if diagnosis else tuple((failure.smallest_case or "").splitlines()),
        tell=diagnosis.tell if diagnosis else "",
        ask=(diagnosis.ask or "") if diagnosis else "",
        reason=bare.reason,
    )


def _hidden(check: CheckGrade, number: int) -> CheckFeedback:
    reason = check.override.reason if check.override else None
    return CheckFeedback(f"hidden check {number}", check.verdict, check.points, check.max_points, reason=reason)


def _next(grade: Grade, course: Course) -> str:
    """The command that leads on: the hint that fits the first mistake they may hear of, else the next one."""
    known = next((exercise for exercise in course.exercises if exercise.id == grade.exercise), None)
    if known is None or grade.verdict in _WELL:
        return ""
    if grade.verdict == NOT_ATTEMPTED:
        return f"attnlab read {course.lesson_of(known).number}"
    if not known.hints:
        return f"attnlab check {known.id}"
    failed = next((check for check in grade.checks if check.failure and not check.hidden), None)
    diagnosis = failed.failure.diagnosis if failed and failed.failure else None
    tier = diagnosis.hint if diagnosis else None
    fits = tier is not None and 1 <= tier <= len(known.hints)
    return f"attnlab hint {known.id} --tier {tier}" if fits else f"attnlab hint {known.id}"
