"""The time of a submission is its own: what the machine keeps from it is not counted."""

from __future__ import annotations

import pytest

from attnlab.grading import allowance
from attnlab.grading.allowance import Allowance, patience
from attnlab.grading.stops import Stopped


class Machine:
    """A clock and a worker whose spending a test decides."""

    def __init__(self) -> None:
        self.now = 100.0
        self.used: float = 1.0
        self.waited: float | None = 0.0

    def monotonic(self) -> float:
        return self.now

    def cpu_seconds(self) -> float:
        return self.used

    def waited_seconds(self) -> float | None:
        return self.waited

    def passes(self, seconds: float, *, used: float = 0.0, waited: float = 0.0) -> None:
        self.now += seconds
        self.used += used
        self.waited = None if self.waited is None else self.waited + waited


@pytest.fixture
def machine(monkeypatch):
    machine = Machine()
    monkeypatch.setattr(allowance, "time", machine)
    return machine


@pytest.fixture
def begun(machine):
    """An allowance of two seconds that has been looked at once."""
    allowance = Allowance(machine, 2.0)
    machine.passes(0.06)
    allowance.left()
    return allowance


def test_whoever_computes_for_longer_than_allowed_is_stopped(machine, begun):
    machine.passes(2.1, used=2.0)

    with pytest.raises(Stopped) as stopped:
        begun.left()

    assert stopped.value.problem == "no answer within 2 seconds of computing"
    assert not stopped.value.by_clock


def test_whoever_had_to_wait_for_a_processor_keeps_all_of_the_time(machine, begun):
    machine.passes(500.0, used=1.0, waited=499.0)

    left = begun.left()

    assert 0 < left <= 1.0


def test_whoever_only_sleeps_is_stopped_by_a_clock_well_above(machine, begun):
    machine.passes(patience(2.0) - 1.0, used=0.01)
    assert begun.left() > 0

    machine.passes(1.1)

    with pytest.raises(Stopped, match="of which it computed for 0"):
        begun.left()


def test_a_sleeper_that_was_not_kept_waiting_needs_no_second_judgement(machine, begun):
    machine.passes(60.0)

    with pytest.raises(Stopped) as stopped:
        begun.left()

    assert not stopped.value.by_clock


@pytest.mark.parametrize(("used", "waited"), [(0.0, None), (0.0, 0.0), (1.0, None)])
def test_where_the_system_tells_too_little_a_stop_is_marked_as_the_clock_s(machine, used, waited):
    machine.used, machine.waited = used, waited
    given = Allowance(machine, 2.0)
    machine.now += 0.06
    given.left()

    machine.now += 60.0

    with pytest.raises(Stopped) as stopped:
        given.left()
    assert stopped.value.by_clock


def test_who_computes_is_not_idle_and_who_sleeps_is(machine, begun):
    machine.passes(0.4, used=0.4)
    begun.left()
    assert not begun.idle

    machine.passes(2.0, used=0.0)
    begun.left()

    assert begun.idle
