import tempfile
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import class_layouts
import pytest
from class_layouts import Person, laid, zipped
from hypothesis import given, settings
from hypothesis import strategies as st

from attnlab.classroom.intake import collect
from attnlab.classroom.intake.layouts.bundles import student
from attnlab.content import read_course

COURSE = read_course(Path(__file__).parents[3])
EXERCISES = [exercise.id for exercise in COURSE.exercises]
SOURCE = b"def softmax(scores, axis=-1):\n    return scores\n"

# How each layout is written, what it is called, the folder's name, and by what it knows a student.
LAYOUTS = {
    "folders": (class_layouts.folders, "a folder per student", lambda one: one.login),
    "workspaces": (
        lambda people: class_layouts.workspaces(people, COURSE),
        "a folder per student",
        lambda one: one.login,
    ),
    "archives": (class_layouts.archives, "files with the students' names", lambda one: one.login),
    "tars": (class_layouts.tars, "files with the students' names", lambda one: one.login),
    "files": (class_layouts.files, "files with the students' names", lambda one: one.login),
    "canvas": (class_layouts.canvas, "Canvas download", lambda one: str(one.number)),
    "moodle": (class_layouts.moodle, "Moodle download", lambda one: str(one.number)),
    "gradescope": (class_layouts.gradescope, "Gradescope export", lambda one: f"{one.number:04}"),
    "nbgrader": (class_layouts.nbgrader, "nbgrader folder", lambda one: one.login),
    "github": (class_layouts.github, "folder of GitHub Classroom repositories", lambda one: one.login),
}

NAMES = st.sampled_from(["Ada", "Mehmet", "Chloé", "李", "Ngozi", "Łukasz", "Anne-Marie", "Zoë"])


@st.composite
def classes(draw):
    numbers = draw(st.lists(st.integers(1, 9999), min_size=2, max_size=5, unique=True))
    people = []
    for number in numbers:
        exercises = draw(st.lists(st.sampled_from(EXERCISES), min_size=1, max_size=4, unique=True))
        content = draw(st.binary(max_size=20))
        works = tuple((name, f"def {name}(): pass\n# {number}\n".encode() + content) for name in exercises)
        people.append(Person(number, draw(NAMES), draw(NAMES), works))
    return people


@pytest.mark.parametrize("packed", [False, True], ids=["a folder", "one archive"])
@pytest.mark.parametrize("layout", LAYOUTS)
@settings(max_examples=8, deadline=None)
@given(people=classes())
def test_a_class_comes_back_with_every_student_exercise_and_byte(layout, packed, people):
    write, called, key = LAYOUTS[layout]
    with tempfile.TemporaryDirectory() as folder:
        members = write(people)
        # A repository's mark is left out of no archive, and neither is it a student's work.
        path = Path(folder) / "attention-submissions"
        if packed:
            path = path.with_suffix(".zip")
            path.write_bytes(zipped(members))
        else:
            laid(path, members)

        intake = collect(path, COURSE, scratch=Path(folder) / "scratch")

        found = {
            hand_in.student.key: {work.exercise: work.file.read_bytes() for work in hand_in.works}
            for hand_in in intake.hand_ins
        }
        assert found == {key(one): dict(one.works) for one in people}
        assert intake.layout == called
        assert intake.oddities == ()


def test_students_come_in_the_order_of_their_keys(collected):
    intake = collected({"zoe/softmax.py": SOURCE, "ada/softmax.py": SOURCE, "0042/softmax.py": SOURCE})

    assert [hand_in.student.key for hand_in in intake.hand_ins] == ["0042", "ada", "zoe"]


def test_canvas_tells_who_was_late_and_who_was_not(collected):
    intake = collected({"lovelaceada_LATE_12_345_softmax.py": SOURCE, "turingalan_13_346_softmax.py": SOURCE})

    assert {one.student.name: one.late for one in intake.hand_ins} == {"lovelaceada": True, "turingalan": False}


def test_of_what_was_handed_in_to_canvas_twice_the_newest_counts(collected, works, odd):
    intake = collected(
        {
            "lovelaceada_12_345_softmax.py": SOURCE + b"# first",
            "lovelaceada_12_399_softmax-2.py": SOURCE + b"# third",
            "lovelaceada_12_377_softmax-1.py": SOURCE + b"# second",
            "turingalan_13_346_softmax.py": SOURCE,
        }
    )

    assert works(intake)["12"]["softmax"].endswith(b"# third")
    newest = "lovelaceada_12_399_softmax-2.py was handed in later and is graded"
    assert odd(intake) == [
        ("older attempt", "lovelaceada_12_377_softmax-1.py", newest),
        ("older attempt", "lovelaceada_12_345_softmax.py", newest),
    ]


def test_whoever_typed_into_canvas_instead_of_handing_in_a_file_is_in_the_class_all_the_same(collected, odd):
    intake = collected({"lovelaceada_12_text.html": b"<p>", "turingalan_13_346_softmax.py": SOURCE})

    assert [(one.student.key, len(one.works)) for one in intake.hand_ins] == [("12", 0), ("13", 1)]
    assert odd(intake) == [
        ("nothing in it", "lovelaceada_12_text.html", "there is no Python file and no notebook in it, only text.html")
    ]


def test_students_whom_canvas_does_not_name_keep_the_letters_it_gives_them(collected, works):
    intake = collected({"anon_Xk3f9_345_softmax.py": SOURCE, "LATE_anon_77777_346_softmax.py": SOURCE})

    assert works(intake).keys() == {"anon_Xk3f9", "anon_77777"}
    assert [one.late for one in intake.hand_ins] == [True, False]


def test_two_students_of_one_name_stay_two_where_the_system_numbers_them(collected, works):
    intake = collected(
        {
            "Ada Lovelace_7_assignsubmission_file_/softmax.py": SOURCE,
            "Ada Lovelace_8_assignsubmission_file_/softmax.py": SOURCE,
        }
    )

    assert works(intake).keys() == {"7", "8"}
    assert {one.student.name for one in intake.hand_ins} == {"Ada Lovelace"}


@pytest.mark.parametrize("folder", ["Participant_7_assignsubmission_file_", "Participant_7_assignsubmission_file"])
def test_moodles_blind_marking_leaves_a_student_their_number(collected, folder):
    intake = collected({f"{folder}/softmax.py": SOURCE})

    assert [(one.student.key, one.student.name) for one in intake.hand_ins] == [("7", "Participant 7")]


def test_moodles_files_without_folders_are_the_same_to_us(collected, works):
    intake = collected(
        {
            "Ada Lovelace_7_assignsubmission_file_softmax.py": SOURCE,
            "Alan Turing_8_assignsubmission_file_my_softmax.py": SOURCE,
        }
    )

    assert works(intake) == {"7": {"softmax": SOURCE}, "8": {"softmax": SOURCE}}


def test_gradescope_tells_when_and_the_newest_submission_of_a_student_counts(collected, works, odd):
    listed = """---
submission_1:
  :submitters:
  - :name: Ada
    :sid: 0042
    :email: ada@example.org
  :created_at: 2024-03-02 10:20:30.123456000 Z
submission_2:
  :created_at: 2024-03-01 10:20:30 -05:00
  :submitters:
  - :name: Ada
    :sid: 0042
"""
    intake = collected(
        {
            "export/submission_metadata.yml": listed.encode(),
            "export/submission_1/softmax.py": SOURCE,
            "export/submission_2/softmax.py": SOURCE + b"# older",
            "export/submission_2/causal_mask.py": b"def causal_mask(): pass",
        }
    )

    [ada] = intake.hand_ins
    assert (ada.student.key, ada.student.email) == ("0042", "ada@example.org")
    assert ada.submitted == datetime(2024, 3, 2, 10, 20, 30, 123456, UTC)
    assert works(intake) == {"0042": {"softmax": SOURCE}}
    assert odd(intake) == [("older attempt", "submission_2", "submission_1 is theirs too and is graded")]


def test_all_of_a_group_have_what_the_group_handed_in(collected, works):
    listed = "submission_1: {':submitters': [{':name': Ada}, {':email': bob@example.org, ':sid': null}]}"

    intake = collected({"submission_metadata.yml": listed.encode(), "submission_1/softmax.py": SOURCE})

    assert works(intake) == {"Ada": {"softmax": SOURCE}, "bob@example.org": {"softmax": SOURCE}}


def test_what_an_autograder_finds_is_one_students_work(tmp_path, collected, works):
    told = (
        b'{"id": 1, "created_at": "2018-07-01T14:22:32.365935-07:00", "users": [{"email": "ada@x.org", "name": "Ada"}]}'
    )
    laid(tmp_path / "autograder", {"submission/softmax.py": SOURCE, "submission_metadata.json": told})

    intake = collected(tmp_path / "autograder" / "submission")

    assert intake.layout == "Gradescope submission"
    assert works(intake) == {"ada@x.org": {"softmax": SOURCE}}
    assert intake.hand_ins[0].submitted == datetime(2018, 7, 1, 21, 22, 32, 365935, UTC)


def test_a_list_of_gradescopes_that_cannot_be_read_is_said_to_be_so(collected):
    from attnlab.errors import NotThere

    with pytest.raises(NotThere, match="its list of submissions is not what Gradescope writes"):
        collected({"submission_metadata.yml": b"{", "submission_1/softmax.py": SOURCE})


def test_nbgrader_tells_when_each_assignment_was_handed_in(collected, works):
    intake = collected(
        {
            "submitted/ada/ps1/timestamp.txt": b"2024-02-02 15:58:23.948203 America/Los_Angeles\n",
            "submitted/ada/ps1/softmax.py": SOURCE + b"# older",
            "submitted/ada/ps2/timestamp.txt": b"2024-02-09 15:58:23 UTC",
            "submitted/ada/ps2/softmax.py": SOURCE,
            "submitted/ada/ps2/causal_mask.py": SOURCE,
        }
    )

    assert works(intake) == {"ada": {"softmax": SOURCE, "causal_mask": SOURCE}}
    assert intake.hand_ins[0].submitted == datetime(2024, 2, 9, 15, 58, 23, tzinfo=ZoneInfo("UTC"))
    assert [str(one.kind) for one in intake.oddities] == ["older attempt"]


def test_repositories_that_share_a_beginning_are_github_classrooms(collected, works):
    intake = collected(
        {
            "hw1-ada-l/.git/HEAD": b"",
            "hw1-ada-l/softmax.py": SOURCE,
            "hw1-bob/.git/HEAD": b"",
            "hw1-bob/softmax.py": SOURCE,
            "hw1-bob/.git/hooks/softmax.py": SOURCE,
        }
    )

    assert works(intake) == {"ada-l": {"softmax": SOURCE}, "bob": {"softmax": SOURCE}}


@pytest.mark.parametrize(
    "members",
    [
        {"softmax.py": SOURCE},
        {"softmax.py": SOURCE, "helpers.py": b"", "README.md": b""},
        {"exercises/02-lookup/softmax.py": SOURCE, "attnlab.toml": b""},
        {"02-lookup/softmax.py": SOURCE},
        {"softmax/solution.py": SOURCE},
        {"hw3.py": SOURCE},
        {"homework.zip": zipped({"softmax.py": SOURCE}), "notes.txt": b""},
    ],
)
def test_one_students_folder_is_that_students_work(collected, works, members):
    intake = collected(members, name="ada")

    assert intake.layout == "one student's work"
    assert works(intake) == {"ada": {"softmax": SOURCE}}


@pytest.mark.parametrize(
    ("file", "key"), [("ada/softmax.py", "ada"), ("x/ada_softmax.py", "ada"), ("bob/submission.zip", "bob")]
)
def test_a_single_file_is_a_class_of_one(tmp_path, collected, works, file, key):
    content = zipped({"softmax.py": SOURCE}) if file.endswith("zip") else SOURCE
    laid(tmp_path, {file: content})

    assert works(collected(tmp_path / file)) == {key: {"softmax": SOURCE}}


def test_a_folder_around_the_class_is_nobody(collected, works):
    intake = collected({"hw3/ada/softmax.py": SOURCE, "hw3/bob/softmax.py": SOURCE})

    assert works(intake).keys() == {"ada", "bob"}


def test_a_class_of_one_folder_is_one_student_however_deep_their_file_lies(collected, works):
    intake = collected({"ada/final/work.py": SOURCE})

    assert works(intake) == {"ada": {"softmax": SOURCE}}


def test_what_lies_beside_the_students_folders_is_nobodys(collected, works, odd):
    intake = collected({"ada/softmax.py": SOURCE, "bob/softmax.py": SOURCE, "softmax.py": SOURCE, "grades.csv": b""})

    assert works(intake).keys() == {"ada", "bob"}
    assert odd(intake) == [
        ("unmatched", "grades.csv", "it is no Python file, notebook or archive"),
        ("unmatched", "softmax.py", "it lies beside the students' work, and nothing in its name says whose it is"),
    ]


@pytest.mark.parametrize(
    "name",
    ["__MACOSX/ada/._softmax.py", "ada/.ipynb_checkpoints/softmax.py", "ada/__pycache__/softmax.py", ".DS_Store",
     "ada/venv/softmax.py", "ada/.softmax.py.swp", "ada/softmax.py~", "ada/desktop.ini", "Thumbs.db",
     "ada/.attnlab/softmax.py", "ada/.git/softmax.py", "ada/#softmax.py#"],
)  # fmt: skip
@pytest.mark.parametrize("packed", [False, True])
def test_what_systems_and_editors_leave_behind_is_not_noticed(tmp_path, collected, works, name, packed):
    members = {"ada/softmax.py": SOURCE, "bob/softmax.py": SOURCE, name: b"junk"}
    path = laid(tmp_path / "class", members)
    if packed:
        path = tmp_path / "class.zip"
        path.write_bytes(zipped(members))

    intake = collected(path)

    assert works(intake) == {"ada": {"softmax": SOURCE}, "bob": {"softmax": SOURCE}}
    assert intake.oddities == ()


def test_an_environment_of_python_is_not_noticed_whatever_it_is_called(collected):
    intake = collected({"ada/softmax.py": SOURCE, "ada/myenv/pyvenv.cfg": b"", "ada/myenv/lib/softmax.py": SOURCE})

    assert [len(one.works) for one in intake.hand_ins] == [1]
    assert intake.oddities == ()


def test_a_student_with_an_empty_folder_is_in_the_class_without_a_work(collected, tmp_path, odd):
    (tmp_path / "class" / "bob").mkdir(parents=True)

    intake = collected({"ada/softmax.py": SOURCE})

    assert [(one.student.key, len(one.works)) for one in intake.hand_ins] == [("ada", 1), ("bob", 0)]
    assert odd(intake) == [("nothing in it", "bob", "there is no file in it")]


def test_when_a_file_was_written_is_not_when_it_was_handed_in(collected):
    intake = collected({"ada/softmax.py": SOURCE})

    assert [(one.submitted, one.late) for one in intake.hand_ins] == [(None, None)]


def test_the_only_archive_of_a_canvas_class_is_that_students(collected, works):
    intake = collected({"lovelaceada_12_345_hw.zip": zipped({"softmax.py": SOURCE})})

    assert works(intake) == {"12": {"softmax": SOURCE}}


def test_a_line_break_in_a_name_and_one_that_is_spelt_are_two_students():
    assert student("two\nlines").key != student("two\\nlines").key
    assert student("two\\nlines").key == "two\\nlines"
