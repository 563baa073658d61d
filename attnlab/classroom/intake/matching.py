"""Which exercise a file is for: its name says so, or what it defines does; what is not clear is not guessed."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from attnlab.classroom.intake.names import Word, squashed, words_in

if TYPE_CHECKING:
    from attnlab.content import Course

# What people add to a file's name without meaning another file; and names that leave it to the folder to tell.
_ADDED = frozenset({
    "final", "finally", "copy", "copie", "kopie", "copia", "of", "de", "the", "my", "new", "neu", "old", "alt", "last",
    "latest", "draft", "version", "ver", "v", "rev", "fix", "fixed", "done", "edit", "edited", "update", "updated",
    "correct", "corrected", "solution", "solutions", "answer", "answers", "submission", "submit", "submitted",
    "attempt", "exercise", "ex", "task", "hw", "homework", "assignment", "lab",
})  # fmt: skip
_LEFT_TO_THE_FOLDER = frozenset({
    "starter", "solution", "answer", "submission", "main", "exercise", "attempt", "code", "work", "student", "index",
    "init", "notebook",
})  # fmt: skip
_COUNTED_BY = frozenset({"v", "ver", "version", "rev"})
_MOST_WORDS = 40


class Certainty(IntEnum):
    """How plainly a file is for an exercise; the first is the plainest."""

    WORKSPACE = 0
    NAME = 1
    NEARLY = 2
    MENTIONED = 3
    CONTENT = 4


@dataclass(frozen=True, slots=True)
class Said:
    """What a file's name says: exercises, and what else is in it.

    Args:
        certainty: how plainly; where it is only MENTIONED, the content has to agree.
    """

    certainty: Certainty
    exercises: tuple[str, ...]


class _Span(NamedTuple):
    """A run of words in a name that means something of the course."""

    first: int
    after: int
    meant: str


class Unmatched(Exception):
    """A file that is for no exercise, or not plainly for one; the message is the clause that says why."""


class Catalogue:
    """The exercises of a course, by all that a file of theirs may be called or define."""

    def __init__(self, course: Course) -> None:
        called: dict[str, set[str]] = defaultdict(set)
        self.implementing: dict[str, list[str]] = defaultdict(list)
        self._homes = {(exercise.lesson, f"{exercise.id}.py"): exercise.id for exercise in course.exercises}
        self.homes = {exercise.id: f"exercises/{exercise.lesson}/{exercise.id}.py" for exercise in course.exercises}
        self.implements = {exercise.id: exercise.implements for exercise in course.exercises}
        self._starters = {exercise.id: exercise.starter for exercise in course.exercises}
        self._untouched: dict[str, bytes] = {}
        for exercise in course.exercises:
            for name in (exercise.id, *exercise.aliases, exercise.implements):
                called[squashed(name)].add(exercise.id)
            self.implementing[_name(exercise.implements)].append(exercise.id)
        own = {squashed(exercise.id): exercise.id for exercise in course.exercises}
        # Where two exercises ask for a function of one name, that name alone means neither of them.
        self._called = {name: ids.copy().pop() for name, ids in called.items() if len(ids) == 1} | own
        self._lessons = {
            squashed(name): lesson.id for lesson in course.lessons for name in (lesson.id, lesson.id.split("-", 1)[-1])
        }

    def speaks_of_the_course(self, name: str) -> bool:
        """Whether a folder or a file of this name is one of a workspace's: a lesson, an exercise, all exercises."""
        return squashed(name) in self._lessons or squashed(name) in self._called or name == "exercises"

    def said(self, parts: Sequence[str], own: Set[str] = frozenset()) -> Said | None:
        """What exercise a path names, if any.

        Args:
            own: the words of the student's own name, which say nothing of the exercise.
        """
        if len(parts) >= 3 and parts[-3] == "exercises" and (exercise := self._homes.get((parts[-2], parts[-1]))):
            return Said(Certainty.WORKSPACE, (exercise,))
        name = stem(parts[-1])
        if exercise := self._called.get(squashed(name)):
            return Said(Certainty.NAME, (exercise,))
        words = words_in(name)[:_MOST_WORDS]
        if spans := _spans(words, self._called):
            exercises = tuple(dict.fromkeys(span.meant for span in spans))
            plain = len(exercises) == 1 and all(_adds_nothing(word.text, own) for word in _outside(words, spans))
            return Said(Certainty.NEARLY if plain else Certainty.MENTIONED, exercises)
        for folder in reversed(parts[:-1]):
            if exercise := self._called.get(squashed(folder)):
                plain = squashed(name) in _LEFT_TO_THE_FOLDER
                return Said(Certainty.NEARLY if plain else Certainty.MENTIONED, (exercise,))
        return None

    def whose(self, name: str) -> str:
        """Whom a file's name names: what in it speaks of nothing in the course. Empty where it names nobody."""
        name = unicodedata.normalize("NFKC", stem(name))
        words = words_in(name)[:_MOST_WORDS]
        if spans := _spans(words, self._called | self._lessons):
            return _whose(name, words, spans)
        # Browsers count in brackets what is downloaded once more.
        before, _, count = name.rpartition(" (")
        return before if before and count.endswith(")") and count[:-1].isdigit() else name

    def meant(self, parts: Sequence[str], own: Set[str], found: set[str]) -> list[tuple[str, Certainty]]:
        """The exercises that a file of Python is for, with how plainly.

        Args:
            own: the words of the student's own name.
            found: which of the wanted functions and classes it defines.

        Raises:
            Unmatched: it is for none, or for none that could be told.
        """
        if len(parts) >= 4 and parts[-4] == "solutions" and parts[-3] in self._lessons.values():
            raise Unmatched("it lies where the course keeps its own answers")
        said = self.said(parts, own)
        if said and said.certainty <= Certainty.NEARLY:
            return [(said.exercises[0], said.certainty)]
        if said:
            if told := [exercise for exercise in said.exercises if self.implements[exercise] in found]:
                return [(exercise, Certainty.MENTIONED) for exercise in told]
            if not found:
                wanted = " or ".join(self.implements[exercise] for exercise in said.exercises)
                raise Unmatched(f"its name speaks of {' and '.join(said.exercises)}, but it defines no {wanted}")
        return self.by_content(found)

    def by_content(self, found: set[str]) -> list[tuple[str, Certainty]]:
        """The exercises that ask for what was found in a file.

        Raises:
            Unmatched: there is none, or two ask for the same.
        """
        if not found:
            raise Unmatched("no exercise is called so, and it defines nothing that one asks for")
        if sure := self.sure_of(found):
            return [(exercise, Certainty.CONTENT) for exercise in sure]
        rivals = self.implementing[_name(min(found))]
        raise Unmatched(f"what it defines is asked for by {' and by '.join(rivals)}; its name has to say which")

    def sure_of(self, found: set[str]) -> list[str]:
        """The exercises that alone ask for something that was found in a file."""
        told = [self.implementing[_name(name)] for name in sorted(found)]
        return [ids[0] for ids in told if len(ids) == 1]

    def is_untouched(self, exercise: str, content: bytes) -> bool:
        """Whether these bytes are the exercise's starter."""
        if exercise not in self._untouched:
            try:
                self._untouched[exercise] = _digest(self._starters[exercise].read_bytes())
            except OSError:
                self._untouched[exercise] = b""
        return self._untouched[exercise] == _digest(content)

    def defined_in(self, content: bytes) -> set[str]:
        """Which of the wanted functions and classes a source defines at its outermost level.

        Read line by line, not parsed: a file with a syntax error is somebody's work too, and no parser is to be
        trusted with what strangers wrote.
        """
        found: set[str] = set()
        # Without the zero bytes UTF-16 reads like ASCII, near enough to find a name in it.
        for line in content.replace(b"\0", b"").decode("utf-8", "replace").splitlines():
            name = _defined_by(line.lstrip("\ufeff\ufffd"))
            if name in self.implementing:
                found.update(self.implements[exercise] for exercise in self.implementing[name])
        return found


def stem(name: str) -> str:
    """A file's name without its ending, which '.txt' behind '.py' is a part of."""
    for ending in (".py.txt", ".tar.gz"):
        if len(name) > len(ending) and name.casefold().endswith(ending):
            return name[: -len(ending)]
    before, _, _ = name.rpartition(".")
    return before or name


def _adds_nothing(word: str, own: Set[str]) -> bool:
    return word in _ADDED or word in own or word.isdigit()


def _defined_by(line: str) -> str | None:
    """The name that a line at the outermost level binds."""
    if not line[:1].isidentifier():
        return None
    for keyword in ("def ", "class ", "async def "):
        if line.startswith(keyword):
            return _name(_identifier(line[len(keyword) :].lstrip()))
    name = _identifier(line)
    after = line[len(name) :].lstrip()
    return _name(name) if name and after.startswith((":", "=")) and not after.startswith("==") else None


def _identifier(text: str) -> str:
    length = next((at for at, character in enumerate(text) if not (character.isalnum() or character == "_")), len(text))
    return text[:length]


def _name(name: str) -> str:
    return unicodedata.normalize("NFKC", name)


def _spans(words: Sequence[Word], called: Mapping[str, str]) -> list[_Span]:
    """Where runs of words name something; a run inside a longer one does not count."""
    found: list[_Span] = []
    for length in range(len(words), 0, -1):
        for first in range(len(words) - length + 1):
            meant = called.get("".join(word.text for word in words[first : first + length]))
            if meant and not any(span.first <= first and first + length <= span.after for span in found):
                found.append(_Span(first, first + length, meant))
    return sorted(found)


def _outside(words: Sequence[Word], spans: Sequence[_Span]) -> list[Word]:
    return [word for at, word in enumerate(words) if not any(span.first <= at < span.after for span in spans)]


def _whose(name: str, words: Sequence[Word], spans: Sequence[_Span]) -> str:
    """A name without the words that speak of the course, and without those that people add."""
    kept: list[Word] = []
    pieces: list[str] = []
    for at, word in enumerate(words):
        if word.text in _ADDED or any(span.first <= at < span.after for span in spans):
            continue
        if word.text.isdigit() and _counts(name, words, at, spans, bool(kept)):
            continue
        # What stands between two words of somebody's name is part of it.
        between = name[kept[-1].after : word.first] if kept and kept[-1] is words[at - 1] else " " if kept else ""
        pieces += [between, name[word.first : word.after]]
        kept.append(word)
    return "".join(pieces)


def _counts(name: str, words: Sequence[Word], at: int, spans: Sequence[_Span], somebody: bool) -> bool:
    """Whether a number in a name counts the tries: behind 'v', in brackets, last of all. Else it may be somebody's."""
    word = words[at]
    behind = at > 0 and words[at - 1].text in _COUNTED_BY
    bracketed = name[word.first - 1 : word.after + 1] == f"({word.text})"
    last = somebody and at == len(words) - 1 and any(span.after == at for span in spans)
    return behind or bracketed or last


def _digest(content: bytes) -> bytes:
    return sha256(content.replace(b"\r\n", b"\n").rstrip()).digest()
