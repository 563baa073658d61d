"""One session at a time, and others while it only waits."""

from __future__ import annotations

import threading

from attnlab.grading.places import Places


def test_a_lent_place_is_somebody_else_s_until_it_is_taken_back():
    heard: list[int] = []
    places = Places(1, heard.append)
    served, back = threading.Event(), threading.Event()

    def other():
        with places.held():
            served.set()

    with places.held():
        guest = threading.Thread(target=other)
        guest.start()

        places.lend()

        assert served.wait(10)
        places.back()
        back.set()
    guest.join(10)
    assert back.is_set()
    assert heard == [1, -1]


def test_whoever_ends_while_its_place_is_lent_leaves_as_many_as_there_were():
    heard: list[int] = []
    places = Places(1, heard.append)

    with places.held():
        places.lend()

    with places.held():
        pass
    assert heard == [1, -1]


def test_a_thread_that_holds_no_place_lends_none():
    heard: list[int] = []
    places = Places(1, heard.append)

    places.lend()
    places.back()

    assert heard == []
