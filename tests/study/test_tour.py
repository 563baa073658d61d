"""The tour plays what the course names, and its wrong answer is the catalogued one."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from shutil import copytree

import pytest

from attnlab.content import Tour, read_course
from attnlab.errors import ContentInvalid, NotThere
from attnlab.grading import Judge
from attnlab.paths import course_root
from attnlab.study import start_workspace
from attnlab.study.tour import (
    TOUR_LONGEST,
    Answered,
    Measured,
    Measuring,
    Opened,
    plan_translator,
    play,
    wrong_answer,
)
from attnlab.translation import Split, draw

COURSE = Path(__file__).parents[1] / "mini_course"
TOUR = Tour(lesson="01-doubling", exercise="double", misconception="squared", experiments=("growth",))
TABLE = """
[tour]
lesson = "01-doubling"
exercise = "double"
misconception = "squared"
experiments = ["growth"]
"""


@pytest.fixture
def mini_course(tmp_path):
    """A copy of the mini course, free to be changed, as a function from course.toml's last lines to its folder."""

    def with_lines(lines):
        root = tmp_path / "course"
        copytree(COURSE, root)
        file = root / "course" / "course.toml"
        file.write_text(file.read_text().split("[tour]")[0] + lines)
        return root

    return with_lines


def scenes(course, folder):
    workspace = start_workspace(folder, course).workspace
    with Judge(course) as judge:
        return list(play(workspace, judge, tell=lambda doing, share: None, now=datetime(2026, 1, 2)))


def test_it_goes_from_a_screen_over_three_answers_to_an_experiment(tmp_path):
    played = scenes(replace(read_course(COURSE), tour=TOUR), tmp_path / "attention")

    assert [type(scene) for scene in played] == [Opened, Answered, Answered, Answered, Measuring, Measured]


def test_the_starter_is_not_attempted_the_wrong_answer_named_the_right_one_passed(tmp_path):
    played = scenes(replace(read_course(COURSE), tour=TOUR), tmp_path / "attention")

    starter, wrong, right = (scene.checked.report for scene in played if isinstance(scene, Answered))
    assert not starter.attempted
    assert wrong.first_failure.failure.diagnosis.misconception == "squared"
    assert right.passed


def test_the_code_shown_is_the_answer_without_its_docstring(tmp_path):
    played = scenes(replace(read_course(COURSE), tour=TOUR), tmp_path / "attention")

    shown = [scene.code for scene in played if isinstance(scene, Answered)]
    assert shown[1] == "def double(numbers):\n    return numbers**2"
    assert shown[2] == "def double(numbers):\n    return numbers * 2"


def test_a_course_without_a_tour_says_how_to_begin_instead(tmp_path):
    with pytest.raises(NotThere, match="no tour"):
        scenes(replace(read_course(COURSE), tour=None), tmp_path / "attention")


def test_a_misconception_that_is_not_there_is_the_courses_fault():
    exercise = read_course(COURSE).exercise("double")

    with pytest.raises(ContentInvalid, match="does not define tripled"):
        wrong_answer(exercise, "tripled")


def test_a_wrong_answer_keeps_imports_and_helpers_but_no_other_mistake(mini_course):
    course = read_course(mini_course(TABLE))
    exercise = course.exercise("double")
    file = exercise.answers / "misconceptions.py"
    file.write_text(
        '"""Wrong."""\n\nimport math\n\nfrom attnlab.content import misconception\n\n\n'
        "def _one(number):\n    return number\n\n\n"
        '@misconception(tell="t", ask="a")\ndef same(numbers):\n    return _one(numbers)\n\n\n'
        '@misconception(tell="t", ask="a")\ndef halved(numbers):\n    return numbers / 2\n'
    )

    written = wrong_answer(exercise, "same")

    assert "import math" in written
    assert "def _one" in written
    assert "def double(numbers):\n    return _one(numbers)" in written
    assert "halved" not in written
    assert "misconception" not in written


def test_the_tour_is_read_from_the_course(mini_course):
    assert read_course(mini_course(TABLE)).tour == TOUR


def test_a_tour_that_names_what_is_not_there_is_told_with_file_and_key(mini_course):
    table = TABLE.replace('"double"', '"triple"').replace('"growth"', '"decay"') + "speed = 3\n"

    with pytest.raises(ContentInvalid) as told:
        read_course(mini_course(table))

    problems = [str(problem) for problem in told.value.problems]
    assert any("tour.exercise" in problem and "triple" in problem for problem in problems)
    assert any("tour.experiments" in problem and "decay" in problem for problem in problems)
    assert any("tour.speed" in problem for problem in problems)


def test_the_tour_of_our_own_course_names_a_misconception_that_is_there():
    course = read_course(course_root(None, {}))

    assert course.tour is not None
    compile(wrong_answer(course.exercise(course.tour.exercise), course.tour.misconception), "answer", "exec")


def test_the_translator_of_the_tour_sees_short_sentences_only_and_the_same_ones_each_time(tmp_path):
    workspace = start_workspace(tmp_path / "attention", read_course(COURSE)).workspace

    planned = plan_translator(workspace)

    pairs = planned.corpus.pairs("val")
    assert {len(pair.source) for pair in pairs} <= set(range(3, TOUR_LONGEST + 1))
    assert [text.source for text in planned.corpus.texts("val", 2)] == [" ".join(pair.source) for pair in pairs[:2]]
    assert planned.folder == workspace.root / "runs" / "grammar-transformer"
    assert planned.corpus.fingerprint == plan_translator(workspace).corpus.fingerprint


def test_what_the_tour_of_our_own_course_translates_is_made_of_words_the_translator_knows():
    course = read_course(course_root(None, {}))

    known = {word for pair in draw(Split.TRAIN, 2_000, seed=0, lengths=range(3, 13)) for word in pair.source}
    assert course.tour.sentences
    for sentence in course.tour.sentences:
        assert set(sentence.split()) <= known
        assert len(sentence.split()) <= TOUR_LONGEST
