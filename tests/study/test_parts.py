from pathlib import Path

import pytest

from attnlab.content import read_course
from attnlab.study import check, start_workspace
from attnlab.study.parts import choose_parts
from attnlab.translation.parts import Origin


@pytest.fixture
def course():
    """The real one, since the mini course trains no translator."""
    return read_course(Path(__file__).parents[2])


@pytest.fixture
def workspace(tmp_path, course):
    return start_workspace(tmp_path / "work", course).workspace


def write(workspace, name, text):
    exercise = workspace.course.exercise(name)
    workspace.file(exercise).write_text(text)
    return exercise


def chosen(selection):
    return {part.name: part for part in selection.parts}


def test_in_a_fresh_workspace_all_parts_are_the_references_and_nothing_is_judged(workspace, judge):
    selection = choose_parts(workspace, judge)

    assert not selection.mine
    assert not judge.asked
    assert {part.note for part in selection.parts} == {"its gap is still open"}


def test_a_file_that_passes_is_the_learners_own_part(workspace, judge):
    exercise = write(workspace, "padding_mask", "def padding_mask(lengths, max_length): ...  # right\n")
    heard = []

    selection = choose_parts(workspace, judge, heard=heard.append)

    part = chosen(selection)["padding_mask"]
    assert (part.origin, part.note) == (Origin.MINE, "")
    assert part.filename == str(workspace.file(exercise))
    assert heard == ["padding_mask"]


def test_a_file_that_does_not_pass_is_replaced_and_the_failing_check_named(workspace, judge):
    write(workspace, "padding_mask", "def padding_mask(lengths, max_length): ...  # wrong\n")

    part = chosen(choose_parts(workspace, judge))["padding_mask"]

    assert part.origin is Origin.REFERENCE
    assert part.note == "it does not pass: every number is twice as large"
    assert b"# wrong" not in part.source


def test_what_has_passed_as_it_stands_is_not_judged_again(workspace, judge, clock):
    exercise = write(workspace, "padding_mask", "def padding_mask(lengths, max_length): ...  # right\n")
    check(workspace, exercise, judge=judge, now=clock())
    judge.asked.clear()

    selection = choose_parts(workspace, judge)

    assert selection.mine == ("padding_mask",)
    assert not judge.asked


def test_what_was_edited_since_it_passed_is_judged_again(workspace, judge, clock):
    exercise = write(workspace, "padding_mask", "def padding_mask(lengths, max_length): ...  # right\n")
    check(workspace, exercise, judge=judge, now=clock())
    write(workspace, "padding_mask", "def padding_mask(lengths, max_length): ...  # wrong\n")

    assert choose_parts(workspace, judge).mine == ()


def test_a_part_is_judged_again_when_what_it_imports_was_edited(workspace, judge, clock):
    heads = write(workspace, "MultiHeadAttention", "from split_heads import split_heads  # right\n")
    check(workspace, heads, judge=judge, now=clock())
    write(workspace, "split_heads", "def split_heads(x, heads): ...  # right\n")
    judge.asked.clear()

    selection = choose_parts(workspace, judge)

    assert [asked["exercise"] for asked in judge.asked] == ["MultiHeadAttention"]
    assert selection.mine == ("MultiHeadAttention",)
    besides = {part.exercise: part.origin for part in selection.besides}
    assert besides["split_heads"] is Origin.MINE
    assert besides["merge_heads"] is Origin.REFERENCE


def test_a_missing_file_is_replaced_too(workspace, judge):
    workspace.file(workspace.course.exercise("causal_mask")).unlink()

    assert chosen(choose_parts(workspace, judge))["causal_mask"].note == "you have no file for it"
