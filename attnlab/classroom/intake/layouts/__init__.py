"""How classes come: one file for each form that systems and people hand them over in, and which of them it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from attnlab.classroom.intake.entries import Found
from attnlab.classroom.intake.kinds import is_archive
from attnlab.classroom.intake.layouts.bundles import Sorted, by_top, inside, is_folder
from attnlab.classroom.intake.layouts.canvas import canvas
from attnlab.classroom.intake.layouts.github import github
from attnlab.classroom.intake.layouts.gradescope import gradescope, one_of_gradescope
from attnlab.classroom.intake.layouts.moodle import moodle
from attnlab.classroom.intake.layouts.nbgrader import nbgrader
from attnlab.classroom.intake.layouts.people import by_people, is_nobodys, is_one_students, one_students
from attnlab.classroom.intake.matching import Catalogue

__all__ = ["Sorted", "of_a_system", "one_students", "recognised"]

_ENOUGH = 0.5


def recognised(found: Found, path: Path, name: str, catalogue: Catalogue) -> Sorted:
    """What lies here as students with their files: the layout that most of it fits, or as people do it.

    Args:
        path: where it was found.
        name: what a student is called whose work it all is.

    Raises:
        Refused: it is some system's, whose own list cannot be read.
    """
    if one := one_of_gradescope(found, path):
        return one
    levels = [(found, name), *_unwrapped(found, name)]
    for level in levels:
        if a_systems := of_a_system(*level):
            return a_systems
        if is_one_students(level[0], catalogue):
            return one_students(*level)
    # The folder that everything is in may be a student's, or one around the class.
    innermost, _ = levels[-1]
    return by_people(innermost if _has_people(innermost) else found, catalogue)


def of_a_system(found: Found, name: str) -> Sorted | None:
    """What lies here as students with their files, where it is some system's layout that most of it fits.

    Raises:
        Refused: the system's own list cannot be read.
    """
    tried = [gradescope(found), canvas(found), moodle(found), nbgrader(found), github(found, name)]
    best = max(tried, key=lambda sorted_: sorted_.share)
    return best if best.share > _ENOUGH else None


def _unwrapped(found: Found, name: str) -> Iterator[tuple[Found, str]]:
    """What lies in the one folder that everything is in, and in the one folder in that, with whose it could be.

    The outermost folder that is called after anybody is theirs.
    """
    whose = ""
    while len(tops := by_top(found)) == 1:
        [(folder, entries)] = tops.items()
        if not entries or not is_folder(entries):
            return
        empty = {parts[1:] for parts in found.empty if len(parts) > 1}
        repositories = {parts[1:] for parts in found.repositories if len(parts) > 1}
        found = Found(inside(entries), [], repositories, empty)
        whose = whose or ("" if is_nobodys(folder) else folder)
        yield found, whose or name


def _has_people(found: Found) -> bool:
    """Whether several folders or archives with work lie here."""
    tops = by_top(found).items()
    return sum(is_archive(name) or is_folder(entries) for name, entries in tops) > 1
