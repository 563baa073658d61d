"""The gradebook's file: an SQLite database in which every judgement is kept the moment it is made."""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Any

from attnlab import files
from attnlab.classroom.gradebook.connecting import connected, in_our_words
from attnlab.classroom.records import CheckRow, HandIn, Judgement, Kept, Odd, Oddity, Override, Student
from attnlab.errors import NotThere
from attnlab.grading.verdicts import REPORT_FORMAT, CheckResult, Report, report_from_json

_WHOLE = ""
_ASSIGNMENT = "assignment"


@dataclass(frozen=True, slots=True)
class Handed:
    """What is to be judged of a student's work for one exercise.

    Args:
        ground: a checksum of the source and of all it imports of the student's other files.
    """

    source: bytes
    ground: str
    seed: int


def open_gradebook(file: Path, *, writing: bool = False, make: bool = False) -> Gradebook:
    """The gradebook in `file`; close it, or use it as a context.

    Args:
        writing: whether anything is to be changed; only one command at a time may.
        make: make it where there is none.

    Raises:
        NotThere: there is none, or it cannot be read.
        NoGradebook: the file is something else.
        NewerFormat: a later attnlab made it.
        CannotWrite: another command is writing, or the folder does not let us.
    """
    if not make and not file.is_file():
        raise NotThere(f"there is no gradebook {files.shown(file)}", remedy="'attnlab grade' makes one: see --out")
    with ExitStack() as stack:
        if writing:
            stack.enter_context(files.locked(file.with_name(f".{file.name}.lock"), patience=0.0))
        connection = stack.enter_context(connected(file, writing=writing))
        return Gradebook(file, connection, stack.pop_all(), writing=writing)


class Gradebook:
    """Students, their work, every check's result, what was decided by hand. Opened by `open_gradebook`."""

    def __init__(self, file: Path, connection: sqlite3.Connection, held: ExitStack, *, writing: bool) -> None:
        self.file = file
        self._connection, self._held, self._writing = connection, held, writing

    def __enter__(self) -> Gradebook:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End it; all that was kept lies in the one file then."""
        self._held.close()

    # What holds for the whole book.

    def told(self, name: str) -> str | None:
        """What was noted under a name, such as 'course', 'course_version', 'assignment'."""
        row = self._row("SELECT value FROM told WHERE name = ?", name)
        return None if row is None else str(row[0])

    def tell(self, entries: Mapping[str, str]) -> None:
        """Note these; what was noted under the same names is replaced."""
        self._write("INSERT OR REPLACE INTO told VALUES (?, ?)", list(entries.items()))

    def oddities(self) -> list[Oddity]:
        """What was found among the submissions and belongs to no work."""
        rows = self._rows("SELECT kind, origin, why, student FROM oddity ORDER BY rowid")
        return [Oddity(Odd(kind), origin, why, student) for kind, origin, why, student in rows]

    def note_oddities(self, oddities: Iterable[Oddity]) -> None:
        """These, in place of those noted before."""
        rows = [(str(odd.kind), odd.origin, odd.why, odd.student) for odd in oddities]
        with self._transaction() as change:
            change("DELETE FROM oddity", [()])
            change("INSERT INTO oddity VALUES (?, ?, ?, ?)", rows)

    # What was handed in.

    def remember(self, hand_in: HandIn, handed: Mapping[str, Handed]) -> None:
        """Note a student and what they handed in, by exercise; what is there already is only brought up to date."""
        student = hand_in.student
        origins = {work.exercise: work for work in hand_in.works}
        with self._transaction() as change:
            change(
                "INSERT OR REPLACE INTO student VALUES (?, ?, ?, ?)",
                [(student.key, student.name, student.email, _json(dict(student.ids)))],
            )
            for exercise, one in handed.items():
                digest = sha256(one.source).hexdigest()
                change("INSERT OR IGNORE INTO source VALUES (?, ?)", [(digest, zlib.compress(one.source))])
                change("UPDATE work SET latest = 0 WHERE student = ? AND exercise = ?", [(student.key, exercise)])
                work = origins[exercise]
                change(
                    """
                    INSERT INTO work VALUES (
                        :student, :exercise, :ground, :seed,
                        1 + (SELECT count(*) FROM work WHERE student = :student AND exercise = :exercise),
                        1, :origin, :ignored, :submitted, :late, :digest
                    )
                    ON CONFLICT DO UPDATE SET seed = excluded.seed, latest = 1, origin = excluded.origin,
                        ignored = excluded.ignored, submitted = excluded.submitted, late = excluded.late
                    """,
                    [
                        {
                            "student": student.key,
                            "exercise": exercise,
                            "ground": one.ground,
                            "seed": one.seed,
                            "origin": work.origin,
                            "ignored": _json(list(work.ignored)),
                            "submitted": hand_in.submitted and hand_in.submitted.isoformat(),
                            "late": hand_in.late,
                            "digest": digest,
                        }
                    ],
                )

    def students(self) -> list[Student]:
        """All of them, in the order of their keys."""
        return [_student(row) for row in self._rows("SELECT key, name, email, ids FROM student ORDER BY key")]

    def exercises(self) -> list[str]:
        """Those that anybody handed in, by name."""
        return [row[0] for row in self._rows("SELECT DISTINCT exercise FROM work WHERE latest ORDER BY exercise")]

    def source(self, student: str, exercise: str, attempt: int | None = None) -> bytes | None:
        """What a student handed in for an exercise: what counts, or an earlier attempt."""
        row = self._row(
            "SELECT content FROM work JOIN source USING (digest) WHERE student = ? AND exercise = ? AND "
            + ("latest" if attempt is None else "attempt = ?"),
            *(student, exercise, *([] if attempt is None else [attempt])),
        )
        return None if row is None else zlib.decompress(row[0])

    # What was judged.

    def known(self, student: str, exercise: str, ground: str, seed: int) -> dict[str, CheckRow]:
        """The newest result of every check of just this work, by the check's id; empty where it was never judged."""
        row = self._row(
            "SELECT checks FROM report WHERE student = ? AND exercise = ? AND ground = ? AND seed = ?",
            *(student, exercise, ground, seed),
        )
        if row is None:
            return {}
        checks = self._checks(student, exercise, ground, seed, json.loads(row[0]))
        return {check.result.id: check for check in checks}

    def keep(self, judgement: Judgement) -> None:
        """Keep a judgement, whole or not at all; from here on a kill does not lose it."""
        report = judgement.report
        told = report.to_json()
        checks = told.pop("checks")
        of_whom = (judgement.student, judgement.exercise, judgement.ground, judgement.seed)
        rows = [
            (
                *of_whom,
                check["id"],
                judgement.versions.get(check["id"], ""),
                check["id"] in judgement.hidden,
                _json(check),
            )
            for check in checks
        ]
        with self._transaction() as change:
            change("INSERT OR REPLACE INTO check_result VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
            change(
                "INSERT OR REPLACE INTO report VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (
                        *of_whom,
                        _json(told),
                        _json([[row[4], row[5]] for row in rows]),
                        judgement.attention,
                        datetime.now(UTC).isoformat(timespec="seconds"),
                    )
                ],
            )

    def kept(
        self, student: str | None = None, exercise: str | None = None, *, all_attempts: bool = False
    ) -> Iterator[Kept]:
        """Everything on what counts, student by student and exercise by exercise, one at a time.

        Args:
            student: of this one alone; `exercise` likewise.
            all_attempts: earlier ones too, oldest first.
        """
        wanted = [("work.student", student), ("work.exercise", exercise)]
        conditions = [f"{column} = ?" for column, value in wanted if value is not None]
        conditions += [] if all_attempts else ["work.latest"]
        where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
        rows = self._rows(
            f"""
            SELECT student.key, student.name, student.email, student.ids,
                work.exercise, origin, work.ground, work.seed, attempt, submitted, late, ignored,
                report.told, report.checks, attention, graded_at
            FROM work JOIN student ON student.key = work.student
            LEFT JOIN report ON report.student = work.student AND report.exercise = work.exercise
                AND report.ground = work.ground AND report.seed = work.seed
            {where} ORDER BY student.key, work.exercise, attempt
            """,
            *(value for _, value in wanted if value is not None),
        )
        for row in rows:
            whose, (work, origin, ground, seed, attempt, submitted, late, ignored) = _student(row[:4]), row[4:12]
            told, order, attention, graded_at = row[12:]
            checks = self._checks(whose.key, work, ground, seed, json.loads(order)) if order else ()
            yield Kept(
                student=whose,
                exercise=work,
                origin=origin,
                ground=ground,
                seed=seed,
                attempt=attempt,
                submitted=_moment(submitted),
                late=None if late is None else bool(late),
                ignored=tuple(json.loads(ignored)),
                report=_report(told, checks) if told else None,
                checks=checks,
                attention=attention or "",
                graded_at=_moment(graded_at),
                overrides=tuple(self.overrides(whose.key, work)),
            )

    # What was decided by hand.

    def overrides(self, student: str | None = None, exercise: str | None = None) -> list[Override]:
        """Those in force, for everybody or for one student's exercise."""
        rows = self._rows(
            """
            SELECT student, exercise, name, points, reason, at, by FROM override
            WHERE student = coalesce(?, student) AND exercise = coalesce(?, exercise) ORDER BY student, exercise, name
            """,
            student,
            exercise,
        )
        return [
            Override(whose, work, name or None, points, reason, datetime.fromisoformat(at), by)
            for whose, work, name, points, reason, at, by in rows
        ]

    def decide(self, override: Override) -> None:
        """Put it in force, in place of an earlier one for the same."""
        row = (
            override.student, override.exercise, override.check or _WHOLE, override.points, override.reason,
            override.at.isoformat(timespec="seconds"), override.by,
        )  # fmt: skip
        self._write("INSERT OR REPLACE INTO override VALUES (?, ?, ?, ?, ?, ?, ?)", [row])

    def withdraw(self, student: str, exercise: str, check: str | None = None) -> bool:
        """Take an override back; False where there was none."""
        there = (student, exercise, check or _WHOLE)
        found = self._row("SELECT 1 FROM override WHERE student = ? AND exercise = ? AND name = ?", *there)
        self._write("DELETE FROM override WHERE student = ? AND exercise = ? AND name = ?", [there])
        return found is not None

    def _checks(self, *key: Any) -> tuple[CheckRow, ...]:
        *of_whom, order = key
        rows = self._rows(
            "SELECT name, version, hidden, told FROM check_result "
            "WHERE student = ? AND exercise = ? AND ground = ? AND seed = ?",
            *of_whom,
        )
        found = {(name, version): (bool(hidden), told) for name, version, hidden, told in rows}
        checks = []
        for name, version in order:
            hidden, told = found[name, version]
            checks.append(CheckRow(_result(told), version, hidden))
        return tuple(checks)

    def _row(self, query: str, *values: Any) -> Any:
        return next(iter(self._rows(query, *values)), None)

    def _rows(self, query: str, *values: Any) -> Iterator[Any]:
        with in_our_words(self.file, writing=False):
            yield from self._connection.execute(query, values)

    def _write(self, query: str, rows: list[Any]) -> None:
        with self._transaction() as change:
            change(query, rows)

    @contextmanager
    def _transaction(self) -> Iterator[Callable[[str, list[Any]], None]]:
        with in_our_words(self.file, writing=True):
            self._connection.execute("BEGIN IMMEDIATE")

            def change(query: str, rows: list[Any]) -> None:
                self._connection.executemany(query, rows)

            try:
                yield change
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise


_BARE = {
    "report_format": REPORT_FORMAT, "exercise": "", "seed": 0, "attempted": True, "output": "", "isolation": [],
    "note": None, "seconds": 0.0,
}  # fmt: skip


def _report(told: str, checks: Iterable[CheckRow]) -> Report:
    report = report_from_json({**json.loads(told), "checks": []})
    return replace(report, checks=tuple(check.result for check in checks))


def _result(told: str) -> CheckResult:
    return report_from_json({**_BARE, "checks": [json.loads(told)]}).checks[0]


def _student(row: Any) -> Student:
    key, name, email, ids = row
    return Student(key, name, email, json.loads(ids))


def _moment(told: str | None) -> datetime | None:
    return None if told is None else datetime.fromisoformat(told)


def _json(value: Any) -> str:
    # ASCII: half a surrogate, as a submission may print one, is no text for SQLite.
    return json.dumps(value, separators=(",", ":"))
