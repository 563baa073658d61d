"""A judge's process that dies costs nobody a grade."""

from __future__ import annotations

import pytest
from numpy_course import RIGHT, graded, handed_in, numpy_course, verdicts

from attnlab.classroom.batch import Attention, Finished, Retried, crew


@pytest.fixture(scope="module")
def events(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dying")
    names = ["ada", "bob", "mallory", "trudy", "zoe"]
    intake = handed_in(folder / "handed_in", {name: {"double": RIGHT} for name in names})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(crew, "_SERVING", "dying_judge")
        return graded(intake, numpy_course(folder / "course"), folder / "a.gradebook", jobs=2)


def test_everybody_else_is_judged(events):
    passed = {student for (student, _), checks in verdicts(events).items() if checks[-1] == ("untouched", "passed")}

    assert passed == {"ada", "bob", "zoe"}


def test_the_work_is_tried_once_more_by_itself(events):
    assert {"mallory", "trudy"} <= {event.student for event in events if isinstance(event, Retried)}


def test_what_ends_the_judge_twice_is_not_judged_and_wants_a_person(events):
    assert verdicts(events)["mallory", "double"] == [("judged", "not judged")]
    assert {event.student for event in events if isinstance(event, Attention)} == {"mallory", "trudy"}
    assert next(event for event in events if isinstance(event, Finished)).attention == 2


def test_a_bug_of_ours_is_named(events):
    why = {event.student: event.why for event in events if isinstance(event, Attention)}

    assert "RuntimeError: a bug of ours" in why["trudy"]
    assert "exit code 9" in why["mallory"]
