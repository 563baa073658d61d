"""What training wants of the machine: threads that stay on their cores, memory that is kept, and what it is fast at."""

from __future__ import annotations

import ctypes
import os
import sys
import time
from contextlib import suppress
from dataclasses import dataclass

from attnlab.errors import NotThere, WrongUsage
from attnlab.stage import interrupts_held

_KEPT = 1 << 31
# Larger than any buffer of a step, small enough for a laptop.
_LARGEST = 64 << 20
_GROWTH = 16 << 20
DEVICES = ("auto", "cpu", "cuda")
# Half precision costs digits and conversions: it has to be this much faster.
_WORTH = 0.8
_TRIES = 8
# malloc.h
_TRIM_THRESHOLD, _TOP_PAD, _MMAP_THRESHOLD = -1, -2, -3


def prepare() -> None:
    """Set what must be set before torch is imported; afterwards it does nothing. What the user has set stays.

    Two threads that wait by spinning may sit on one core for seconds, so they are bound to a core each. And the C
    library gives large buffers back to the system, so that every page is fetched anew at every step.
    """
    if "torch" in sys.modules:
        return
    os.environ.setdefault("OMP_PROC_BIND", "true")
    os.environ.setdefault("OMP_PLACES", "cores")
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            mallopt = ctypes.CDLL(None).mallopt
            mallopt(_MMAP_THRESHOLD, _LARGEST)
            mallopt(_TRIM_THRESHOLD, _KEPT - 1)
            mallopt(_TOP_PAD, _GROWTH)


@dataclass(frozen=True, slots=True)
class Chosen:
    """Where and how is computed: `precision` by torch's name for it, `threads` on the CPU."""

    device: str
    precision: str
    threads: int


def check_device(device: str) -> None:
    """See to it that the name can be meant, whether or not there is such a device here.

    Raises:
        WrongUsage: it is none of `DEVICES`.
    """
    if device not in DEVICES:
        # The nearest name would be no help: of 'gpu' it is 'cpu'.
        raise WrongUsage(f"there is no device called '{device}'", remedy=f"there are: {', '.join(DEVICES)}")


def device_called(device: str = "auto") -> str:
    """The device asked for, or the best there is, by torch's name for it.

    Raises:
        WrongUsage: there is no such name.
        NotThere: there is no such device here.
    """
    # Torch, interrupted in the midst of its import, takes the whole process down.
    with interrupts_held():
        import torch

    check_device(device)
    if device != "cpu" and torch.cuda.is_available():
        # Compared results come from float32 proper; training goes by half precision where the device has it.
        torch.backends.cuda.matmul.allow_tf32 = False
        return "cuda"
    if device == "cuda":
        raise NotThere("there is no CUDA device that torch can use here", remedy="leave --device away, or say cpu")
    return "cpu"


def choose(device: str = "auto") -> Chosen:
    """What to train on, and the precision in which it multiplies matrices fastest; the CPU's is measured.

    Raises:
        As `device_called` does.
    """
    called = device_called(device)
    import torch

    half = torch.cuda.is_bf16_supported() if called == "cuda" else _half_is_faster()
    return Chosen(called, "bfloat16" if half else "float32", torch.get_num_threads())


def _half_is_faster() -> bool:
    """Whether bfloat16 multiplies matrices of training's sizes clearly faster, measured here and now."""
    return _seconds("bfloat16") < _WORTH * _seconds("float32")


def _seconds(precision: str) -> float:
    """The least seconds of several products, the first of which may be slower."""
    import torch

    dtype = getattr(torch, precision)
    rows, matrix = torch.ones(2048, 128, dtype=dtype), torch.ones(128, 512, dtype=dtype)
    least = float("inf")
    for _ in range(_TRIES):
        began = time.perf_counter()
        rows @ matrix
        least = min(least, time.perf_counter() - began)
    return least
