from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attnlab.classroom.intake.matching import Catalogue, Certainty, Unmatched
from attnlab.classroom.intake.names import folded, printable, squashed, words_in
from attnlab.content import read_course

COURSE = read_course(Path(__file__).parents[3])
CATALOGUE = Catalogue(COURSE)
EXERCISES = [exercise.id for exercise in COURSE.exercises]


def meant(path, source=b"", own=()):
    found = CATALOGUE.meant(path.split("/"), frozenset(own), CATALOGUE.defined_in(source))
    return dict(found)


@pytest.mark.parametrize("exercise", EXERCISES)
def test_a_file_called_as_its_exercise_is_for_it(exercise):
    assert meant(f"{exercise}.py") == {exercise: Certainty.NAME}


@pytest.mark.parametrize("exercise", EXERCISES)
def test_a_file_in_its_place_in_a_workspace_is_for_it_beyond_doubt(exercise):
    lesson = COURSE.exercise(exercise).lesson

    assert meant(f"work/exercises/{lesson}/{exercise}.py") == {exercise: Certainty.WORKSPACE}


@pytest.mark.parametrize(
    "name",
    ["masked_softmax", "MASKED_SOFTMAX", "masked-softmax", "maskedSoftmax", "masked softmax", "ｍasked_softmax",
     "maskedsoftmax"],
)  # fmt: skip
def test_case_and_what_stands_between_words_make_no_other_name(name):
    assert meant(f"{name}.py") == {"masked_softmax": Certainty.NAME}


@pytest.mark.parametrize(
    "name",
    ["softmax (2)", "softmax_final", "softmax_v2", "Copy of softmax", "softmax - Kopie", "softmax-1", "my_softmax",
     "02_softmax", "softmax_final (2)", "hw3_softmax_submission", "softmaxFinal", "softmax2"],
)  # fmt: skip
def test_what_people_add_to_a_name_makes_no_other_name(name):
    assert meant(f"{name}.py") == {"softmax": Certainty.NEARLY}


@pytest.mark.parametrize("path", ["softmax/starter.py", "02-lookup/softmax/solution.py", "softmax/main.py"])
def test_a_folder_tells_where_the_file_leaves_it_to_it(path):
    assert meant(path) == {"softmax": Certainty.NEARLY}


def test_the_longest_exercise_in_a_name_is_meant():
    assert meant("my_masked_softmax.py") == {"masked_softmax": Certainty.NEARLY}


def test_the_students_own_name_says_nothing_of_the_exercise():
    assert meant("lovelace_softmax.py", own={"ada", "lovelace"}) == {"softmax": Certainty.NEARLY}


def test_a_name_that_says_more_has_to_be_borne_out_by_what_is_defined():
    assert meant("lovelace_softmax.py", b"def softmax(scores): pass") == {"softmax": Certainty.MENTIONED}
    with pytest.raises(Unmatched, match="its name speaks of softmax, but it defines no softmax"):
        meant("test_softmax.py", b"def test_softmax(): pass")


@pytest.mark.parametrize(
    "source",
    [b"def softmax(scores):\n  pass", b"import numpy as np\r\nsoftmax = lambda s: s", b"async def softmax(): pass",
     b"class softmax: pass", b"\xef\xbb\xbfdef softmax(): pass", b"def softmax(:  # broken", b"softmax: object = 3",
     "def softmax(): pass".encode("utf-16")],
)  # fmt: skip
def test_where_the_name_says_nothing_what_is_defined_does(source):
    assert meant("hw3.py", source) == {"softmax": Certainty.CONTENT}


@pytest.mark.parametrize("source", [b"", b"    def softmax(): pass", b"softmax == 3", b"# def softmax():", b"\xff\xfe"])
def test_a_file_that_defines_nothing_an_exercise_asks_for_is_for_none(source):
    with pytest.raises(Unmatched, match="no exercise is called so"):
        meant("hw3.py", source)


def test_one_file_may_answer_several_exercises():
    assert meant("hw3.py", b"def softmax(): pass\ndef causal_mask(): pass") == {
        "softmax": Certainty.CONTENT, "causal_mask": Certainty.CONTENT,
    }  # fmt: skip


def test_two_exercises_in_one_name_are_told_apart_by_what_is_defined():
    assert meant("softmax_and_causal_mask.py", b"def causal_mask(): pass").keys() == {"causal_mask"}
    with pytest.raises(Unmatched, match="speaks of softmax and causal_mask"):
        meant("softmax_and_causal_mask.py", b"x = 1")


def test_an_untouched_starter_is_known_whatever_its_line_endings():
    starter = COURSE.exercise("softmax").starter.read_bytes()

    assert CATALOGUE.is_untouched("softmax", starter.replace(b"\n", b"\r\n"))
    assert not CATALOGUE.is_untouched("softmax", starter + b"x = 1")


@given(st.text(), st.binary())
def test_whatever_a_file_is_called_and_holds_it_is_matched_or_said_why_not(name, source):
    with suppress(Unmatched):
        assert meant(name + ".py", source).keys() <= set(EXERCISES)


@given(st.text(st.sampled_from("aBcXYZ019_-. ()éßЖ李")))
def test_the_words_of_a_name_are_all_its_letters_and_digits(name):
    assert all(word.text for word in words_in(name))
    assert squashed("".join(word.text for word in words_in(name))) == squashed(name)


@given(st.text(st.characters(exclude_categories=[])))
def test_what_is_shown_can_move_no_cursor_and_be_stored_anywhere(name):
    shown = printable(name)

    assert all(character.isprintable() or character in "\u200c\u200d" for character in shown)
    assert len(shown.encode("utf-8")) >= 0
    assert len(shown) <= 255


def test_names_in_all_scripts_are_shown_as_they_are():
    assert printable("Zoë Łukasz 李 محمد") == "Zoë Łukasz 李 محمد"


def test_right_to_left_marks_and_escapes_are_written_out():
    assert printable("soft\u202exam\x1b[31m\n") == "soft\\u202exam\\x1b[31m\\n"


def test_long_names_that_differ_at_the_end_stay_different():
    assert printable("a" * 300 + "b") != printable("a" * 300 + "c")


def test_names_are_the_same_in_either_case_and_either_encoding_of_an_accent():
    assert folded("Zoë ") == folded("zoe\u0308")


@pytest.mark.parametrize(
    ("name", "whose"),
    [("ada_softmax.py", "ada"), ("softmax - Lovelace, Ada.py", "Lovelace, Ada"), ("0042_softmax.py", "0042"),
     ("softmax_0042 (2).py", "0042"), ("ada_softmax_2.py", "ada"), ("ada_softmax_final_v2.py", "ada"),
     ("student_01_softmax.py", "student_01"), ("ada_02-lookup.ipynb", "ada"), ("ada_multi-head.ipynb", "ada"),
     ("ada.lovelace.zip", "ada.lovelace"), ("ada (1).zip", "ada"), ("s1234567_masked_softmax.py.txt", "s1234567"),
     ("ada.tar.gz", "ada"), ("softmax.py", ""), ("02-lookup.ipynb", ""), ("softmax_final (2).py", "")],
)  # fmt: skip
def test_what_of_a_name_speaks_of_nothing_in_the_course_is_the_students(name, whose):
    assert CATALOGUE.whose(name) == whose


@pytest.mark.parametrize("part", ["reference", "variants", "misconceptions", "checks"])
def test_the_courses_own_answers_are_nobodys_work(part):
    with pytest.raises(Unmatched, match="the course keeps its own answers"):
        meant(f"clone/solutions/02-lookup/softmax/{part}.py", b"def softmax(): pass")
