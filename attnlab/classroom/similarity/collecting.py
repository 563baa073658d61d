"""The works of one exercise, from one gradebook or several, ready to be compared."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from attnlab.classroom.gradebook import Gradebook
from attnlab.classroom.similarity.alike import Submitted
from attnlab.classroom.similarity.pieces import texts_of


def submitted_in(books: Sequence[Gradebook], exercise: str) -> list[Submitted]:
    """What counts of everybody's work for an exercise, the first gradebook's first; files are read one at a time."""
    found = []
    for number, book in enumerate(books):
        for student in book.students():
            source = book.source(student.key, exercise)
            if source is not None:
                digest = sha256(source).hexdigest()
                found.append(Submitted(student.key, student.name, student.email, number, digest, texts_of(source)))
    return found
