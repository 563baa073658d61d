"""A second device for machines that have none: tensors are marked as lying there, and what torch refuses is refused.

Their numbers stay in the CPU's memory. While `Elsewhere` is entered it watches every torch function: what is made of
marked tensors is marked, what is made from nothing is not, unless it is asked for on that device, and the two do not
mix. A real device would need a GPU, torch's meta device a second of imports and code that never looks at a value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

DEVICE = torch.device("cuda", 0)
MIXED = "Expected all tensors to be on the same device"
_CPU = torch.device("cpu")

_MOVES = {torch.Tensor.to, torch.Tensor.cuda, torch.Tensor.cpu, torch.Tensor.type_as}
# Here torch itself takes tensors of the CPU beside those of another device.
_MIXES = {torch.Tensor.__getitem__, torch.Tensor.__setitem__, torch.Tensor.copy_}
# A list of tensors is read number by number, wherever these lie.
_COPIES_NUMBERS = {torch.tensor, torch.as_tensor}
_GET_DEVICE, _GET_IS_CUDA = (getattr(torch.Tensor, name).__get__ for name in ("device", "is_cuda"))


class Elsewhere(TorchFunctionMode):
    """Between entering and leaving, marked tensors lie on `DEVICE`."""

    def __init__(self) -> None:
        super().__init__()
        # By identity, since tensors are not equal to themselves; held, so that no number is used twice.
        self._marked: dict[int, torch.Tensor] = {}

    def mark(self, thing: object) -> None:
        """Say that a tensor, or every tensor in a list or tuple, lies on `DEVICE`."""
        for tensor in _tensors(thing):
            self._marked[id(tensor)] = tensor

    def places(self, thing: object) -> Any:
        """On which kind of device each tensor lies, None for everything else."""
        if isinstance(thing, torch.Tensor):
            return DEVICE.type if id(thing) in self._marked else _CPU.type
        if isinstance(thing, list | tuple):
            return [self.places(part) for part in thing]
        return None

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Iterable[type],
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        options = dict(kwargs or {})
        given = [*_tensors(args), *_tensors(list(options.values()))]
        marked = [tensor for tensor in given if id(tensor) in self._marked]
        # Looked up anew, a getter is another object that is equal.
        if func == _GET_DEVICE:
            return DEVICE if marked else _CPU
        if func == _GET_IS_CUDA:
            return bool(marked)
        if func in _MOVES:
            return self._moved(func, args, options)
        astray = [tensor for tensor in given if id(tensor) not in self._marked and tensor.dim() > 0]
        if marked and astray and func not in _MIXES:
            raise RuntimeError(f"{MIXED}, but found at least two devices, {DEVICE} and {_CPU}!")
        wanted = options.get("device")
        if wanted is not None:
            options["device"] = _CPU
        result = func(*args, **options)
        if wanted is None and func in _COPIES_NUMBERS and not isinstance(args[0], torch.Tensor):
            return result
        if _is_elsewhere(wanted) if wanted is not None else marked:
            self.mark(result)
        return result

    def _moved(self, func: Callable[..., Any], args: tuple[Any, ...], options: dict[str, Any]) -> Any:
        """A move makes a copy here too: the same tensor cannot lie in two places."""
        tensor, *others = args
        targets = [*others, *options.values()]
        there = id(tensor) in self._marked
        for target in targets:
            if isinstance(target, torch.Tensor):
                there = id(target) in self._marked
            elif isinstance(target, torch.device | str):
                there = _is_elsewhere(target)
        if func is torch.Tensor.cuda:
            there = True
        if func is torch.Tensor.cpu:
            there = False
        kept = tuple(_CPU if isinstance(other, torch.device | str) else other for other in others)
        options = {name: _CPU if name == "device" else value for name, value in options.items()}
        moved = tensor if func in (torch.Tensor.cuda, torch.Tensor.cpu) else func(tensor, *kept, **options)
        if there != (id(tensor) in self._marked) and moved is tensor:
            moved = tensor.clone()
        if there:
            self.mark(moved)
        return moved


def _is_elsewhere(device: object) -> bool:
    return torch.device(device).type != _CPU.type if isinstance(device, str | torch.device | int) else False


def _tensors(thing: object) -> list[torch.Tensor]:
    if isinstance(thing, torch.Tensor):
        return [thing]
    if isinstance(thing, list | tuple):
        return [tensor for part in thing for tensor in _tensors(part)]
    return []
