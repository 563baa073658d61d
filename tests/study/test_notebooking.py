import json

import pytest

from attnlab.study.history import kept_of
from attnlab.study.notebooking import Came, Laid, export, import_notebook

ANSWER = "def double(numbers):\n    return 2 * numbers"


@pytest.fixture
def notebook(tmp_path):
    def notebook(*cells, name="mine.ipynb"):
        made = [{"cell_type": "code", "source": cell} for cell in cells]
        file = tmp_path / name
        file.write_text(json.dumps({"nbformat": 4, "cells": made}))
        return file

    return notebook


def test_lessons_are_laid_out_once_and_then_unchanged(course, tmp_path):
    first = export(course, course.lessons, tmp_path / "new")
    again = export(course, course.lessons, tmp_path / "new")

    assert [each.laid for each in first] == [Laid.WRITTEN, Laid.WRITTEN]
    assert [each.laid for each in again] == [Laid.UNCHANGED, Laid.UNCHANGED]


def test_a_notebook_that_holds_work_is_left_alone_unless_it_may_be_replaced(course, tmp_path):
    file = export(course, course.lessons[:1], tmp_path)[0].file
    file.write_text("my work")

    left = export(course, course.lessons[:1], tmp_path)
    assert left[0].laid is Laid.KEPT
    assert file.read_text() == "my work"

    written = export(course, course.lessons[:1], tmp_path, replace=True)
    assert written[0].laid is Laid.WRITTEN


def test_work_comes_back_into_its_file_and_what_was_there_is_kept(workspace, double, notebook, clock):
    workspace.file(double).write_bytes(b"# an earlier try\n")

    imported = import_notebook(workspace, notebook("FACTOR = 2", ANSWER), now=clock())

    assert [each.came for each in imported.brought] == [Came.BROUGHT]
    assert workspace.file(double).read_text().endswith(f"\n\n\n{ANSWER}\n")
    assert kept_of(workspace, double)[-1].content() == b"# an earlier try\n"
    assert kept_of(workspace, double)[-1].reason == "notebook"


def test_the_file_says_again_what_it_is(workspace, double, notebook, clock):
    import_notebook(workspace, notebook(ANSWER), now=clock())

    assert workspace.file(double).read_text().startswith('"""double: every number twice as large.')


def test_bringing_the_same_twice_changes_nothing(workspace, double, notebook, clock):
    import_notebook(workspace, notebook(ANSWER), now=clock())
    before = workspace.file(double).read_bytes()

    again = import_notebook(workspace, notebook("x = 1", ANSWER, "double(3)"), now=clock())

    assert [each.came for each in again.brought] == [Came.SAME]
    assert workspace.file(double).read_bytes() == before


@pytest.mark.parametrize("nbgrader", [False, True])
def test_an_exercise_still_to_be_written_never_replaces_work(workspace, course, double, tmp_path, clock, nbgrader):
    workspace.file(double).write_text(ANSWER)
    file = export(course, course.lessons[:1], tmp_path, nbgrader=nbgrader)[0].file
    file.write_text(
        file.read_text().replace('NotImplementedError(\\"double is still to be written\\")', "NotImplementedError()")
    )

    imported = import_notebook(workspace, file, now=clock())

    assert [each.came for each in imported.brought] == [Came.NOT_BEGUN]
    assert workspace.file(double).read_text() == ANSWER


def test_a_file_that_was_removed_comes_back(workspace, double, notebook, clock):
    workspace.file(double).unlink()

    imported = import_notebook(workspace, notebook(ANSWER), now=clock())

    assert imported.brought[0].kept is None
    assert workspace.file(double).is_file()


def test_exercises_import_each_other_as_the_files_of_a_workspace_do(workspace, course, notebook, clock):
    import_notebook(workspace, notebook(ANSWER, "def double_sum(n):\n    return double(n).sum(-1)"), now=clock())

    text = workspace.file(course.exercise("double_sum")).read_text()
    assert "from double import double" in text
    assert "return 2 * numbers" not in text


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "it is no notebook that can be read: it is empty"),
        (b"{", "it is no notebook that can be read: it is not JSON (line 1)"),
        (b'{"nbformat": 4, "cells": []}', "no exercise of the course is in it"),
    ],
)
def test_what_gives_nothing_says_why(workspace, tmp_path, clock, content, problem):
    file = tmp_path / "odd.ipynb"
    file.write_bytes(content)

    assert import_notebook(workspace, file, now=clock()).problem == problem


def test_what_is_no_file_says_so(workspace, tmp_path, clock):
    assert import_notebook(workspace, tmp_path / "nothing.ipynb", now=clock()).problem == "there is no such file"
    assert import_notebook(workspace, tmp_path, now=clock()).problem == "it is a folder"


def test_work_that_goes_to_a_notebook_and_comes_back_is_the_same(workspace, course, tmp_path, clock):
    sums = course.exercise("double_sum")
    workspace.file(course.exercise("double")).write_text(f"# mine\nTWO = 2\n\n\n{ANSWER.replace('2 *', 'TWO *')}\n")
    workspace.file(sums).write_text(
        '"""mine"""\nfrom double import double\n\n\ndef double_sum(n):\n    return sum(double(n))\n'
    )
    before = [workspace.file(exercise).read_bytes() for exercise in course.exercises]

    exported = export(course, course.lessons, tmp_path / "out", workspace=workspace)
    brought = [each for one in exported for each in import_notebook(workspace, one.file, now=clock()).brought]

    assert [each.came for each in brought] == [Came.SAME, Came.SAME]
    assert [workspace.file(exercise).read_bytes() for exercise in course.exercises] == before


@pytest.mark.parametrize("content", [b"def double(n:\n", b"\xff\x00", b"", "très = 1\r\ndef double(n): pass".encode()])
def test_a_file_half_written_goes_to_a_notebook_as_it_is(workspace, course, double, tmp_path, content):
    workspace.file(double).write_bytes(content)

    exported = export(course, course.lessons[:1], tmp_path, workspace=workspace)

    cells = {cell["id"]: "".join(cell["source"]) for cell in json.loads(exported[0].file.read_bytes())["cells"]}
    assert cells["answer-double"] == content.decode("utf-8", "replace").replace("\r\n", "\n").strip("\n")
