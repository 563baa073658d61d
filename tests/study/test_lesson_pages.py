import json
import math

from attnlab.content import Findings
from attnlab.study import find_experiment, note_screen, page, read_progress, run_experiment
from attnlab.study.experimenting import findings_as_json
from attnlab.study.reading import screen_of


def test_links_become_the_command_to_type(course):
    screens = page(course, course.lesson("01")).screens

    assert "(`attnlab check double`)" in screens[1]
    assert "(`attnlab experiment growth`)" in screens[1]
    assert "(`attnlab read 02`)" in screens[1]
    assert "exercise:" not in screens[1]


def test_the_sources_stand_on_the_last_screen(course):
    assert "Nobody (2020). *On doubling*, arXiv 0000.00000, section 1" in page(course, course.lesson("01")).screens[-1]


def test_reading_goes_on_where_it_stopped_and_starts_over_once_it_was_finished(workspace, course):
    lesson = course.lessons[0]
    note_screen(workspace, lesson, 2, last=False)
    assert screen_of(read_progress(workspace), lesson, 5) == 2
    note_screen(workspace, lesson, 5, last=True)
    assert screen_of(read_progress(workspace), lesson, 5) == 1


def test_an_experiment_saves_what_it_measured_and_notes_the_prediction(workspace, course, clock, tmp_path):
    lesson, growth = find_experiment(course, "growth")
    told = []

    outcome = run_experiment(
        course, lesson, growth, seed=3, tell=lambda doing, share: told.append(share), prediction=0,
        workspace=workspace, folder=tmp_path, now=clock(),
    )  # fmt: skip

    saved = json.loads(outcome.saved.read_text())
    assert saved["numbers"]["sizes"][-1] == 1024
    assert (saved["prediction"], saved["choice"], outcome.foreseen) == (0, 2, False)
    assert read_progress(workspace).experiments["growth"]["found"] == 2
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_outside_of_a_workspace_the_numbers_are_saved_where_one_is(course, clock, tmp_path):
    lesson, growth = find_experiment(course, "growth")

    outcome = run_experiment(
        course, lesson, growth, seed=3, tell=lambda doing, share: None, prediction=None,
        workspace=None, folder=tmp_path, now=clock(),
    )  # fmt: skip

    assert outcome.saved.parent == tmp_path
    assert outcome.foreseen is None


def test_numbers_that_are_not_finite_are_saved_as_words():
    import numpy as np

    findings = Findings("seen", None, {"a": math.nan, "b": np.array([1.0, np.inf]), "c": np.float32(2.0)})

    assert findings_as_json(findings)["numbers"] == {"a": "nan", "b": [1.0, "inf"], "c": 2.0}
