"""What a check holds in its hands: a learner whose functions run elsewhere, and results that can be compared.

Nothing here trusts what comes back. A result that cannot be taken apart or compared breaks the
check's promise; it never raises anything of its own.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from attnlab.content import BrokenPromise
from attnlab.grading.actors import Actor
from attnlab.grading.comparison import Difference, DifferenceKind, compare
from attnlab.grading.performances import Evidence, Performance, Signature, signature_of
from attnlab.shapes import NamedShape
from attnlab.stage import Stage, to_value
from attnlab.wire import Array, Call, Callback, Handle, Raised, Reply, Returned, Value

# What torch says of two devices in one operation, and so does the stage's make-believe device.
_MIXED = "Expected all tensors to be on the same device"


class Broken(BrokenPromise):
    """A broken promise with the evidence for a diagnosis."""

    def __init__(self, problem: str, evidence: Evidence, *, ask: str | None = None) -> None:
        super().__init__(problem, ask=ask)
        self.evidence = evidence


class Stand:
    """Where calls go: the submission in its worker, the reference here, and the record of both."""

    def __init__(self, actor: Actor, reference: Stage, namespace: dict[str, Any], seconds: float) -> None:
        self.actor = actor
        self.reference = reference
        self.namespace = namespace
        self.record: list[Performance] = []
        self.under_way: str | None = None
        self.seconds = seconds
        self._count = 0

    def perform(self, call: Call, signature: Signature) -> Performance:
        """Ask the submission; what it answered is on the record before anything is made of it."""
        # Should no answer come, this is the call that has none.
        self.under_way = signature.described(call)
        reply = self.actor.ask(call, self.seconds)
        self.under_way = None
        if call.keep or isinstance(call.handle, Handle):
            # Objects have a history, so the reference has to live through it in the same order.
            answer = self.reference.perform(call)
            performance = Performance(call, signature, reply, lambda: answer)
        else:
            performance = Performance(call, signature, reply, _once(lambda: self.reference.perform(call)))
        self.record.append(performance)
        return performance

    def next_id(self) -> int:
        self._count += 1
        return self._count

    def crossing(self, argument: Any) -> Value:
        """An argument as it crosses; a function stays here and can be called from there."""
        if inspect.isroutine(argument):
            return Callback(self.next_id(), argument)
        return to_value(argument)


class Learner:
    """The submission as a check sees it: every function and class of the exercise, by its name."""

    def __init__(self, stand: Stand, *, differentiate: int | None = None) -> None:
        self._stand = stand
        self._projection = differentiate

    @property
    def with_gradients(self) -> Learner:
        """The same learner, whose calls also bring gradients back."""
        return Learner(self._stand, differentiate=self._stand.next_id())

    def refuses(self, name: str, *arguments: Any, **keywords: Any) -> None:
        """Promise that the call raises.

        Raises:
            BrokenPromise: it returns something.
        """
        function = self._stand.namespace[name]
        performance = self._perform(name, function, arguments, keywords)
        if not isinstance(performance.reply, Raised):
            raise Broken(f"{performance.described} should be refused, but it returns", Evidence(performance))

    def follows_device(self, name: str, *arguments: Any, **keywords: Any) -> None:
        """Promise that what the function returns lies where its arguments lie, wherever that is.

        Raises:
            BrokenPromise: it makes something of its own on another device.
        """
        function = self._stand.namespace[name]
        _require_device(self._perform(name, function, arguments, keywords, elsewhere=True))

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name not in self._stand.namespace:
            raise AttributeError(f"the reference defines no {name}")
        function = self._stand.namespace[name]

        def call(*arguments: Any, **keywords: Any) -> Result | LearnerObject:
            performance = self._perform(name, function, arguments, keywords)
            returned = _returned(performance)
            if isinstance(returned.value, Handle):
                return LearnerObject(self._stand, returned.value, function, self._projection)
            return Result(performance, returned.value, performance.signature.shapes.returns)

        return call

    def _perform(
        self,
        name: str,
        function: Callable[..., Any],
        arguments: tuple[Any, ...],
        keywords: dict[str, Any],
        elsewhere: bool = False,
    ) -> Performance:
        is_class = inspect.isclass(function)
        call = Call(
            id=self._stand.next_id(),
            target=name,
            arguments=tuple(self._stand.crossing(argument) for argument in arguments),
            keywords={key: self._stand.crossing(argument) for key, argument in keywords.items()},
            keep=is_class,
            projection=None if is_class else self._projection,
            elsewhere=elsewhere,
        )
        described = function.__init__ if is_class else function
        return self._stand.perform(call, signature_of(name, described))


class LearnerObject:
    """An object of the learner's class, which lives in the worker; its methods are called there."""

    def __init__(self, stand: Stand, handle: Handle, made_of: Any, projection: int | None) -> None:
        self._stand, self._handle, self._class, self._projection = stand, handle, made_of, projection

    def __call__(self, *arguments: Any, **keywords: Any) -> Result:
        described = getattr(self._class, "forward", self._class.__call__)
        return self._perform("", described, self._handle.kind, arguments, keywords)

    def __getattr__(self, name: str) -> Callable[..., Result]:
        described = getattr(self._class, name)
        return lambda *arguments, **keywords: self._perform(
            name, described, f"{self._handle.kind}.{name}", arguments, keywords
        )

    @property
    def with_gradients(self) -> LearnerObject:
        """The same object, whose calls also bring gradients of arguments and parameters back."""
        return LearnerObject(self._stand, self._handle, self._class, self._stand.next_id())

    def follows_device(self, *arguments: Any, **keywords: Any) -> None:
        """Promise that the object works on another device, with arguments that are there.

        Raises:
            BrokenPromise: it makes something of its own on another device.
        """
        described = getattr(self._class, "forward", self._class.__call__)
        _require_device(self._performance("", described, self._handle.kind, arguments, keywords, elsewhere=True))

    def _perform(
        self,
        method: str,
        described: Callable[..., Any],
        shown: str,
        arguments: tuple[Any, ...],
        keywords: dict[str, Any],
    ) -> Result:
        performance = self._performance(method, described, shown, arguments, keywords)
        return Result(performance, _returned(performance).value, performance.signature.shapes.returns)

    def _performance(
        self,
        method: str,
        described: Callable[..., Any],
        shown: str,
        arguments: tuple[Any, ...],
        keywords: dict[str, Any],
        elsewhere: bool = False,
    ) -> Performance:
        call = Call(
            id=self._stand.next_id(),
            target=method,
            handle=self._handle,
            arguments=tuple(self._stand.crossing(argument) for argument in arguments),
            keywords={key: self._stand.crossing(argument) for key, argument in keywords.items()},
            projection=self._projection if not method else None,
            elsewhere=elsewhere,
        )
        return self._stand.perform(call, signature_of(method, described, shown=shown))


class Result:
    """What a call returned, as plain values; each method is a promise that breaks the check when not kept."""

    def __init__(
        self, performance: Performance, value: Value, names: tuple[NamedShape, ...], path: tuple[int, ...] = ()
    ) -> None:
        self._performance, self._names, self._path = performance, names, path
        self.value = value

    @property
    def array(self) -> npt.NDArray[Any]:
        """The plain numpy array; anything else breaks the promise."""
        if isinstance(self.value, Array):
            return self.value.values
        self._compare(self._expected())
        raise self._broken(f"{self._called} is not an array")

    def agrees(self, *, atol: float = 0.0) -> None:
        """The same as the reference gives for the same arguments: shape, dtype, finiteness, values.

        Args:
            atol: by how much more than roundings every number may be off.
        """
        self._compare(self._expected(), atol)

    def equals(self, expected: Any, *, atol: float = 0.0) -> None:
        """The same as `expected`: an array, a number, or lists and tuples of them."""
        self._compare(to_value(expected.value if isinstance(expected, Result) else expected), atol)

    def has_right_shape(self) -> None:
        """As many things of the same shapes as the reference gives, whatever is in them."""
        difference = compare(self._expected(), self.value, names=self._names)
        basic = (DifferenceKind.NOTHING, DifferenceKind.KIND, DifferenceKind.PARTS, DifferenceKind.SHAPE)
        if difference is not None and difference.kind in basic:
            raise Broken(difference.problem, Evidence(self._performance, difference))

    def is_finite(self) -> None:
        """No NaN and no infinity."""
        for name, values in self._arrays():
            if values.dtype.kind in "fc" and not np.isfinite(values).all():
                place = tuple(int(part) for part in np.argwhere(~np.isfinite(values))[0])
                raise self._broken(f"{name} at {place} is {values[place]}")

    def leaves_inputs_alone(self) -> None:
        """No argument of the call was changed in place."""
        returned = _returned(self._performance)
        after = self._performance.signature.after(returned)
        for name, value in self._performance.inputs.items():
            difference = compare(value, after.get(name), rtol=0.0, nan_alike=True)
            if difference is not None:
                evidence = Evidence(self._performance, None, changed=name)
                raise Broken(f"{name} was changed by the call: {difference.problem.split(': ', 1)[-1]}", evidence)

    def gradients_agree(self) -> None:
        """The gradients of a fixed projection of the outputs are the reference's, for every argument and parameter."""
        ours, theirs = _returned(self._performance).gradients, _reference_returned(self._performance).gradients
        if not isinstance(ours, dict) or not isinstance(theirs, dict):
            raise TypeError("gradients are compared only after with_gradients")
        for name, expected in theirs.items():
            shown = self._gradient_name(name)
            difference = compare(expected, ours.get(name), names=(NamedShape(shown, None),))
            if difference is not None:
                raise Broken(difference.problem, Evidence(self._performance, difference))

    def __iter__(self) -> Iterator[Result]:
        return iter(self._parts())

    def __getitem__(self, place: int) -> Result:
        return self._parts()[place]

    @property
    def _called(self) -> str:
        return self._names[0].name if len(self._names) == 1 else "the result"

    def _parts(self) -> list[Result]:
        expected = self._expected()
        if not isinstance(expected, tuple | list):
            raise TypeError("the reference returns one thing here, not several")
        if not isinstance(self.value, tuple | list) or len(self.value) != len(expected):
            self._compare(expected)
            raise self._broken(f"{self._called} does not have {len(expected)} parts")
        named = self._names if len(self._names) == len(expected) else (None,) * len(expected)
        return [
            Result(self._performance, part, (name,) if name else (), (*self._path, place))
            for place, (part, name) in enumerate(zip(self.value, named, strict=True))
        ]

    def _expected(self) -> Value:
        value = _reference_returned(self._performance).value
        for place in self._path:
            if isinstance(value, tuple | list):
                value = value[place]
        return value

    def _compare(self, expected: Value, atol: float = 0.0) -> None:
        difference: Difference | None = compare(expected, self.value, names=self._names, atol=atol)
        if difference is not None:
            raise Broken(difference.problem, Evidence(self._performance, difference))

    def _arrays(self) -> list[tuple[str, npt.NDArray[Any]]]:
        parts = self._parts() if isinstance(self.value, tuple | list) else [self]
        return [(part._called, part.array) for part in parts]

    def _broken(self, problem: str) -> Broken:
        return Broken(problem, Evidence(self._performance))

    def _gradient_name(self, name: str) -> str:
        kind, _, which = name.partition(" ")
        if kind == "argument" and which.isdigit():
            which = self._performance.signature.parameters[int(which)]
        return f"the gradient of {which}"


def _require_device(performance: Performance) -> None:
    """Break the promise when something lies elsewhere than the arguments do."""
    reply, expected = performance.reply, _reference_returned(performance).value
    ask = "Which tensors does your code make itself, and does it say on which device?"
    if isinstance(reply, Returned) and reply.value != expected:
        places = reply.value if isinstance(reply.value, tuple | list) else [reply.value]
        names = [name.name for name in performance.signature.shapes.returns]
        astray = [name for name, place in zip(names, places, strict=False) if place == "cpu"]
        which = " and ".join(astray) or "what comes back"
        problem = f"{which} of {performance.described} lies on the CPU when the arguments lie on another device"
        raise Broken(problem, Evidence(performance), ask=ask)
    if isinstance(reply, Raised) and _MIXED in reply.message:
        problem = f"{performance.described} mixes devices when the arguments lie on another one: {reply.message}"
        raise Broken(problem, Evidence(performance), ask=ask)
    _returned(performance)


def _returned(performance: Performance) -> Returned:
    """What the submission returned; breaks the promise when it raised instead."""
    reply = performance.reply
    if isinstance(reply, Returned):
        return reply
    if isinstance(reply, Raised):
        raise Broken(f"{performance.described} raised {reply.error}: {reply.message}", Evidence(performance))
    raise Broken(f"{performance.described} was not answered", Evidence(performance))


def _reference_returned(performance: Performance) -> Returned:
    expected = performance.expected()
    if not isinstance(expected, Returned):
        raise TypeError(f"the reference itself did not return from {performance.described}: {expected}")
    return expected


def _once(compute: Callable[[], Reply]) -> Callable[[], Reply]:
    kept: list[Reply] = []

    def answer() -> Reply:
        if not kept:
            kept.append(compute())
        return kept[0]

    return answer
