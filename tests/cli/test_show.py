import json
import re

import pytest


def writes(learner, body):
    file = learner.folder / "exercises" / "01-doubling" / "double.py"
    file.write_text(f"def double(numbers):\n    {body}\n")


def test_a_right_answer_is_shown_beside_the_reference_and_told_to_be_the_same(learner):
    writes(learner, "return numbers + numbers")

    done = learner.types("show", "double")

    assert done.returncode == 0
    assert re.search(r"^yours +the reference$", done.stdout, flags=re.MULTILINE)
    assert "One row per row, one column per column." in done.stdout
    assert "Yours shows the same as the reference." in done.stdout
    assert "!" not in done.stdout


def test_a_wrong_answer_is_drawn_with_where_it_differs_most_in_one_sentence(learner):
    writes(learner, "return numbers * 3")

    done = learner.types("show", "double")

    assert done.returncode == 0
    told = " ".join(done.stdout.split())
    assert "The largest difference is at row 'two', column 'a': yours 1.5, the reference 1." in told
    assert "2 of your numbers lie outside 0 to 1." in told
    assert "! differs from the reference" in told
    assert done.stdout.splitlines()[-1] == "next: attnlab check double"


@pytest.mark.parametrize("columns", ["30", "60", "100"])
@pytest.mark.parametrize("typed", [("show", "double"), ("show", "double", "--plain")])
def test_no_line_is_wider_than_the_terminal(learner, typed, columns):
    writes(learner, "return numbers * 3")

    done = learner.types(*typed, COLUMNS=columns)

    assert max(map(len, done.stdout.splitlines())) <= int(columns)
    assert done.stdout.isascii() or "--plain" not in typed


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("raise NotImplementedError", "its gap is still open"),
        ("return numbers[5]", "raised IndexError"),
        ("return numbers.sum(axis=0)", "shape"),
        ("while True: pass", "no answer within"),
    ],
)
def test_code_that_gives_no_picture_says_why_and_shows_no_reference(learner, body, told):
    writes(learner, body)

    done = learner.types("show", "double", "--png", "look.png")

    assert done.returncode == 1
    assert f"Your code gives no picture: {told}" in done.stdout or told in done.stdout
    assert "the reference" not in done.stdout
    assert not (learner.folder / "look.png").exists()


def test_a_starter_is_told_to_be_still_open(learner):
    done = learner.types("show", "double")

    assert done.returncode == 1
    assert "its gap is still open" in done.stdout


def test_an_exercise_without_a_picture_names_those_that_have_one(learner):
    done = learner.types("show", "double_sum")

    assert done.returncode == 2
    assert done.stderr.splitlines() == ["attnlab: double_sum has no picture", "  these have one: double"]


def test_the_picture_is_saved_as_png_and_as_a_web_page(learner):
    writes(learner, "return numbers * 3")

    done = learner.types("show", "double", "--png", "look.png", "--html", "look.html")

    assert done.returncode == 0
    assert (learner.folder / "look.png").read_bytes().startswith(b"\x89PNG")
    page = (learner.folder / "look.html").read_text()
    assert page.count("<table") == 2
    assert "The largest difference is at row &#39;two&#39;" in page
    assert done.stderr.count("saved in") == 2


def test_a_picture_that_cannot_be_saved_is_shown_all_the_same(learner):
    writes(learner, "return numbers * 3")
    (learner.folder / "file").write_text("no folder")

    done = learner.types("show", "double", "--html", "file/look.html")

    assert done.returncode == 3
    assert "the reference" in done.stdout
    assert "could not be written" in done.stderr


def test_the_result_is_to_be_had_as_json_even_where_it_is_no_number(learner):
    writes(learner, "return numbers * float('nan')")

    done = learner.types("show", "double", "--json")

    told = json.loads(done.stdout, parse_constant=pytest.fail)
    assert told["drawn"] is True
    assert told["panels"][0]["yours"][0] == ["nan", "nan", "nan"]
    assert told["panels"][0]["reference"][0] == [0.1, 0.2, 0.8]
    assert told["largest_difference"]["difference"] == "inf"


def test_json_says_why_there_is_no_picture(learner):
    told = json.loads(learner.types("show", "double", "--json").stdout)

    assert told["drawn"] is False
    assert told["problem"] == "its gap is still open"
    assert told["panels"] == []


def test_showing_records_nothing(learner):
    writes(learner, "return numbers + numbers")
    state = learner.folder / ".attnlab" / "state.json"
    before = state.read_bytes()

    learner.types("show", "double")

    assert state.read_bytes() == before


def test_without_a_name_the_exercise_in_hand_is_shown(learner):
    writes(learner, "return numbers + numbers")

    assert learner.types("show").stdout.startswith("double")
