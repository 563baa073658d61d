"""A worker's conversation: read a request, perform it, answer, until the judge hangs up."""

from __future__ import annotations

import os
import sys

from attnlab.stage import Stage
from attnlab.wire import Answered, Asked, BrokenFrame, Call, Load, Message, Raised, encode, read_frame

READY = b"R"


def serve(requests: int, replies: int) -> None:
    """Answer what arrives on one descriptor on the other."""

    def received() -> Message:
        return read_frame(lambda size: _read_exactly(requests, size))

    def ask(asked: Asked) -> Answered:
        _write_all(replies, encode(asked))
        answered = received()
        if not isinstance(answered, Answered) or (answered.id, answered.turn) != (asked.id, asked.turn):
            raise EOFError("the judge has something else to say")
        return answered

    stage = Stage(ask=ask)
    while True:
        try:
            request = received()
        except EOFError:
            return
        if not isinstance(request, Load | Call):
            return
        reply = stage.perform(request)
        _flush()
        try:
            frame = encode(reply)
        except (BrokenFrame, MemoryError) as error:
            refused = Raised(id=request.id, error="ResultTooLarge", message=str(error), places=[])
            frame = encode(refused)
        _write_all(replies, frame)


def _read_exactly(descriptor: int, size: int) -> bytes:
    parts = []
    while size:
        part = os.read(descriptor, min(size, 1 << 20))
        if not part:
            raise EOFError
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _write_all(descriptor: int, frame: bytes) -> None:
    view = memoryview(frame)
    while view:
        view = view[os.write(descriptor, view) :]


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BaseException:  # a submission may have put anything in their place
            continue
