"""Performs requests on a loaded file and observes what comes of them: values, changed arguments, exceptions.

The worker does this to submissions, the judge to its own references and misconceptions; so a
wrong answer that the judge knows is seen through the very same eyes.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from itertools import count
from types import ModuleType, TracebackType
from typing import Any

import numpy as np

from attnlab.stage.consulting import Consultation
from attnlab.stage.crossing import Borrowed, to_object, to_value
from attnlab.stage.loading import load_source
from attnlab.wire import (
    Answered,
    Array,
    Asked,
    Call,
    Callback,
    Handle,
    Load,
    Loaded,
    Raised,
    Reply,
    Request,
    Returned,
    Value,
)
from attnlab.wire.messages import FRAMES_CAP, MESSAGE_CAP


class Stage:
    """A file's names, the objects made from them, and a way to call both.

    Args:
        namespace: names that are there without loading a file.
        ask: how to call a function of the judge's; without it, the functions are at hand.
    """

    def __init__(
        self, namespace: Mapping[str, Any] | None = None, *, ask: Callable[[Asked], Answered] | None = None
    ) -> None:
        self._namespace: Mapping[str, Any] = namespace or {}
        self._ask = ask
        self._kept: dict[int, object] = {}
        self._own_files: frozenset[str] = frozenset()

    def perform(self, request: Request) -> Reply:
        """Do what is asked and say what came of it; never raises on the performed code's account."""
        try:
            return self._load(request) if isinstance(request, Load) else self._call(request)
        except BaseException as error:  # SystemExit and KeyboardInterrupt of a submission are its mistakes too
            return self._raised(request.id, error)

    def _load(self, request: Load) -> Loaded:
        siblings = _sources(request.siblings)
        self._own_files = frozenset({request.filename, *(f"{name}.py" for name in siblings)})
        loaded: dict[str, ModuleType] = {}

        def import_sibling(name: str) -> ModuleType:
            if name not in loaded:
                loaded[name] = load_source(
                    siblings[name], name=name, filename=f"{name}.py", siblings=_without(importers, name)
                )
            return loaded[name]

        importers: dict[str, Callable[[], ModuleType]] = {name: partial(import_sibling, name) for name in siblings}
        source = _sources({"": request.source})[""]
        module = load_source(source, name=request.name, filename=request.filename, siblings=importers)
        self._namespace = vars(module)
        return Loaded(id=request.id, defined=[name for name in self._namespace if not name.startswith("__")])

    def _call(self, request: Call) -> Returned:
        function = self._target(request)
        crossing = partial(to_object, kept=self._kept, borrow=self._borrowing(request))
        arguments = tuple(crossing(value) for value in _tuple(request.arguments))
        keywords = {name: crossing(value) for name, value in _dict(request.keywords).items()}
        if request.elsewhere:
            return _placed(request, function, arguments, keywords)
        with _seeded(request.id):
            if request.projection is None:
                result, gradients = function(*arguments, **keywords), None
            else:
                owner = self._kept.get(request.handle.number) if isinstance(request.handle, Handle) else None
                result, gradients = _differentiate(function, arguments, keywords, request.projection, owner)
        if request.keep:
            # By the request's own number, so that a replay elsewhere finds the object under the same one.
            self._kept[request.id] = result
            # Called what was asked for, not what it is: a known wrong class has another name than a learner's.
            value: Value = Handle(request.id, request.target)
        elif isinstance(request.handle, Handle) and result is self._kept.get(request.handle.number):
            value = request.handle
        else:
            value = to_value(result)
        return Returned(
            id=request.id,
            value=value,
            arguments_after=tuple(to_value(argument) for argument in arguments),
            keywords_after={name: to_value(argument) for name, argument in keywords.items()},
            gradients=gradients,
        )

    def _borrowing(self, request: Call) -> Callable[[Callback], Borrowed]:
        ask = self._ask or Consultation(request).answer
        turns = count()

        def borrow(callback: Callback) -> Borrowed:
            def asking(arguments: tuple[Value, ...], keywords: dict[str, Value]) -> Value:
                answered = ask(
                    Asked(
                        id=request.id,
                        turn=next(turns),
                        number=callback.number,
                        arguments=arguments,
                        keywords=dict(keywords),
                    )
                )
                if answered.refused is not None:
                    raise ValueError(answered.refused)
                return answered.value

            return Borrowed(callback.number, asking)

        return borrow

    def _target(self, request: Call) -> Callable[..., Any]:
        target: Any
        if isinstance(request.handle, Handle):
            target = self._kept[request.handle.number]
            return getattr(target, request.target) if request.target else target  # type: ignore[no-any-return]
        if request.target not in self._namespace:
            raise NameError(f"name '{request.target}' is not defined")
        target = self._namespace[request.target]
        return target  # type: ignore[no-any-return]

    def _raised(self, ident: int, error: BaseException) -> Raised:
        kind = type(error).__name__
        try:
            message = str(error)
        except BaseException:
            message = "(its message cannot be shown)"
        places = _places(error.__traceback__, self._own_files)
        if isinstance(error, SyntaxError) and isinstance(error.lineno, int):
            places.append([str(error.filename or ""), error.lineno, ""])
            message = str(error.msg)
        if isinstance(error, MemoryError) or _is_torch_out_of_memory(error):
            kind = "MemoryError"
        return Raised(id=ident, error=kind[:200], message=message[:MESSAGE_CAP], places=list(places[-FRAMES_CAP:]))


@contextmanager
def _seeded(seed: int) -> Iterator[None]:
    """What torch draws in a call depends on the call alone, so that a dropout can be replayed."""
    torch = sys.modules.get("torch")
    if torch is None:
        yield
        return
    state = torch.default_generator.get_state()
    torch.default_generator.manual_seed(seed)
    try:
        yield
    finally:
        torch.default_generator.set_state(state)


def _differentiate(
    function: Callable[..., Any],
    arguments: tuple[Any, ...],
    keywords: Mapping[str, Any],
    seed: int,
    owner: object,
) -> tuple[Any, Value]:
    """Call with gradients on; back-propagate a random projection of every floating-point result."""
    import torch

    generator = np.random.default_rng(seed)
    leaves: dict[str, torch.Tensor] = {str(place): leaf for place, leaf in enumerate(arguments) if _is_float(leaf)}
    leaves |= {name: leaf for name, leaf in keywords.items() if _is_float(leaf)}
    for leaf in leaves.values():
        leaf.requires_grad_(True)
    named: Any = getattr(owner, "named_parameters", None)
    # Two names for one parameter are both names for it.
    parameters: dict[str, Any] = dict(named(remove_duplicate=False)) if callable(named) else {}
    for parameter in parameters.values():
        parameter.grad = None
    result = function(*arguments, **keywords)
    outputs = [part for part in (result if isinstance(result, tuple | list) else (result,)) if _is_float(part)]
    total: Any = None
    for part in outputs:
        direction = torch.from_numpy(np.asarray(generator.standard_normal(tuple(part.shape)))).to(part.dtype)
        term = (part * direction).sum()
        total = term if total is None else total + term
    if total is not None and total.requires_grad:
        total.backward()
    gradients = {f"argument {name}": leaf.grad for name, leaf in leaves.items()}
    gradients |= {f"parameter {name}": parameter.grad for name, parameter in parameters.items()}
    return result, {name: to_value(gradient) for name, gradient in gradients.items()}


def _placed(
    request: Call, function: Callable[..., Any], arguments: tuple[Any, ...], keywords: Mapping[str, Any]
) -> Returned:
    """Call as if everything given lay on another device; what comes back is where it lies."""
    from attnlab.stage.elsewhere import Elsewhere

    other = Elsewhere()
    for member in ("parameters", "buffers"):
        held: Any = getattr(function, member, None)
        other.mark(list(held()) if callable(held) else [])
    other.mark(list(arguments))
    other.mark(list(keywords.values()))
    with other:
        result = function(*arguments, **keywords)
    return Returned(id=request.id, value=to_value(other.places(result)), arguments_after=(), keywords_after={})


def _is_float(thing: object) -> bool:
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(thing, torch.Tensor) and thing.is_floating_point()


def _is_torch_out_of_memory(error: BaseException) -> bool:
    return isinstance(error, RuntimeError) and "allocate memory" in str(error)


def _places(traceback: TracebackType | None, own: frozenset[str]) -> list[Value]:
    found: list[Value] = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        if code.co_filename in own:
            found.append([code.co_filename, traceback.tb_lineno, code.co_name])
        traceback = traceback.tb_next
    return found


def _sources(siblings: Value) -> dict[str, bytes]:
    return {name: value.values.tobytes() for name, value in _dict(siblings).items() if isinstance(value, Array)}


def _without(importers: Mapping[str, Callable[[], ModuleType]], name: str) -> dict[str, Callable[[], ModuleType]]:
    return {other: importer for other, importer in importers.items() if other != name}


def _tuple(value: Value) -> tuple[Value, ...]:
    return value if isinstance(value, tuple) else ()


def _dict(value: Value) -> dict[str, Value]:
    return value if isinstance(value, dict) else {}
