"""Which exercises a class has begun, where nobody says which were asked for."""

from __future__ import annotations

from attnlab.classroom.intake.matching import Catalogue
from attnlab.classroom.records import CAPSTONE, Intake
from attnlab.content import Course


def begun_in(intake: Intake, course: Course) -> frozenset[str]:
    """The exercises for which somebody handed in more than the untouched starter; all, where nobody did.

    A workspace holds a file for every exercise of the course. One of them in a class must not make everything count
    that nobody was asked for.
    """
    catalogue = Catalogue(course)
    handed_in, begun = set(), set()
    for work in (work for hand_in in intake.hand_ins for work in hand_in.works):
        handed_in.add(work.exercise)
        if work.exercise not in begun and (
            work.exercise == CAPSTONE or not catalogue.is_untouched(work.exercise, work.file.read_bytes())
        ):
            begun.add(work.exercise)
    return frozenset(begun or handed_in)
