"""An instructor's own checks and misconceptions, joined to the course's."""

from pathlib import Path

import pytest

from attnlab.content import read_answers, read_course
from attnlab.content.private import PrivateInvalid, declared_checks, exercises_in, extended

MINI_COURSE = Path(__file__).parents[1] / "mini_course"
STANDING_ON = """\
from attnlab.content import check
from checks import values
from double import double

@check("twice a hundred is two hundred", points=2, after=values)
def hundred(learner, draw):
    learner.double(draw.normal("numbers") + 100).agrees()
"""
MISTAKE = """\
from attnlab.content import misconception
from misconceptions import *

@misconception(tell="You add a hundred.", ask="What is twice one?")
def a_hundred_more(numbers):
    return numbers + 100
"""


@pytest.fixture
def join(tmp_path):
    """The answers of 'double' with these files of an instructor's."""
    course = read_course(MINI_COURSE)
    exercise = course.exercise("double")

    def joined(**parts):
        for name, text in parts.items():
            (tmp_path / "double").mkdir(exist_ok=True)
            (tmp_path / "double" / f"{name}.py").write_text(text)
        return extended(course, read_answers(course, exercise), tmp_path)

    return joined


def refused(join, text):
    with pytest.raises(PrivateInvalid) as error:
        join(checks=text)
    return " ".join(error.value.problems)


def test_own_checks_and_misconceptions_come_after_the_courses(join):
    plain, answers = join(), join(checks=STANDING_ON, misconceptions=MISTAKE)

    assert [check.id for check in answers.checks] == [*(check.id for check in plain.checks), "hundred"]
    assert [wrong.id for wrong in answers.misconceptions] == [
        *(wrong.id for wrong in plain.misconceptions), "a_hundred_more"
    ]  # fmt: skip


def test_an_own_check_that_stands_on_a_name_is_told_what_to_write(join):
    told = refused(join, STANDING_ON.replace("after=values", 'after=["values"]'))

    assert "checks.py: does not run" in told
    assert "not 'values'" in told


def test_an_own_check_stands_on_one_of_the_courses(join):
    assert [other.id for other in join(checks=STANDING_ON).checks[-1].after] == ["values"]


def test_with_nothing_of_their_own_the_answers_stay_what_they_are(tmp_path):
    course = read_course(MINI_COURSE)
    answers = read_answers(course, course.exercise("double"))

    assert extended(course, answers, tmp_path) is answers


def test_a_name_that_is_taken_is_refused(join):
    own = STANDING_ON.replace("import values", "import values as theirs").replace("after=values", "after=theirs")

    assert "there is a check of this name already" in refused(join, own.replace("hundred(", "values("))


def test_the_name_of_the_judges_own_check_is_refused(join):
    assert "defined: there is a check" in refused(join, STANDING_ON.replace("hundred(", "defined("))


def test_a_check_that_cannot_be_told_from_the_text_is_refused_since_it_could_not_be_hidden(join):
    made = STANDING_ON + "\nmore = check('again')(lambda learner, draw: None)\nmore.judge.__name__ = 'more'\n"

    assert "more: write it as a 'def'" in refused(join, made)


def test_a_file_that_does_not_run_is_told_with_its_name(join):
    told = refused(join, "from checks import nothing_like_it\n")

    assert "double/checks.py" in told.replace("\\", "/")
    assert "ImportError" in told


def test_a_file_without_a_check_is_told(join):
    assert "has no check in it" in refused(join, "from checks import values\n")


def test_a_misconception_whose_name_is_taken_is_refused(join):
    taken = join().misconceptions[0].id
    with pytest.raises(PrivateInvalid, match="has a misconception of this name"):
        join(misconceptions=MISTAKE.replace("from misconceptions import *\n", "").replace("a_hundred_more", taken))


def test_what_a_folder_holds_is_told_by_its_folders(tmp_path):
    for name in ("double/checks.py", "double_sum/misconceptions.py", "notes/readme.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")

    assert exercises_in(tmp_path) == ["double", "double_sum"]


def test_the_checks_of_a_file_are_told_by_its_text(tmp_path):
    file = tmp_path / "checks.py"
    file.write_text("import content\n@content.check('a')\ndef one(): ...\n@other\ndef two(): ...\ndef three(): ...\n")

    assert declared_checks(file) == ("one",)


@pytest.mark.parametrize("content", [b"def (", b"\x00", b"\xff\xfe"])
def test_a_file_that_is_no_python_declares_nothing(tmp_path, content):
    (tmp_path / "checks.py").write_bytes(content)

    assert declared_checks(tmp_path / "checks.py") == ()
