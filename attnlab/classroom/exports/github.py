"""Grades as the lines of a GitHub workflow that GitHub Classroom reads the points from."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from attnlab.classroom.exports.heading import Heading
    from attnlab.classroom.scoring import StudentGrades


def notices(heading: Heading, students: Iterable[StudentGrades]) -> Iterator[str]:
    """Two notices with the points of them all, as the reporter of GitHub Classroom writes them; no name is in them."""
    everybody = list(students)
    points = round(sum(one.points for one in everybody), 2)
    most = round(sum(one.max_points for one in everybody), 2)
    yield f"::notice title=Autograding complete::Points {points:g}/{most:g}\n"
    yield f"::notice title=Autograding report::{json.dumps({'totalPoints': points, 'maxPoints': most})}\n"
