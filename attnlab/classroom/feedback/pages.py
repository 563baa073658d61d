"""Feedback as a web page that stands alone and runs nothing."""

from __future__ import annotations

from typing import Any

from attnlab.classroom.feedback.records import CheckFeedback, ExerciseFeedback, Feedback
from attnlab.classroom.feedback.wording import evidence, moment, off, points, sentences
from attnlab.grading.verdicts import Verdict
from attnlab.pictures import rendered

_NOT_BAD = (Verdict.PASSED, Verdict.NOT_REACHED, Verdict.NOT_JUDGED)


def page(feedback: Feedback) -> str:
    """The whole page.

    Raises:
        NotThere: jinja2 is missing.
    """
    return rendered(
        "feedback.html",
        title=feedback.title,
        name=feedback.name,
        total=points(feedback.points, feedback.max_points),
        off=off(feedback.penalty) if feedback.penalty else "",
        due=moment(feedback.due) if feedback.due else "",
        left_out=feedback.left_out,
        exercises=[_exercise(exercise) for exercise in feedback.exercises],
    )


def _exercise(exercise: ExerciseFeedback) -> dict[str, Any]:
    return {
        "title": exercise.title,
        "points": points(exercise.points, exercise.max_points),
        "verdict": exercise.verdict,
        "sentences": sentences(exercise),
        "checks": [_check(check) for check in exercise.checks],
        "ignored": exercise.ignored,
        "next": exercise.next,
    }


def _check(check: CheckFeedback) -> dict[str, Any]:
    return {
        "name": check.name,
        "verdict": check.verdict,
        "bad": check.verdict not in _NOT_BAD,
        "points": points(check.points, check.max_points) if check.max_points else "",
        "evidence": [line.expandtabs(4) for line in evidence(check)],
        "tell": check.tell,
        "ask": check.ask,
        "reason": check.reason,
    }
