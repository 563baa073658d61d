"""Ctrl-C is held back, and never lost."""

from __future__ import annotations

import signal
import threading

import pytest

from attnlab.stage import interrupts_held


def test_an_interrupt_within_is_raised_at_the_end():
    reached = []

    def interrupted() -> None:
        with interrupts_held():
            signal.raise_signal(signal.SIGINT)
            reached.append("the end")

    with pytest.raises(KeyboardInterrupt):
        interrupted()

    assert reached == ["the end"]


def test_without_an_interrupt_nothing_is_raised_and_the_handler_is_back():
    before = signal.getsignal(signal.SIGINT)

    with interrupts_held():
        pass

    assert signal.getsignal(signal.SIGINT) is before


def test_an_exception_within_is_the_one_that_comes_out():
    with pytest.raises(ZeroDivisionError), interrupts_held():
        raise ZeroDivisionError


def test_another_thread_holds_nothing_and_does_no_harm():
    done = []

    def hold() -> None:
        with interrupts_held():
            done.append(True)

    thread = threading.Thread(target=hold)
    thread.start()
    thread.join()

    assert done == [True]
