"""What a class is to hand in: which exercises for how many points, by when, and what stays hidden."""

from attnlab.classroom.assignment.reading import (
    AssignmentInvalid,
    assignment_in,
    new_secret,
    notes_of,
    read_assignment,
    without_file,
)
from attnlab.classroom.assignment.records import CAPSTONE_POINTS, Assignment, Item, LatePolicy

__all__ = [
    "CAPSTONE_POINTS",
    "Assignment",
    "AssignmentInvalid",
    "Item",
    "LatePolicy",
    "assignment_in",
    "new_secret",
    "notes_of",
    "read_assignment",
    "without_file",
]
