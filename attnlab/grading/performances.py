"""What was asked of a submission in one check and what came of it: the evidence for a diagnosis."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from attnlab.grading.comparison import Difference
from attnlab.shapes import Shapes, read_shapes
from attnlab.wire import Array, Call, Callback, Handle, Reply, Returned, Value

_SHORT = 40


@dataclass(frozen=True, slots=True)
class Signature:
    """How a call reads: the parameters' names in order and the docstring's words for shapes."""

    name: str
    parameters: tuple[str, ...]
    shapes: Shapes

    def inputs(self, call: Call) -> dict[str, Value]:
        """The arguments by parameter name."""
        arguments = call.arguments if isinstance(call.arguments, tuple) else ()
        keywords = call.keywords if isinstance(call.keywords, dict) else {}
        return dict(zip(self.parameters, arguments, strict=False)) | keywords

    def after(self, returned: Returned) -> dict[str, Value]:
        """The arguments as the call left them, by parameter name."""
        return self.inputs(Call(id=0, target="", arguments=returned.arguments_after, keywords=returned.keywords_after))

    def described(self, call: Call) -> str:
        """The call as a learner would write it: arrays by name, everything else by value."""
        arguments = call.arguments if isinstance(call.arguments, tuple) else ()
        keywords = call.keywords if isinstance(call.keywords, dict) else {}
        named = zip(self.parameters, arguments, strict=False)
        written = [_written(name, value) for name, value in named]
        written += [f"{name}={_written(name, value)}" for name, value in keywords.items()]
        return f"{self.name}({', '.join(written)})"


@dataclass(frozen=True, slots=True, eq=False)
class Performance:
    """One call, what the submission answered, and what the reference answers."""

    call: Call
    signature: Signature
    reply: Reply
    expected: Callable[[], Reply] = field(repr=False)

    @property
    def inputs(self) -> Mapping[str, Value]:
        return self.signature.inputs(self.call)

    @property
    def described(self) -> str:
        return self.signature.described(self.call)


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """Which performance broke a promise, and in what it differs where it was compared."""

    performance: Performance
    difference: Difference | None = None
    changed: str | None = None


@lru_cache(maxsize=512)
def signature_of(name: str, function: Callable[..., Any], *, shown: str | None = None) -> Signature:
    """The signature of a reference's function or method, without `self`."""
    parameters = [name for name in inspect.signature(function).parameters if name != "self"]
    return Signature(shown or name, tuple(parameters), read_shapes(inspect.getdoc(function)))


def _written(name: str, value: Value) -> str:
    if isinstance(value, Array | Handle | Callback):
        return name
    # A whole state dict would be written out only to be found too long.
    if _holds_arrays(value) or len(text := repr(value)) > _SHORT:
        return name
    return text


def _holds_arrays(value: Value) -> bool:
    if isinstance(value, dict):
        return any(_holds_arrays(part) for part in value.values())
    if isinstance(value, list | tuple):
        return any(_holds_arrays(part) for part in value)
    return isinstance(value, Array)
