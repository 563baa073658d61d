"""Who is in a class, told from the sheet of grades that its system exports."""

from __future__ import annotations

from attnlab.classroom.exports.canvas import everybody, is_canvas
from attnlab.classroom.exports.matching import Person
from attnlab.classroom.exports.moodle import is_moodle, moodle
from attnlab.classroom.exports.sheets import NoSheet, read_sheet


def people_in(content: bytes) -> tuple[Person, ...]:
    """Everybody in a gradebook of Canvas or a grading worksheet of Moodle; nobody where it is neither."""
    try:
        sheet = read_sheet(content)
        if is_canvas(sheet):
            return everybody(sheet)
        return moodle(sheet, None).people if is_moodle(sheet) else ()
    except NoSheet:
        return ()
