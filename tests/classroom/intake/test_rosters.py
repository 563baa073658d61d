import pytest

from attnlab.classroom.intake.roster import BadRoster
from attnlab.classroom.records import Student
from attnlab.errors import NotThere

SOURCE = b"def softmax(scores): pass"
CLASS = "key,name,email,sid\n0042,Ada Lovelace,ada@example.org,900\n0043,Alan Turing,alan@example.org,901\n"


@pytest.fixture
def roster(tmp_path):
    def roster(text, encoding="utf-8"):
        file = tmp_path / "class.csv"
        file.write_bytes(text.encode(encoding))
        return file

    return roster


@pytest.mark.parametrize("folder", ["0042", "900", "ada@example.org", "Ada Lovelace", "Lovelace, Ada", "lovelaceada"])
def test_a_student_is_known_by_whatever_the_list_calls_them(collected, roster, folder):
    intake = collected({f"{folder}/softmax.py": SOURCE, "0043/softmax.py": SOURCE}, roster=roster(CLASS))

    assert intake.hand_ins[0].student == Student("0042", "Ada Lovelace", "ada@example.org", {"sid": "900"})


CANVAS = (
    "\ufeffStudent,ID,SIS User ID,SIS Login ID,Section,Homework (4711)\r\n"
    "    Points Possible,,,,,10\r\n"
    '"Lovelace, Ada",11,0042,ada@example.org,S1,\r\n"Turing, Alan",12,0011,turing,S1,\r\n"Student, Test",13,,x9,S1,\r\n'
)
MOODLE = (
    "Identifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed\r\n"
    "Participant 11,Ada Lovelace,ada@example.org,Submitted,,10.00,Yes\r\n"
    "Participant 12,Alan Turing,alan@example.org,Submitted,,10.00,No\r\n"
)


def test_canvas_own_sheet_is_a_list_of_the_class(collected, roster):
    intake = collected({"lovelaceada_11_501_softmax.py": SOURCE}, name="subs", roster=roster(CANVAS))

    assert [(one.student, len(one.works)) for one in intake.hand_ins] == [
        (Student("11", "Lovelace, Ada", "ada@example.org", {"canvas": "11"}), 1),
        (Student("12", "Turing, Alan", "", {"canvas": "12", "login": "turing"}), 0),
    ]


def test_moodles_own_sheet_is_a_list_of_the_class(collected, roster):
    folder = {"Ada Lovelace_11_assignsubmission_file_/softmax.py": SOURCE}

    intake = collected(folder, name="subs", roster=roster(MOODLE))

    assert [(one.student.key, one.student.name, one.student.email, len(one.works)) for one in intake.hand_ins] == [
        ("11", "Ada Lovelace", "ada@example.org", 1),
        ("12", "Alan Turing", "alan@example.org", 0),
    ]


def test_whoever_handed_in_nothing_is_in_the_class_too(collected, roster):
    intake = collected({"0043/softmax.py": SOURCE}, name="subs", roster=roster(CLASS))

    assert [(one.student.key, len(one.works)) for one in intake.hand_ins] == [("0042", 0), ("0043", 1)]


def test_two_names_of_one_student_are_brought_together(collected, roster, works):
    intake = collected({"900/softmax.py": SOURCE, "ada@example.org/causal_mask.py": SOURCE}, roster=roster(CLASS))

    assert works(intake)["0042"].keys() == {"softmax", "causal_mask"}


def test_whoever_is_not_on_the_list_is_graded_and_pointed_out(collected, roster, works, odd):
    intake = collected({"0042/softmax.py": SOURCE, "eve/softmax.py": SOURCE}, roster=roster(CLASS))

    assert works(intake).keys() == {"0042", "0043", "eve"}
    assert odd(intake) == [("unmatched", "eve", "nobody of the class's list is called so; it is graded all the same")]


def test_a_name_that_two_students_share_tells_nobody(collected, roster, works):
    twins = "key,name\n1,Jo Smith\n2,Jo Smith\n"

    intake = collected({"Jo Smith/softmax.py": SOURCE, "1/softmax.py": SOURCE}, roster=roster(twins))

    assert works(intake).keys() == {"1", "2", "Jo Smith"}


@pytest.mark.parametrize("key", ["0042", "null", "1e5", "TRUE", "=1+1"])
def test_keys_stay_the_text_they_are(collected, roster, key):
    intake = collected({"x/softmax.py": SOURCE, "y/softmax.py": SOURCE}, roster=roster(f"key,login\n{key},x\n"))

    assert key in [one.student.key for one in intake.hand_ins]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [(CLASS, "utf-8-sig"), (CLASS.replace(",", ";"), "utf-8"),
     (CLASS.replace(",", "\t").replace("\n", "\r\n"), "utf-8"),
     (CLASS.replace("Ada", "Zoë"), "latin-1"), (CLASS.replace("key,name", "Key, Name "), "utf-8")],
)  # fmt: skip
def test_spreadsheets_write_lists_in_many_ways(collected, roster, text, encoding):
    intake = collected({"0042/softmax.py": SOURCE, "0043/softmax.py": SOURCE}, roster=roster(text, encoding))

    assert intake.hand_ins[0].student.name.endswith(" Lovelace")


@pytest.mark.parametrize(
    ("text", "why"),
    [("name\nAda\n", "has no column called 'key'"), ("key\n1\n1\n", "lists '1' twice"), ("", "has no column"),
     ("key,name\n,Ada\n", "has a student without a key")],
)  # fmt: skip
def test_what_is_no_list_of_a_class_is_refused(collected, roster, text, why):
    with pytest.raises(BadRoster, match=why):
        collected({"ada/softmax.py": SOURCE}, roster=roster(text))


def test_a_list_that_is_not_there_is_said_to_be_missing(collected, tmp_path):
    with pytest.raises(NotThere, match="is missing"):
        collected({"ada/softmax.py": SOURCE}, roster=tmp_path / "none.csv")
