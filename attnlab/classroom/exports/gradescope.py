"""Grades as Gradescope's `results.json`: for students to see, so it is made of what a student may learn alone."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from attnlab.grading.verdicts import Verdict

if TYPE_CHECKING:
    from attnlab.classroom.assignment import Assignment
    from attnlab.classroom.feedback.records import CheckFeedback, ExerciseFeedback, Feedback
    from attnlab.classroom.records import Intake, Oddity
    from attnlab.classroom.scoring import Grade, StudentGrades
    from attnlab.content import Course

_NOBODY = "nothing that could be graded was found in what you handed in"
_LOOKED_AT = "a person will look at this once more"
_COUNTING = ("score", "max_score", "status")


def results(
    one: StudentGrades, assignment: Assignment, course: Course, oddities: Iterable[Oddity] = ()
) -> dict[str, Any]:
    """One student's results. Hidden checks are marked so for Gradescope, and tell points and verdict alone even there.

    Args:
        oddities: what of their files was left out, and why.
    """
    from attnlab.classroom.feedback.telling import feedback_on

    feedback = feedback_on(one, assignment, course)
    tests = [
        test
        for place, (grade, exercise) in enumerate(zip(one.grades, feedback.exercises, strict=True), start=1)
        for test in _tests(place, grade, exercise)
    ]
    return {
        "score": one.points,
        "execution_time": round(sum(grade.seconds for grade in one.grades), 3),
        "output": "\n".join(_about(one, feedback, oddities)),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "extra_data": {
            "course": course.id,
            "max_points": one.max_points,
            "points": {exercise.id: exercise.points for exercise in feedback.exercises},
        },
        "tests": tests,
    }


def results_for_nobody(oddities: Iterable[Oddity]) -> dict[str, Any]:
    """The results where no work was found at all."""
    return _without_tests(_left_out(oddities))


def refusal(intake: Intake, assignment: Assignment) -> dict[str, Any] | None:
    """The results where nothing that was handed in belongs to the assignment; None where something does."""
    works = [work for hand_in in intake.hand_ins for work in hand_in.works]
    if any(assignment.wants(work.exercise) for work in works):
        return None
    elsewhere = (plain(f"{work.origin}: work on '{work.exercise}', which is not asked for") for work in works)
    wanted = ", ".join(item.exercise for item in assignment.items or ())
    return _without_tests([*elsewhere, *_left_out(intake.oddities), f"what is asked for: {wanted}"])


def _without_tests(said: Iterable[str]) -> dict[str, Any]:
    return {
        "score": 0.0,
        "output": "\n".join([f"{_NOBODY}.", *said]),
        "output_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": [],
    }


def as_text(told: dict[str, Any]) -> str:
    return json.dumps(told, indent=1) + "\n"


def _tests(place: int, grade: Grade, exercise: ExerciseFeedback) -> Iterator[dict[str, Any]]:
    decided = exercise.reason is not None
    if not exercise.checks or decided:
        yield _whole(place, exercise)
    # Those that are not hidden come first.
    open_ones = sum(not check.hidden for check in grade.checks)
    for number, check in enumerate(exercise.checks, start=1):
        test = _test(f"{place}.{number}", exercise, check, hidden=number > open_ones)
        # What was decided for the whole stands above; the checks are told and count nothing.
        yield {key: value for key, value in test.items() if not (decided and key in _COUNTING)}


def _whole(place: int, exercise: ExerciseFeedback) -> dict[str, Any]:
    """An exercise without checks to tell of: not handed in, or decided by hand as a whole."""
    said = exercise.verdict if exercise.reason is None else f"decided by hand: {exercise.reason}"
    return {
        "name": plain(exercise.title),
        "number": str(place),
        "score": exercise.points,
        "max_score": exercise.max_points,
        "output": plain(said),
        "visibility": "visible",
    }


def _test(number: str, exercise: ExerciseFeedback, check: CheckFeedback, *, hidden: bool) -> dict[str, Any]:
    told: dict[str, Any] = {
        "name": plain(f"{exercise.title}: {check.name}"),
        "number": number,
        "score": check.points,
        "max_score": check.max_points,
        "output": plain("\n".join(_said(check))),
        "tags": [exercise.id],
        "visibility": "hidden" if hidden else "visible",
    }
    if check.verdict != Verdict.NOT_JUDGED:
        told["status"] = "passed" if check.verdict == Verdict.PASSED else "failed"
    return told


def _said(check: CheckFeedback) -> Iterator[str]:
    if check.verdict == Verdict.NOT_JUDGED:
        yield f"not judged, which is no fault of yours; {_LOOKED_AT}"
    elif check.verdict != Verdict.PASSED:
        yield check.verdict
    yield from filter(None, [check.problem, check.call and f"in the call {check.call}"])
    yield from check.excerpt
    yield from check.smallest_case
    yield from filter(None, [check.tell, check.ask])
    if check.reason is not None:
        yield f"decided by hand: {check.reason}"


def _about(one: StudentGrades, feedback: Feedback, oddities: Iterable[Oddity]) -> Iterator[str]:
    yield plain(f"{feedback.title}: {feedback.points:g} of {feedback.max_points:g} points")
    if feedback.penalty:
        yield f"late: {feedback.penalty:g} points were taken off, which the sum of the tests does not show"
    for grade, exercise in zip(one.grades, feedback.exercises, strict=True):
        if exercise.verdict != grade.verdict and exercise.checks:
            yield plain(f"{exercise.title}: {exercise.verdict}")
        for left in exercise.ignored:
            yield plain(f"{exercise.title}: not taken into account: {left}")
        if exercise.looked_at:
            yield plain(f"{exercise.title}: {_LOOKED_AT}")
        if exercise.next:
            yield plain(f"{exercise.title}: next: {exercise.next}")
    yield from _left_out(oddities)


def _left_out(oddities: Iterable[Oddity]) -> Iterator[str]:
    for odd in oddities:
        yield plain(f"left out ({odd.kind}): {odd.origin}: {odd.why}")


def plain(text: str) -> str:
    """The text without control characters but for line ends, and without halves of surrogates."""
    kept = "".join(sign if sign.isprintable() or sign in "\n\t" else " " for sign in text)
    return kept.encode("utf-8", "replace").decode("utf-8")
