"""Functions of the judge's that performed code may call: how often, with what, and what it is told.

What they are called with comes from submitted code. Whatever they raise on it is that code's mistake.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from attnlab.stage.crossing import to_object, to_value
from attnlab.wire import Answered, Asked, Call, Callback, Value
from attnlab.wire.messages import ASKS_CAP


class NotAsked(Exception):
    """What arrived is no question that this call could ask; the message says why."""


class TooManyAsks(Exception):
    """The functions were called more often in one call than any right answer would."""


class Consultation:
    """Answers what is asked during one call, one question at a time and in order."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._functions = {callback.number: callback.function for callback in _callbacks(call)}
        self._turn = 0

    def answer(self, asked: Asked) -> Answered:
        """What the function gives, or why it refuses.

        Raises:
            NotAsked: the question belongs to no function of this call, or comes out of turn.
            TooManyAsks: there have been too many.
        """
        function = self._functions.get(asked.number)
        if asked.id != self._call.id or asked.turn != self._turn or function is None:
            raise NotAsked("a function was called that was not given")
        self._turn += 1
        if self._turn > ASKS_CAP:
            raise TooManyAsks(f"a function was called more than {ASKS_CAP:,} times without coming to an end")
        arguments: tuple[Any, ...] = tuple(to_object(value) for value in _parts(asked.arguments))
        keywords = asked.keywords if isinstance(asked.keywords, dict) else {}
        try:
            value = function(*arguments, **{name: to_object(part) for name, part in keywords.items()})
        except Exception as error:
            return Answered(id=asked.id, turn=asked.turn, refused=str(error))
        return Answered(id=asked.id, turn=asked.turn, value=to_value(value))


def _callbacks(call: Call) -> Iterable[Callback]:
    keywords = call.keywords if isinstance(call.keywords, dict) else {}
    return [value for value in (*_parts(call.arguments), *keywords.values()) if isinstance(value, Callback)]


def _parts(value: Value) -> tuple[Value, ...]:
    return value if isinstance(value, tuple) else ()
