"""Batches made ahead are the very same ones."""

import threading

import pytest
import torch

from attnlab.translation.batching import Batch
from attnlab.translation.prefetching import Ahead


class Counting:
    """Remembers which batches were made, and by whom."""

    def __init__(self, fails_at=0):
        self.made = []
        self.makers = set()
        self.fails_at = fails_at

    def at(self, step):
        self.made.append(step)
        self.makers.add(threading.current_thread().name)
        if step == self.fails_at:
            raise ValueError("no such batch")
        return Batch(torch.tensor([[step]]), torch.tensor([1]), torch.tensor([[step, step]]))


@pytest.fixture
def ahead_of():
    opened = []

    def make(batches):
        opened.append(Ahead(batches, pinned=False))
        return opened[-1]

    yield make
    for each in opened:
        each.close()


@pytest.mark.parametrize("steps", [[1, 2, 3, 4], [7, 8, 3, 4, 4, 9]])
def test_every_step_gets_its_own_batch_in_whatever_order(ahead_of, steps):
    ahead = ahead_of(Counting())

    assert [int(ahead.at(step).source) for step in steps] == steps


def test_each_batch_is_made_once_and_by_one_other_thread(ahead_of):
    batches = Counting()
    ahead = ahead_of(batches)

    for step in range(1, 6):
        ahead.at(step)
    ahead.at(6)

    assert batches.made[:6] == [1, 2, 3, 4, 5, 6]
    assert len(batches.makers) == 1
    assert threading.current_thread().name not in batches.makers


def test_what_goes_wrong_is_told_when_its_batch_is_asked_for(ahead_of):
    ahead = ahead_of(Counting(fails_at=2))
    ahead.at(1)

    with pytest.raises(ValueError, match="no such batch"):
        ahead.at(2)
