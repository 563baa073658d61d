"""`python -m attnlab.worker zygote|standby ...`: started by the judge, never by hand."""

from __future__ import annotations

import os
import sys


def main(arguments: list[str]) -> None:
    kind, *rest = arguments
    if kind == "zygote":
        import socket

        from attnlab.worker.zygote import run_zygote

        descriptor, library, scratch, wanted = rest
        run_zygote(socket.socket(fileno=int(descriptor)), library, scratch, confined=wanted == "confined")
    else:
        _standby(rest[0])


def _standby(library: str) -> None:
    """One session over standard input and output; what the submission prints goes to standard error."""
    requests, replies = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    from attnlab.worker.serving import READY, serve

    if library == "torch":
        import torch

        torch.set_num_threads(1)
    os.write(replies, READY)
    serve(requests, replies)
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
