"""What Moodle hands an instructor: `<full name>_<number>_assignsubmission_file_`, a folder or a file's beginning."""

from __future__ import annotations

from dataclasses import replace

from attnlab.classroom.intake.entries import Found
from attnlab.classroom.intake.layouts.bundles import Bundle, Sorted, by_top, inside, is_folder, others, student

LAYOUT = "Moodle download"
_MARK = "_assignsubmission_"


def moodle(found: Found) -> Sorted:
    """A student for each participant's number."""
    tops = by_top(found)
    bundles: list[Bundle] = []
    explained = []
    for top, entries in tops.items():
        before, mark, after = top.partition(_MARK)
        who, _, number = before.rpartition("_")
        if not mark or not (number.isascii() and number.isdigit()):
            continue
        explained.append(top)
        # Where marking is blind, everybody's name is the word for a participant.
        name = f"{who} {number}" if who.casefold() == "participant" else who
        file = after.partition("_")[2]
        files = inside(entries) if is_folder(entries) else [replace(entry, parts=(file,)) for entry in entries]
        origin = files[0].origin if files and not is_folder(entries) else top
        bundles.append(Bundle(student(number, name, moodle=number), files, origin))
    share = len(explained) / len(tops) if tops else 0.0
    return Sorted(LAYOUT, bundles, others(tops, explained, LAYOUT), share, by_id=True)
