"""The next batch is made while the accelerator is busy with this one."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor

from attnlab.translation.batching import Batch
from attnlab.translation.loop import Batches


class Ahead:
    """The same batches, each made before it is asked for, where steps follow one another.

    All are made by one thread of its own, so that whatever `batches` remembers is its alone.

    Args:
        pinned: whether they lie in memory from which the accelerator copies by itself.
    """

    def __init__(self, batches: Batches, *, pinned: bool) -> None:
        self._batches = batches
        self._pinned = pinned
        self._maker = ThreadPoolExecutor(1, thread_name_prefix="batches")
        self._made: dict[int, Future[Batch]] = {}

    def at(self, step: int) -> Batch:
        asked = self._made.pop(step, None) or self._maker.submit(self._make, step)
        self._made = {step + 1: self._maker.submit(self._make, step + 1)}
        return asked.result()

    def close(self) -> None:
        """End the thread; nothing is made any more."""
        self._maker.shutdown(wait=False, cancel_futures=True)

    def _make(self, step: int) -> Batch:
        batch = self._batches.at(step)
        if not self._pinned:
            return batch
        return Batch(batch.source.pin_memory(), batch.source_lengths, batch.target.pin_memory())
