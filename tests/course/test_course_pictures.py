"""The pictures of the course: the reference draws them, and mistakes can be seen in them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from attnlab.authoring.pictures import picture_findings
from attnlab.content import read_course, read_picture
from attnlab.grading import draw_submission
from attnlab.paths import course_root
from attnlab.pictures import furthest, side_by_side

COURSE = read_course(course_root(None))
DRAWN = [exercise.id for exercise in COURSE.exercises if exercise.has_picture]


def siblings(exercise):
    files = {other.id: other.answers / "reference.py" for other in COURSE.exercises if other.id != exercise.id}
    return {name: file.read_bytes() for name, file in files.items()}


@pytest.mark.parametrize("name", DRAWN)
def test_nothing_is_wrong_with_a_picture(name):
    assert [str(finding) for finding in picture_findings(COURSE, COURSE.exercise(name))] == []


@pytest.mark.parametrize("name", DRAWN)
def test_a_confined_reference_draws_what_the_reference_here_draws(name):
    exercise = COURSE.exercise(name)

    drawn = draw_submission(
        COURSE,
        exercise,
        read_picture(COURSE, exercise),
        (exercise.answers / "reference.py").read_bytes(),
        filename=f"{name}.py",
        siblings=siblings(exercise),
    )

    assert drawn.learner is not None, drawn.report.first_failure or drawn.report.note
    assert furthest(drawn.learner, drawn.reference).distance < 1e-5


@pytest.mark.parametrize("plain", [False, True])
@pytest.mark.parametrize("name", DRAWN)
def test_in_sixty_columns_no_label_stands_upright_and_no_row_is_broken(name, plain):
    from attnlab.grading import draw_reference

    exercise = COURSE.exercise(name)
    picture = read_picture(COURSE, exercise)

    for panel in draw_reference(COURSE, exercise, picture):
        named = replace(panel, name="yours")
        drawn = side_by_side(named, named, between=picture.between, plain=plain)
        lines = [line for line in drawn.text(60).splitlines() if line]
        # Two panels, each a name and a line of labels above its rows, and one line for the key.
        assert len(lines) in (2 * len(panel.rows) + 5, len(panel.rows) + 3)
