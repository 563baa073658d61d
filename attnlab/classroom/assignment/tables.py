"""A TOML table whose keys are taken one by one: what does not fit is noted, and what is left over as well."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

from attnlab.content import Problem
from attnlab.errors import nearest_name

T = TypeVar("T", str, int, bool)
_KINDS = {str: "text in quotes", int: "a whole number", bool: "true or false", dict: "a table", list: "a list"}


class Table:
    """Keys asked for, values taken; every problem goes to one list, with the file and the whole key."""

    def __init__(self, raw: dict[str, Any], file: Path, problems: list[Problem], prefix: str = "") -> None:
        self.raw, self._file, self._problems, self._prefix = dict(raw), file, problems, prefix
        self._asked: list[str] = []

    def name(self, name: str) -> None:
        """Call a table of a list by its own name instead of its place."""
        if name:
            self._prefix = f"{self._prefix.partition('.')[0]}.{name}."

    def take(self, key: str, kind: type[T], otherwise: T) -> T:
        """A value that has to be there; where it is not, that is a problem and `otherwise` stands in."""
        if key not in self.raw:
            self._asked.append(key)
            self.problem(key, "is missing")
            return otherwise
        return self.optional(key, kind, otherwise)

    def optional(self, key: str, kind: type[T], otherwise: T) -> T:
        value = self._take(key)
        if value is None:
            return otherwise
        # True is an int to Python and no number to anybody else.
        if not isinstance(value, kind) or (kind is not bool and isinstance(value, bool)):
            self.problem(key, f"must be {_KINDS[kind]}")
            return otherwise
        return value

    def number(self, key: str, otherwise: float, *, least: float = 0.0, most: float) -> float:
        value = self._take(key)
        if value is None:
            return otherwise
        # nan is the one number that is not itself.
        if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
            self.problem(key, "must be a number")
        elif not least <= value <= most:
            self.problem(key, f"must be from {least:g} to {most:g}")
        else:
            return float(value)
        return otherwise

    def share(self, key: str, otherwise: float) -> float:
        """A part of one; who writes 10 means ten per cent, and is told how to write it."""
        value = self.raw.get(key)
        if isinstance(value, int | float) and not isinstance(value, bool) and 1 < value <= 100:
            self._take(key)
            self.problem(key, f"is a share of the points, from 0 to 1: for {value:g} per cent write {value / 100:g}")
            return otherwise
        return self.number(key, otherwise, most=1.0)

    def words(self, key: str) -> tuple[str, ...]:
        listed = self._take(key)
        if listed is None:
            return ()
        if not isinstance(listed, list) or not all(isinstance(word, str) for word in listed):
            self.problem(key, "must be a list of names in quotes")
            return ()
        return tuple(listed)

    def table(self, key: str) -> Table | None:
        entry = self._take(key)
        if entry is not None and not isinstance(entry, dict):
            self.problem(key, f"must be {_KINDS[dict]}")
            return None
        return None if entry is None else Table(entry, self._file, self._problems, f"{self._prefix}{key}.")

    def tables(self, key: str) -> Sequence[Table]:
        """Those written as `[[key]]`, of which there has to be one."""
        listed = self._take(key)
        if listed is None:
            self.problem(key, f"is missing: write a [[{key}]] for each")
            return []
        if not isinstance(listed, list) or not all(isinstance(entry, dict) for entry in listed):
            self.problem(key, f"must be tables: write a [[{key}]] for each")
            return []
        return [
            Table(entry, self._file, self._problems, f"{self._prefix}{key}.{place}.")
            for place, entry in enumerate(listed, start=1)
        ]

    def problem(self, key: str, what: str) -> None:
        self._problems.append(Problem(self._file, self._prefix + key, what))

    def finish(self) -> None:
        """Every key that nobody asked for is one we do not know."""
        for key in self.raw:
            nearest = nearest_name(key, self._asked)
            told = f"did you mean '{nearest}'?" if nearest else f"the keys here are {', '.join(self._asked)}"
            self.problem(key, f"is not a key we know; {told}")

    def _take(self, key: str) -> Any:
        self._asked.append(key)
        return self.raw.pop(key, None)
