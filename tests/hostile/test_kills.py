"""A grading that is killed, or stopped with Ctrl-C, and gone on with: it ends as if nothing had happened."""

from __future__ import annotations

import random
import shutil
import signal
import sqlite3
import sys
from contextlib import closing

import pytest
from gallery.classes import ASSIGNMENT, attnlab, comparable, lay, rows_of
from gallery.records import Case, calling
from gallery.siblings import INNOCENT

pytestmark = [
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="adopting what is left is asked of Linux alone"),
    pytest.mark.timeout(300),
]
KILLS = 10
CLASS = {
    **{f"{name}-{number}": Case({"double.py": text.encode()}) for name, text in INNOCENT.items() for number in (1, 2)},
    "loop": calling("while True: pass"),
    "leaves": calling("import os; os._exit(0)"),
}
GRADE = ("grade", "class", "--out", "class.gradebook", "--assignment", "assignment.toml", "--resume")


def laid(folder):
    lay(folder / "class", CLASS)
    (folder / "assignment.toml").write_text(ASSIGNMENT)
    (folder / "temporary").mkdir()
    return folder


def graded(folder, jobs=2, **how):
    return attnlab(*GRADE, "--jobs", str(jobs), folder=folder, temporary=folder / "temporary", **how)


def grades_in(folder):
    return {key: comparable(row) for key, row in rows_of(folder, "class.gradebook").items()}


def is_whole(book):
    """Whether the database holds together, looked at in a copy so that nothing is mended by looking."""
    if not book.exists():
        return True
    copy = book.parent / "looked-at"
    copy.mkdir()
    for file in book.parent.glob(f"{book.name}*"):
        shutil.copy(file, copy)
    with closing(sqlite3.connect(copy / book.name)) as opened:
        said = opened.execute("PRAGMA integrity_check").fetchall()
    shutil.rmtree(copy)
    return said == [("ok",)]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """A run that nobody disturbs, and the grades it ends with."""
    folder = laid(tmp_path_factory.mktemp("undisturbed"))
    run = graded(folder)
    assert run.status == 0, run.err
    return run, grades_in(folder)


@pytest.mark.parametrize(("seed", "jobs"), [(1, 1), (2, 2)])
def test_a_grading_killed_at_any_moment_goes_on_to_the_same_grades(tmp_path, undisturbed, seed, jobs):
    whole, grades = undisturbed
    moments, kills, books = random.Random(seed), 0, 0
    while kills < KILLS or not books:
        folder = laid(tmp_path / str(books))
        status = 1
        while status:
            after = moments.uniform(0.1, whole.seconds) if kills < KILLS else 0.0

            run = graded(folder, jobs, signal=signal.SIGKILL, after=after)

            status = run.status
            assert status in (0, -signal.SIGKILL), run.err
            assert run.left == []
            assert is_whole(folder / "class.gradebook")
            kills += status != 0
        assert grades_in(folder) == grades
        books += 1


def test_ctrl_c_keeps_what_was_judged_says_how_to_go_on_and_costs_nothing(tmp_path, undisturbed):
    _, grades = undisturbed
    folder = laid(tmp_path / "class")
    # Somebody for whom it waits, however fast the machine is.
    lay(folder / "class", {"sleeps": calling("import time; time.sleep(10**6)")})

    run = graded(folder, signal=signal.SIGINT, after=2.5)
    left_over = list((folder / "temporary").iterdir())
    on = graded(folder)

    assert run.status == 130, run.err
    assert "Traceback" not in run.err
    assert "--resume" in run.err or "nothing was lost" in run.err
    assert run.left == on.left == left_over == []
    assert on.status == 0
    after = grades_in(folder)
    assert after["sleeps", "double"]["verdict"] == "timed out"
    assert {key: after[key] for key in grades} == grades


def test_a_grading_told_to_end_leaves_nothing_behind(tmp_path, undisturbed):
    whole, grades = undisturbed
    folder = laid(tmp_path / "class")

    run = graded(folder, signal=signal.SIGTERM, after=whole.seconds * 0.4)
    on = graded(folder)

    assert run.left == on.left == []
    assert grades_in(folder) == grades


def test_going_on_with_what_is_done_judges_nothing_again(tmp_path, undisturbed):
    folder = laid(tmp_path / "class")
    graded(folder)
    before = rows_of(folder, "class.gradebook")

    again = graded(folder)

    assert again.status == 0
    assert rows_of(folder, "class.gradebook") == before
