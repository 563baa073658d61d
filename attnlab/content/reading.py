"""Reads a course folder into records; reports every problem at once, each with file and key."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

from attnlab.content.records import FORMAT_VERSION, Course, Exercise, Lesson, Library, Limits, Source, Tour, Track
from attnlab.errors import ContentInvalid, NewerFormat

FENCE = "+++"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a content file: where, under which key, what."""

    file: Path
    key: str | None
    what: str

    def __str__(self) -> str:
        return f"{self.file}{f' [{self.key}]' if self.key else ''}: {self.what}"


def read_course(root: Path) -> Course:
    """The course under `root`, which holds `course/`, `exercises/` and `solutions/`.

    Raises:
        ContentInvalid: with all problems found, never just the first.
        NewerFormat: `course.toml` was written for a later attnlab.
    """
    course, problems = try_course(root)
    if problems or course is None:
        raise ContentInvalid(problems)
    return course


def try_course(root: Path) -> tuple[Course | None, list[Problem]]:
    """As much of the course as can be read, and what is wrong with it."""
    problems: list[Problem] = []
    table = _Table.from_file(root / "course" / "course.toml", root, problems)
    if table is None:
        return None, problems
    version = table.take("format_version", int, FORMAT_VERSION)
    if version > FORMAT_VERSION:
        raise NewerFormat(
            f"the course is written in format {version}; this attnlab reads up to {FORMAT_VERSION}",
            remedy="update attnlab: pip install --upgrade attnlab",
        )
    tracks = tuple(_read_track(entry) for entry in table.tables("tracks"))
    ident, released, title = table.take("id", str, ""), table.take("version", str, ""), table.take("title", str, "")
    tour = _read_tour(table.table("tour"))
    table.finish()

    lessons: list[Lesson] = []
    exercises: list[Exercise] = []
    for lesson_id in (lesson for track in tracks for lesson in track.lessons):
        lesson = _read_lesson(root, lesson_id, problems)
        if lesson is None:
            continue
        lessons.append(lesson)
        for exercise_id in lesson.exercises:
            if exercise := _read_exercise(root, lesson_id, exercise_id, problems):
                exercises.append(exercise)
    course = Course(root, ident, released, title, tracks, tuple(lessons), tuple(exercises), tour)
    problems += [*_clashes(course), *_lost_on_tour(course)]
    return course, problems


def lesson_text(lesson: Lesson) -> str:
    """The Markdown of a lesson, without its front matter."""
    text = lesson.file.read_text(encoding="utf-8")
    return text.split(FENCE, 2)[2].lstrip("\n")


def lesson_screens(lesson: Lesson) -> list[str]:
    """A lesson's text cut into its screens, at lines that hold `---` alone."""
    screens: list[list[str]] = [[]]
    fenced = False
    for line in lesson_text(lesson).splitlines():
        if line.startswith("```"):
            fenced = not fenced
        if line.strip() == "---" and not fenced:
            screens.append([])
        else:
            screens[-1].append(line)
    return [screen for lines in screens if (screen := "\n".join(lines).strip())]


def _read_track(entry: _Table) -> Track:
    track = Track(entry.take("id", str, ""), entry.take("title", str, ""), entry.words("lessons"))
    entry.finish()
    return track


def _read_tour(entry: _Table | None) -> Tour | None:
    if entry is None:
        return None
    tour = Tour(
        lesson=entry.take("lesson", str, ""),
        exercise=entry.take("exercise", str, ""),
        misconception=entry.take("misconception", str, ""),
        experiments=entry.words("experiments", required=False),
        sentences=entry.words("sentences", required=False),
    )
    entry.finish()
    return tour


def _read_lesson(root: Path, ident: str, problems: list[Problem]) -> Lesson | None:
    file = root / "course" / ident / "lesson.md"
    text = _read_text(file, root, problems)
    if text is None:
        return None
    parts = text.split(FENCE, 2)
    if len(parts) != 3 or parts[0].strip():
        problems.append(Problem(file.relative_to(root), None, f"does not open with TOML between two {FENCE} lines"))
        return None
    table = _Table.from_text(parts[1], file, root, problems)
    if table is None:
        return None
    sources = tuple(_read_source(entry) for entry in table.tables("sources"))
    lesson = Lesson(
        id=ident,
        title=table.take("title", str, ident),
        summary=table.take("summary", str, ""),
        minutes=table.take("minutes", int, 0),
        sources=sources,
        exercises=table.words("exercises"),
        experiments=table.words("experiments", required=False),
        file=file,
    )
    table.finish()
    for name in lesson.experiments:
        if not lesson.experiment_file(name).is_file():
            problems.append(Problem(table.file, "experiments", f"experiments/{name}.py is missing"))
    return lesson


def _read_source(entry: _Table) -> Source:
    source = Source(
        authors=entry.take("authors", str, ""),
        year=entry.take("year", int, 0),
        title=entry.take("title", str, ""),
        arxiv=entry.optional("arxiv", str),
        where=entry.optional("where", str),
    )
    entry.finish()
    return source


def _read_exercise(root: Path, lesson: str, ident: str, problems: list[Problem]) -> Exercise | None:
    folder = root / "exercises" / lesson / ident
    table = _Table.from_file(folder / "exercise.toml", root, problems)
    if table is None:
        return None
    if not (folder / "starter.py").is_file():
        problems.append(Problem(table.file.parent / "starter.py", None, "is missing"))
    library = table.take("library", str, Library.NUMPY.value)
    if library not in set(Library):
        table.problem("library", f"is '{library}'; it can be {', '.join(Library)}")
        library = Library.NUMPY.value
    difficulty = table.take("difficulty", int, 1)
    if not 1 <= difficulty <= 5:
        table.problem("difficulty", f"is {difficulty}; it goes from 1 to 5")
    limits = _read_limits(table)
    exercise = Exercise(
        id=ident,
        lesson=lesson,
        title=table.take("title", str, ident),
        summary=table.take("summary", str, ""),
        implements=table.optional("implements", str) or ident,
        library=Library(library),
        points=float(table.take("points", (int, float), 0)),
        difficulty=difficulty,
        minutes=table.take("minutes", int, 0),
        hints=table.words("hints"),
        prerequisites=table.words("prerequisites", required=False),
        aliases=table.words("aliases", required=False),
        parts=table.words("parts", required=False),
        limits=limits,
        folder=folder,
        answers=root / "solutions" / lesson / ident,
    )
    table.finish()
    return exercise


def _read_limits(table: _Table) -> Limits:
    entries = table.raw.pop("limits", {})
    known = {field.name: field.default for field in fields(Limits)}
    chosen: dict[str, Any] = {}
    for key, value in entries.items() if isinstance(entries, dict) else ():
        if key not in known:
            table.problem(f"limits.{key}", f"is not a key; the keys are {', '.join(known)}")
        elif isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
            table.problem(f"limits.{key}", "must be a number above zero")
        else:
            chosen[key] = value
    return Limits(**chosen)


def _clashes(course: Course) -> list[Problem]:
    problems: list[Problem] = []
    claimed: dict[str, Exercise] = {}
    for exercise in course.exercises:
        file = (exercise.folder / "exercise.toml").relative_to(course.root)
        for name in (exercise.id, *exercise.aliases):
            if name in claimed:
                problems.append(Problem(file, "aliases", f"the name '{name}' is already {claimed[name].lesson}'s"))
            claimed[name] = exercise
    for exercise in course.exercises:
        file = (exercise.folder / "exercise.toml").relative_to(course.root)
        for name in exercise.prerequisites:
            if name not in claimed:
                problems.append(Problem(file, "prerequisites", f"there is no exercise called '{name}'"))
    return problems


def _lost_on_tour(course: Course) -> list[Problem]:
    if course.tour is None:
        return []
    wanted = [("lesson", course.tour.lesson, {lesson.id for lesson in course.lessons})]
    wanted += [("exercise", course.tour.exercise, {exercise.id for exercise in course.exercises})]
    experiments = {name for name, _ in course.experiments()}
    wanted += [("experiments", name, experiments) for name in course.tour.experiments]
    file = Path("course", "course.toml")
    return [
        Problem(file, f"tour.{key}", f"there is nothing called '{name}'")
        for key, name, known in wanted
        if name not in known
    ]


def _read_text(file: Path, root: Path, problems: list[Problem]) -> str | None:
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        problems.append(Problem(file.relative_to(root), None, "is missing"))
    except (OSError, UnicodeDecodeError) as error:
        problems.append(Problem(file.relative_to(root), None, f"cannot be read: {error}"))
    return None


class _Table:
    """A TOML table whose keys are taken one by one, so that what is left over can be reported."""

    def __init__(self, raw: dict[str, Any], file: Path, problems: list[Problem], prefix: str = "") -> None:
        self.raw, self.file, self._problems, self._prefix = dict(raw), file, problems, prefix

    @classmethod
    def from_file(cls, file: Path, root: Path, problems: list[Problem]) -> _Table | None:
        text = _read_text(file, root, problems)
        return None if text is None else cls.from_text(text, file, root, problems)

    @classmethod
    def from_text(cls, text: str, file: Path, root: Path, problems: list[Problem]) -> _Table | None:
        try:
            return cls(tomllib.loads(text), file.relative_to(root), problems)
        except tomllib.TOMLDecodeError as error:
            problems.append(Problem(file.relative_to(root), None, f"is not TOML: {error}"))
            return None

    def take(self, key: str, kind: type[T] | tuple[type[T], ...], otherwise: T) -> T:
        """A required value; where it is missing or of another type that is a problem, and `otherwise` stands in."""
        if key not in self.raw:
            self.problem(key, "is missing")
            return otherwise
        taken: T = self._typed(key, self.raw.pop(key), kind, otherwise)
        return taken

    def optional(self, key: str, kind: type[T]) -> T | None:
        return self._typed(key, self.raw.pop(key), kind, None) if key in self.raw else None

    def words(self, key: str, *, required: bool = True) -> tuple[str, ...]:
        if not required and key not in self.raw:
            return ()
        listed: list[object] = self.take(key, list, [])
        if not all(isinstance(word, str) for word in listed):
            self.problem(key, "must be a list of strings")
            return ()
        return tuple(str(word) for word in listed)

    def tables(self, key: str) -> Sequence[_Table]:
        entries: list[object] = self.take(key, list, [])
        return [
            _Table(entry, self.file, self._problems, f"{self._prefix}{key}[{place}].")
            for place, entry in enumerate(entries)
            if isinstance(entry, dict)
        ]

    def table(self, key: str) -> _Table | None:
        entry = self.optional(key, dict)
        return None if entry is None else _Table(entry, self.file, self._problems, f"{self._prefix}{key}.")

    def problem(self, key: str, what: str) -> None:
        self._problems.append(Problem(self.file, self._prefix + key, what))

    def finish(self) -> None:
        """Every key not taken by now is one we do not know."""
        for key in self.raw:
            self.problem(key, "is not a key we know")

    def _typed(self, key: str, value: Any, kind: Any, otherwise: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, kind):
            wanted = kind.__name__ if isinstance(kind, type) else " or ".join(k.__name__ for k in kind)
            self.problem(key, f"must be {wanted}, not {type(value).__name__}")
            return otherwise
        return value
