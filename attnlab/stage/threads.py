"""Small computations on one thread."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def one_thread() -> Iterator[None]:
    """Keep torch, where it has been imported, to one thread.

    A second one makes small steps a quarter faster on an idle machine, and ten to twenty times slower on one where
    something else wants the core that both wait for.
    """
    torch = sys.modules.get("torch")
    if torch is None:
        yield
        return
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
