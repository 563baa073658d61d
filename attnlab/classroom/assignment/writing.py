"""A new assignment file: what can be said in it is in it, commented, with a secret of its own."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from attnlab import files
from attnlab.classroom.assignment.reading import FORMAT_VERSION
from attnlab.content import Course, Exercise
from attnlab.content.private import CHECKS, declared_checks
from attnlab.errors import CannotWrite

_HEAD = """\
# What the class is to hand in. Mend it as you like, then: attnlab assignment check {file}
# Keep this file to yourself: with the secret, anybody can work out the inputs that a student's work is judged with.
format_version = {version}
course = {course}
title = {title}
secret = "{secret}"

# Each student's work is judged with inputs of their own. With false, everybody's is judged with the same.
per_student = true

# When it is due. Without a time the end of the day is meant, without a time zone that of the machine that grades.
{due}

# A folder beside this file with checks of your own, in the language of the course's: {example}/checks.py
# Students are not told what they try; those listed as 'visible' below are told like any other.
# private = "private"

# What coming late costs, as a share of the points that the work earned.
# [late]
# grace_minutes = 15
# per_day = 0.1             # for each started day
# most = 0.5                # and never more than this
# closed_after_days = 7     # what comes later earns nothing

# Other dates for some: by key, e-mail or name, a date or a number of days.
# [extensions]
# "ada@example.org" = 3
"""
_EXERCISE = """
# {title}
# Its checks: {checks}
[[exercises]]
id = {id}
points = {points}
# hidden = [{some}]
"""
_CAPSTONE = """
# The translator: a package of 'attnlab submit' with a trained run, judged by what it translates.
# [[exercises]]
# id = "submission"
# points = 20
"""


def assignment_text(
    course: Course, exercises: Sequence[Exercise], *, file: Path, title: str, due: datetime | None, secret: str
) -> str:
    """The text of an assignment of these exercises, for the course's own points."""
    head = _HEAD.format(
        file=files.shown(file),
        version=FORMAT_VERSION,
        course=_quoted(course.id),
        title=_quoted(title),
        secret=secret,
        due=f"due = {due.isoformat(timespec='seconds')}" if due else "# due = 2030-12-31T23:59:00+01:00",
        example=f"private/{exercises[0].id}",
    )
    return head + "".join(_entry(exercise) for exercise in exercises) + _CAPSTONE


def write_new(file: Path, text: str) -> None:
    """Put the text in a file that is not there yet and that nobody else may read.

    Raises:
        CannotWrite: it is there already, or cannot be made.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        # Never over another: with its secret the seeds of a class would be lost.
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise CannotWrite(
            f"{files.shown(file)} is there already, with a secret of its own",
            remedy="name another file with --out, or move that one away",
        ) from None
    except OSError as error:
        raise _cannot(file, error) from error
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    except OSError as error:
        file.unlink(missing_ok=True)
        raise _cannot(file, error) from error


def _entry(exercise: Exercise) -> str:
    checks = declared_checks(exercise.answers / CHECKS)
    return _EXERCISE.format(
        title=exercise.title,
        checks=", ".join(checks),
        id=_quoted(exercise.id),
        points=f"{exercise.points:g}",
        some=", ".join(_quoted(name) for name in checks[-2:]),
    )


def _quoted(text: str) -> str:
    # TOML's escapes are JSON's, but for the one sign that JSON leaves as it is.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _cannot(file: Path, error: OSError) -> CannotWrite:
    return CannotWrite(
        f"{files.shown(file)} could not be written: {(error.strerror or type(error).__name__).lower()}",
        remedy="make room or give yourself the right to write there, or name another file with --out",
    )
