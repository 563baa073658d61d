"""Mutants that an author has shown to be the right answer in other words, and their reasons."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from attnlab.authoring.files import DECLARED
from attnlab.authoring.findings import Finding
from attnlab.authoring.mutations import Mutant
from attnlab.content import Course, Exercise

_KEYS = {"mutant", "reason"}


@dataclass(frozen=True, slots=True)
class Equivalents:
    """The names declared equivalent, each with the place of its entry, and what is wrong with the file."""

    file: Path
    places: dict[str, str]
    findings: tuple[Finding, ...]

    def stale(self, made: Sequence[Mutant], killed: Sequence[Mutant]) -> list[Finding]:
        """Entries for mutants that are not made any more, or that a check does notice."""
        names, noticed = {mutant.name for mutant in made}, {mutant.name for mutant in killed}
        findings: list[Finding] = []
        for name, place in self.places.items():
            if name not in names:
                findings.append(Finding(self.file, place, f"no such mutant is made any more: {name}"))
            elif name in noticed:
                findings.append(Finding(self.file, place, f"is not equivalent, a check fails it: {name}"))
        return findings


def read_equivalents(course: Course, exercise: Exercise) -> Equivalents:
    """What `equivalent.toml` declares; nothing where there is none."""
    path = exercise.answers / DECLARED
    file = path.relative_to(course.root)
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Equivalents(file, {}, ())
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        return Equivalents(file, {}, (Finding(file, None, f"is not TOML: {error}"),))
    findings = [Finding(file, key, "is not a key we know") for key in table if key != "equivalent"]
    entries = table.get("equivalent", [])
    if not isinstance(entries, list):
        return Equivalents(file, {}, (*findings, Finding(file, "equivalent", "must be a list of tables")))
    places: dict[str, str] = {}
    for number, entry in enumerate(entries):
        place = f"equivalent[{number}]"
        if not isinstance(entry, dict):
            findings.append(Finding(file, place, "must be a table with mutant and reason"))
            continue
        findings += [Finding(file, f"{place}.{key}", "is not a key we know") for key in entry if key not in _KEYS]
        for key in sorted(_KEYS):
            if not isinstance(entry.get(key), str) or not entry[key].strip():
                findings.append(Finding(file, f"{place}.{key}", "is missing or empty"))
        if isinstance(name := entry.get("mutant"), str):
            if name in places:
                findings.append(Finding(file, place, f"is declared a second time: {name}"))
            places.setdefault(name, place)
    return Equivalents(file, places, tuple(findings))
