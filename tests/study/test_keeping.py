import random

import pytest

from attnlab.errors import NotThere, WrongUsage
from attnlab.study import check, difference, kept_files, reset, solution, undo, update


def test_undo_takes_a_reset_back_and_twice_changes_nothing(workspace, double, clock):
    file = workspace.file(double)
    file.write_text("# mine\n")
    reset(workspace, double, now=clock())
    assert file.read_bytes() == double.starter.read_bytes()

    undo(workspace, double, now=clock())
    assert file.read_text() == "# mine\n"

    undo(workspace, double, now=clock())
    assert file.read_bytes() == double.starter.read_bytes()


def test_a_version_comes_back_by_its_number(workspace, double, clock):
    file = workspace.file(double)
    for text in ("# one\n", "# two\n"):
        file.write_text(text)
        reset(workspace, double, now=clock())

    undo(workspace, double, now=clock(), number=1)

    assert file.read_text() == "# one\n"


def test_a_deleted_file_is_brought_back_by_reset(workspace, double, clock):
    workspace.file(double).unlink()

    reset(workspace, double, now=clock())

    assert workspace.file(double).read_bytes() == double.starter.read_bytes()


def test_with_nothing_kept_undo_says_so(workspace, double, clock):
    with pytest.raises(WrongUsage, match="nothing is kept"):
        undo(workspace, double, now=clock())
    with pytest.raises(WrongUsage, match="no kept version 4"):
        undo(workspace, double, now=clock(), number=4)


def test_a_difference_is_against_the_last_kept_version_or_the_starter(workspace, double, clock):
    file = workspace.file(double)
    file.write_text("# one\n")
    assert difference(workspace, double).against == "the starter"
    reset(workspace, double, now=clock())
    file.write_text("# two\n")

    found = difference(workspace, double)

    assert "-# one" in found.lines
    assert "+# two" in found.lines
    assert difference(workspace, double, starter=True).against == "the starter"


@pytest.mark.parametrize("seed", range(12))
def test_no_sequence_of_commands_loses_what_was_written(workspace, double, judge, clock, seed):
    choose = random.Random(seed)
    file = workspace.file(double)
    written = set()
    for step in range(25):
        action = choose.choice(["write", "reset", "undo", "reveal", "check", "update"])
        if action == "write":
            # An editor overwrites on its own account; only what a command replaces is ours to keep.
            if file.read_text() in {text for text in written if text not in _kept(workspace, double)}:
                reset(workspace, double, now=clock())
            file.write_text(f"# {choose.choice(['right', 'wrong'])} {seed} {step}\n")
            written.add(file.read_text())
        elif action == "reset":
            reset(workspace, double, now=clock())
        elif action == "undo" and kept_files(workspace, double):
            try:
                undo(workspace, double, now=clock())
            except WrongUsage:
                assert {kept.file.read_text() for kept in kept_files(workspace, double)} == {file.read_text()}
        elif action == "reveal":
            solution(workspace, double, give_up=True, now=clock())
        elif action == "check":
            check(workspace, double, judge=judge, now=clock())
        elif action == "update":
            update(workspace, now=clock())

        assert written <= _kept(workspace, double) | {file.read_text()}


def _kept(workspace, exercise):
    return {kept.file.read_text() for kept in kept_files(workspace, exercise)}


def test_a_kept_version_that_cannot_be_read_is_told(workspace, double, judge, clock):
    workspace.file(double).write_text("# right\n")
    check(workspace, double, judge=judge, now=clock())
    kept = kept_files(workspace, double)[0]
    kept.file.unlink()
    kept.file.mkdir()

    with pytest.raises(NotThere):
        undo(workspace, double, now=clock())
