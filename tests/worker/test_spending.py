"""What a worker spends is seen from outside."""

from __future__ import annotations

import sys

import pytest

from attnlab.content import Library, Limits
from attnlab.grading.processes import FORKS, Workers

LIMITS = Limits(seconds=2.0, memory_mb=256, output_kb=16)


@pytest.fixture(scope="module", params=[True, False], ids=["forked", "standby"])
def workers(request):
    if request.param and not FORKS:
        pytest.skip("children cannot be forked here")
    workers = Workers((), forking=request.param)
    yield workers
    workers.close()


def ready(worker) -> None:
    channel = getattr(worker, "channel", None)
    assert (channel.recv(1) if channel else worker.process.stdout.read(1)) == b"R"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells")
def test_the_processor_time_of_a_worker_is_seen_from_outside(workers):
    with workers.process(Library.NUMPY, LIMITS) as worker:
        ready(worker)

        used = worker.cpu_seconds()

        assert 0.0 < used <= worker.cpu_seconds()


def test_a_worker_that_has_ended_has_no_time_to_tell(workers):
    with workers.process(Library.NUMPY, LIMITS) as worker:
        ready(worker)

        worker.kill()
        worker.status()

        assert worker.cpu_seconds() == 0.0
