import ast
import json
import re
from pathlib import Path

import pytest

from attnlab.content import read_course
from attnlab.notebooks import sources_in
from attnlab.notebooks.writing import lesson_notebook

nbformat = pytest.importorskip("nbformat")

OURS = read_course(Path(__file__).parents[2])
LESSONS = pytest.mark.parametrize("lesson", OURS.lessons, ids=lambda lesson: lesson.id)


def read(content):
    return nbformat.reads(content.decode(), as_version=4)


def cell_of(notebook, ident):
    return next(cell for cell in notebook.cells if cell.id == ident)


@LESSONS
@pytest.mark.parametrize("nbgrader", [False, True])
def test_every_lesson_is_a_valid_notebook_as_jupyter_itself_would_save_it(lesson, nbgrader):
    content = lesson_notebook(OURS, lesson, nbgrader=nbgrader)

    notebook = read(content)

    nbformat.validate(notebook)
    assert nbformat.writes(notebook) + "\n" == content.decode()
    assert content == lesson_notebook(OURS, lesson, nbgrader=nbgrader)


@LESSONS
def test_every_exercise_of_a_lesson_is_found_again_as_its_starter(lesson):
    wanted = {exercise.id: exercise.implements for exercise in OURS.exercises}

    found = sources_in(lesson_notebook(OURS, lesson), wanted, apart=True)

    assert set(found.sources) == set(lesson.exercises)
    for name, source in found.sources.items():
        starter = ast.parse(OURS.exercise(name).starter.read_bytes())
        known = {ast.dump(node) for node in starter.body}
        made = [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
        assert {ast.dump(node) for node in made} <= known


def test_the_text_leads_to_its_exercise_and_no_link_goes_nowhere(course):
    notebook = read(lesson_notebook(course, course.lessons[0]))

    assert [cell.id for cell in notebook.cells] == [
        "begin", "judge", "read-1", "read-2", "about-double", "answer-double", "check-double", "sources",
    ]  # fmt: skip
    assert "[double]" not in cell_of(notebook, "read-2").source
    assert "`attnlab experiment growth`" in cell_of(notebook, "read-2").source
    assert cell_of(notebook, "check-double").source == 'check_cell("double")'
    assert cell_of(notebook, "answer-double").metadata.attnlab.exercise == "double"


def test_a_starter_that_stands_on_an_earlier_lesson_asks_for_it_politely():
    lesson = OURS.lesson("09")
    notebook = read(lesson_notebook(OURS, lesson))
    given = cell_of(notebook, "given-EncoderLayer-MultiHeadAttention").source

    names = {}
    exec(given, names)

    assert "MultiHeadAttention" not in names
    assert "from layer_norm" not in "".join(cell.source for cell in notebook.cells if cell.cell_type == "code")


def test_nbgrader_finds_every_gap_marked_and_a_test_worth_the_exercises_points():
    lesson = OURS.lesson("08")
    notebook = read(lesson_notebook(OURS, lesson, nbgrader=True))
    marked = [cell for cell in notebook.cells if "nbgrader" in cell.metadata]

    idents = [cell.metadata.nbgrader.grade_id for cell in marked]
    assert len(set(idents)) == len(idents) == 2 * len(lesson.exercises)
    for cell in marked:
        marks = cell.metadata.nbgrader
        assert set(marks) - {"points"} == {"schema_version", "grade_id", "grade", "solution", "locked", "task"}
        assert marks.schema_version == 3
        assert marks.grade != marks.solution
        assert marks.locked == marks.grade == ("points" in marks)
        assert not marks.grade or marks.points == OURS.exercise(cell.metadata.attnlab.check).points
        regions = re.findall(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", cell.source, re.DOTALL)
        assert [region.count("raise NotImplementedError") for region in regions] == [1] * len(regions)
        assert cell.source.count("raise NotImplementedError") == len(regions)


def test_what_nbgrader_leaves_of_a_gap_is_python_still():
    notebook = read(lesson_notebook(OURS, OURS.lesson("08"), nbgrader=True))
    source = cell_of(notebook, "answer-MultiHeadAttention").source

    cleared = re.sub(r"### BEGIN SOLUTION\n.*?### END SOLUTION", "raise NotImplementedError()", source, flags=re.DOTALL)

    assert ast.parse(cleared)
    assert "Your code goes here" not in cleared


def test_exercises_that_no_screen_links_to_come_last(course, tmp_path):
    from dataclasses import replace

    file = tmp_path / "lesson.md"
    file.write_text('+++\ntitle = "x"\n+++\nNo link here.\n')
    lesson = replace(course.lessons[0], file=file, sources=())

    notebook = json.loads(lesson_notebook(course, lesson))

    assert [cell["id"] for cell in notebook["cells"]][-2:] == ["answer-double", "check-double"]
