"""A check's version changes with what its verdict rests on, and with nothing else."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from attnlab.content import Limits, read_answers, read_course
from attnlab.grading.versions import DEFINED, check_versions

MINI_COURSE = Path(__file__).parents[1] / "mini_course"


@pytest.fixture
def root(tmp_path):
    return Path(shutil.copytree(MINI_COURSE, tmp_path / "course"))


@pytest.fixture
def answers(root):
    return root / "solutions" / "01-doubling" / "double"


def versions(root, limits=None):
    course = read_course(root)
    return check_versions(read_answers(course, course.exercise("double")), limits)


def changed(root, edit):
    before = versions(root)
    edit()
    after = versions(root)
    return {name for name in before if before[name] != after[name]}


def replacing(file, old, new):
    def edit():
        text = file.read_text()
        assert old in text
        file.write_text(text.replace(old, new))

    return edit


EVERYTHING = {DEFINED, "shape", "values", "untouched"}


def test_every_check_has_a_version_and_so_has_being_defined(root):
    assert set(versions(root)) == EVERYTHING


def test_a_changed_check_has_another_version_and_the_others_keep_theirs(root, answers):
    edit = replacing(answers / "checks.py", "range(2)", "range(3)")

    assert changed(root, edit) == {"values"}


def test_what_a_check_is_worth_belongs_to_it(root, answers):
    assert changed(root, replacing(answers / "checks.py", "points=1, ", "points=2, ")) == {"values"}


def test_comments_and_blank_lines_change_nothing(root, answers):
    edit = replacing(
        answers / "checks.py", "    # Twice: an answer that is right on its first call only is none.\n", "\n"
    )

    assert changed(root, edit) == set()


def test_another_reference_changes_every_version(root, answers):
    assert changed(root, replacing(answers / "reference.py", "numbers * 2", "2 * numbers")) == EVERYTHING


def test_a_new_check_changes_no_other(root, answers):
    file = answers / "checks.py"
    more = '\n\n@check("one more", after=values)\ndef more(learner, draw):\n    learner.double(draw.normal("rows"))\n'

    assert changed(root, lambda: file.write_text(file.read_text() + more)) == set()


def test_what_a_check_uses_of_its_file_counts_as_its_own_lines(root, answers):
    file = answers / "checks.py"
    text = file.read_text().replace("range(2)", "range(TIMES)").replace("@check", "TIMES = 2\n\n\n@check", 1)
    file.write_text(text)

    assert changed(root, replacing(file, "TIMES = 2", "TIMES = 3")) == {"values"}


def test_what_a_lesson_s_checks_share_counts_for_those_that_use_it(root, answers):
    shared = answers.parent / "rooms.py"
    shared.write_text("def rows():\n    return size()\n\n\ndef size():\n    return 3\n\n\ndef other():\n    return 4\n")
    file = answers / "checks.py"
    file.write_text("from rooms import rows\n" + file.read_text().replace("range(2)", "range(rows())"))

    assert changed(root, replacing(shared, "return 3", "return 2")) == {"values"}
    assert changed(root, replacing(shared, "return 4", "return 5")) == set()


def test_other_limits_are_other_versions(root):
    ours, theirs = versions(root), versions(root, Limits(seconds=99.0))

    assert all(ours[name] != theirs[name] for name in EVERYTHING)
