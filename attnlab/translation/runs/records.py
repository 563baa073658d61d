"""Frozen dataclasses as JSON and back, by their type hints; every problem of a file is found at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from pathlib import PurePath
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

Record = TypeVar("Record")


class Unreadable(Exception):
    """What a file says does not fit; all of it, in words."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = tuple(problems)


def plain(value: Any) -> Any:
    """The value as JSON knows values."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, PurePath):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, tuple | list):
        return [plain(each) for each in value]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")


def read(cls: type[Record], table: Any, where: str = "") -> Record:
    """The record that was written so.

    Raises:
        Unreadable: keys that are missing or unknown, values of another type.
    """
    problems: list[str] = []
    record: Record = _dataclass(cls, table, where, problems)
    if problems:
        raise Unreadable(problems)
    return record


def _dataclass(cls: Any, table: Any, where: str, problems: list[str]) -> Any:
    if not isinstance(table, dict):
        problems.append(f"{where or 'it'} is no table")
        return None
    before = len(problems)
    known = {field.name: field for field in fields(cls)}
    hints = get_type_hints(cls)
    dot = f"{where}." if where else ""
    problems += [f"the key {dot}{key} is not known" for key in table if key not in known]
    found = {}
    for name, field in known.items():
        if name in table:
            found[name] = _value(hints[name], table[name], dot + name, problems)
        elif field.default is MISSING and field.default_factory is MISSING:
            problems.append(f"the key {dot}{name} is missing")
    if len(problems) > before:
        return None
    try:
        return cls(**found)
    except ValueError as error:
        problems.append(f"{where or 'it'}: {error}")
        return None


def _value(hint: Any, value: Any, where: str, problems: list[str]) -> Any:
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        if value is None and NoneType in inner:
            return None
        return _value(next(each for each in inner if each is not NoneType), value, where, problems)
    if is_dataclass(hint):
        return _dataclass(hint, value, where, problems)
    if origin is tuple and isinstance(value, list):
        each_hint = [inner[0]] * len(value) if inner[-1:] == (...,) else list(inner)
        if len(each_hint) == len(value):
            return tuple(_value(each, part, where, problems) for each, part in zip(each_hint, value, strict=True))
    elif origin is not None and issubclass(origin, Mapping) and isinstance(value, dict):
        return {key: _value(inner[1], each, f"{where}.{key}", problems) for key, each in value.items()}
    elif isinstance(hint, type) and issubclass(hint, Enum):
        known = {each.value: each for each in hint}
        if isinstance(value, str | int) and value in known:
            return known[value]
    elif hint is float and isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    elif hint in (int, str, bool) and type(value) is hint:
        return value
    problems.append(f"{where} is {value!r:.60}, which does not fit")
    return None
