"""What the judge asks and what a worker answers: a closed set of frozen records."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import ClassVar, TypeAlias

from attnlab.wire.values import Array, Handle, Value

MESSAGE_CAP = 4000
FRAMES_CAP = 20
ASKS_CAP = 20_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Load:
    """Run this source as the module `name`; other files it may import by name come with it.

    Sources are arrays of uint8: bytes, so that Python itself decides about the encoding.
    """

    kind: ClassVar[str] = "load"
    id: int
    name: str
    filename: str
    source: Value
    siblings: Value

    def checked(self) -> Load:
        _want(type(self.id) is int, "id")
        _want(isinstance(self.name, str) and isinstance(self.filename, str), "name")
        _want(isinstance(self.source, Array) and isinstance(self.siblings, dict), "source")
        return self


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Call:
    """Call something and say what came of it.

    Args:
        target: a name the file defines, or "" for the object kept under `handle` itself.
        handle: the object whose method `target` is; None for the file.
        keep: keep what is returned and answer with a `Handle` for it.
        projection: a seed; when given, gradients of a random projection of the result come back too.
        elsewhere: make believe that all tensors given, and those of the object, lie on another device, and answer
            with the kind of device on which each returned tensor lies.
    """

    kind: ClassVar[str] = "call"
    id: int
    target: str
    handle: Value = None
    arguments: Value = ()
    keywords: Value = None
    keep: bool = False
    projection: int | None = None
    elsewhere: bool = False

    def checked(self) -> Call:
        _want(type(self.id) is int and isinstance(self.target, str), "target")
        _want(self.handle is None or isinstance(self.handle, Handle), "handle")
        _want(isinstance(self.arguments, tuple) and isinstance(self.keywords, dict | None), "arguments")
        _want(type(self.keep) is bool and (self.projection is None or type(self.projection) is int), "keep")
        _want(type(self.elsewhere) is bool, "elsewhere")
        return self


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Answered:
    """What the judge's function gave when the submission called it, or why it would not; answers an `Asked`."""

    kind: ClassVar[str] = "answered"
    id: int
    turn: int
    value: Value = None
    refused: str | None = None

    def checked(self) -> Answered:
        _want(type(self.id) is int and type(self.turn) is int, "id")
        _want(self.refused is None or isinstance(self.refused, str), "refused")
        return self


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Loaded:
    """The file ran; `defined` are the names it then has."""

    kind: ClassVar[str] = "loaded"
    id: int
    defined: Value

    def checked(self) -> Loaded:
        _want(type(self.id) is int, "id")
        _want(isinstance(self.defined, list) and all(isinstance(name, str) for name in self.defined), "defined")
        return self


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Returned:
    """The call returned `value`; the arguments as they are afterwards come back with it."""

    kind: ClassVar[str] = "returned"
    id: int
    value: Value
    arguments_after: Value
    keywords_after: Value
    gradients: Value = None

    def checked(self) -> Returned:
        _want(type(self.id) is int, "id")
        _want(isinstance(self.arguments_after, tuple) and isinstance(self.keywords_after, dict), "arguments")
        _want(self.gradients is None or isinstance(self.gradients, dict), "gradients")
        return self


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Asked:
    """In the middle of a call the submission calls a function of the judge's.

    Args:
        id: of the call that is under way.
        turn: how many functions it has called in this call before.
        number: of the `Callback`.
    """

    kind: ClassVar[str] = "asked"
    id: int
    turn: int
    number: int
    arguments: Value
    keywords: Value

    def checked(self) -> Asked:
        _want(type(self.id) is int and type(self.turn) is int and type(self.number) is int, "id")
        _want(isinstance(self.arguments, tuple) and isinstance(self.keywords, dict), "arguments")
        return self


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Raised:
    """Submitted code raised; `places` are [file, line, function] of its own frames, outermost first."""

    kind: ClassVar[str] = "raised"
    id: int
    error: str
    message: str
    places: Value

    def checked(self) -> Raised:
        _want(type(self.id) is int, "id")
        _want(isinstance(self.error, str) and isinstance(self.message, str), "message")
        _want(len(self.error) <= MESSAGE_CAP and len(self.message) <= MESSAGE_CAP, "message length")
        _want(_are_places(self.places), "places")
        return self


Request: TypeAlias = Load | Call
Reply: TypeAlias = Loaded | Returned | Raised
Message: TypeAlias = Request | Answered | Reply | Asked

KINDS: dict[str, type[Message]] = {kind.kind: kind for kind in (Load, Call, Answered, Loaded, Returned, Asked, Raised)}
FIELDS: dict[type[Message], tuple[str, ...]] = {
    kind: tuple(field.name for field in fields(kind)) for kind in KINDS.values()
}


def _are_places(places: Value) -> bool:
    return isinstance(places, list) and len(places) <= FRAMES_CAP and all(_is_place(place) for place in places)


def _is_place(place: Value) -> bool:
    match place:
        case [str(), int(), str()]:
            return True
    return False


def _want(condition: bool, what: str) -> None:
    if not condition:
        raise ValueError(what)
