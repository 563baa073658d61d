"""Does once, in the zygote, what every child will do, so that no child pays for doing it first."""

from __future__ import annotations

import sys
from importlib import import_module

import numpy as np

from attnlab.stage import Stage
from attnlab.wire import PREFIX, Array, Call, Load, decode, encode, frame_lengths

_SOURCES = {
    "numpy": b"import numpy as np\ndef f(x, axis=-1): return np.exp(x - x.max(axis, keepdims=True)) @ x.T, x.sum()\n",
    "torch": b"import torch\ndef f(x, axis=-1): return (x @ x.mT).softmax(axis) / 2, x.sum(dim=axis)\n",
}


def rehearse(library: str) -> None:
    """One load and one call of code of our own, through the wire's bytes and back; never a backward pass."""
    if library == "torch":
        # A confined child cannot read this package any more.
        import_module("attnlab.stage.elsewhere")
    source = _SOURCES[library]
    stage = Stage()
    text = Array(np.frombuffer(source, dtype=np.uint8), "numpy")
    stage.perform(Load(id=0, name="rehearsal", filename="rehearsal.py", source=text, siblings={}))
    call = Call(id=1, target="f", arguments=(Array(np.ones((2, 3)), library),), keywords={"axis": -1})
    for message in (call, stage.perform(call)):
        frame = encode(message)
        header, _ = frame_lengths(frame[: PREFIX.size])
        decode(frame[PREFIX.size : PREFIX.size + header], frame[PREFIX.size + header :])
    del sys.modules["rehearsal"]
