"""The messages that cross between the judge and a worker, and their bytes. See docs/protocol.md."""

from attnlab.wire.frames import PREFIX, BrokenFrame, decode, encode, frame_lengths, read_frame
from attnlab.wire.messages import Answered, Asked, Call, Load, Loaded, Message, Raised, Reply, Request, Returned
from attnlab.wire.values import Array, Callback, Handle, Opaque, Value

__all__ = [
    "PREFIX", "Answered", "Array", "Asked", "BrokenFrame", "Call", "Callback", "Handle", "Load", "Loaded", "Message",
    "Opaque", "Raised", "Reply", "Request", "Returned", "Value", "decode", "encode", "frame_lengths", "read_frame",
]  # fmt: skip
