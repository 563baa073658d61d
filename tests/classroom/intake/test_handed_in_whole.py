"""What a student hands in as a whole: packages of `attnlab submit`, notebooks, archives in archives, odd folders."""

import os
import tempfile
import zipfile
from pathlib import Path

import pytest
from class_layouts import laid, notebook, tarred, zipped
from hypothesis import given, settings
from hypothesis import strategies as st

from attnlab.classroom.intake import collect
from attnlab.content import read_course
from attnlab.errors import CannotWrite, NotThere
from attnlab.submissions.packages import open_package, packed

COURSE = read_course(Path(__file__).parents[3])
SOURCE = b"def softmax(scores, axis=-1):\n    return scores\n"
HOME = "exercises/02-lookup/softmax.py"
RUN = {"run/run.json": b"{}", "run/model.safetensors": b"weights"}


def package(run=True):
    return packed(COURSE, {HOME: SOURCE, **(RUN if run else {})}, "lab" if run else None)


def test_a_package_is_its_exercises_and_the_run_with_the_file_itself(collected, works):
    whole = package()

    intake = collected({"ada.zip": whole, "bob.zip": package(run=False)})

    assert works(intake) == {"ada": {"softmax": SOURCE, "submission": whole}, "bob": {"softmax": SOURCE}}
    assert [one.origin for one in intake.hand_ins[0].works] == [f"ada.zip/{HOME}", "ada.zip"]
    assert intake.oddities == ()


def test_a_package_alone_is_one_students(tmp_path, collected, works):
    laid(tmp_path, {"ada/submission.zip": package()})

    assert works(collected(tmp_path / "ada" / "submission.zip"))["ada"].keys() == {"softmax", "submission"}
    assert works(collected(tmp_path / "ada"))["ada"].keys() == {"softmax", "submission"}


def test_a_package_that_a_system_unpacked_is_put_together_again(collected, course):
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "p.zip"
        file.write_bytes(package())
        members = {f"ada/{name}": zipfile.ZipFile(file).read(name) for name in zipfile.ZipFile(file).namelist()}

    intake = collected({**members, "bob/softmax.py": SOURCE})

    softmax, run = intake.hand_ins[0].works
    assert softmax.file.read_bytes() == SOURCE
    again = open_package(run.file.read_bytes(), course)
    assert dict(again.run) == {name.removeprefix("run/"): content for name, content in RUN.items()}
    assert dict(again.exercises) == {"softmax": SOURCE}


def test_a_package_that_was_changed_is_graded_by_its_files_and_judged_as_what_it_is(collected, works):
    changed = zipped({"manifest.json": b"{}", HOME: SOURCE, **RUN})

    assert works(collected({"ada.zip": changed, "bob.zip": zipped({})}))["ada"] == {
        "softmax": SOURCE, "submission": changed,
    }  # fmt: skip


def test_a_whole_workspace_is_the_exercises_in_it(collected, course, works):
    from attnlab.study import start_workspace

    with tempfile.TemporaryDirectory() as folder:
        start_workspace(Path(folder) / "ada", course)
        found = works(collect(Path(folder) / "ada", course, scratch=Path(folder) / "scratch"))

    assert found["ada"].keys() == {exercise.id for exercise in course.exercises}


def test_archives_in_archives_are_opened_three_deep(collected, works, odd):
    content = zipped({"softmax.py": SOURCE})
    for depth in range(2):
        content = zipped({f"{depth}.zip": content})
    deeper = content
    for _ in range(2):
        deeper = tarred({"in.tar.gz": deeper}) if deeper is content else zipped({"in.zip": deeper})

    intake = collected({"ada.zip": content, "bob.zip": deeper})

    assert works(intake) == {"ada": {"softmax": SOURCE}, "bob": {}}
    assert odd(intake)[0][2] == "it lies in 3 archives, one in another; deeper ones are not opened"


def test_what_an_archive_is_called_tells_of_what_is_in_it(collected, works):
    intake = collected({"ada/softmax.zip": zipped({"solution.py": b"pass"}), "bob/softmax.py": SOURCE})

    assert works(intake)["ada"] == {"softmax": b"pass"}


def test_a_bomb_is_left_out_and_costs_nobody_anything_else(collected, works, odd):
    bomb = zipped({"x.zip": b"\0" * (40 << 20), "softmax.py": SOURCE})

    intake = collected({"ada.zip": bomb, "bob.zip": zipped({"softmax.py": SOURCE})})

    assert works(intake) == {"ada": {"softmax": SOURCE}, "bob": {"softmax": SOURCE}}
    assert odd(intake) == [("refused", "ada.zip/x.zip", "it is made to burst: it unpacks to 200 times its size")]
    assert intake.oddities[0].student == "ada"


def test_one_students_bomb_does_not_refuse_the_archive_of_the_class(tmp_path, collected, works, odd):
    theirs = {"lovelaceada_11_501_softmax.py": SOURCE, "turingalan_12_502_softmax.ipynb": b" " * (5 << 20)}
    (tmp_path / "submissions.zip").write_bytes(zipped(theirs))

    intake = collected(tmp_path / "submissions.zip")

    assert works(intake) == {"11": {"softmax": SOURCE}}
    assert [origin for _, origin, _ in odd(intake)] == ["turingalan_12_502_softmax.ipynb"]


def test_a_notebook_answers_the_exercises_that_its_cells_define(collected, works):
    cells = notebook("%pip install numpy", SOURCE.decode(), "def causal_mask(n):\n    return n", "softmax([1])")

    intake = collected({"ada.ipynb": cells, "bob.ipynb": cells})

    assert works(intake)["ada"].keys() == {"softmax", "causal_mask"}
    assert b"return scores" in works(intake)["ada"]["softmax"]
    assert all(work.ignored for work in intake.hand_ins[0].works)


def test_a_file_of_its_own_counts_more_than_a_cell_of_a_notebook(collected, works, odd):
    intake = collected(
        {"ada/lesson.ipynb": notebook("def softmax(s): return 1"), "ada/softmax.py": SOURCE, "bob/a": b""}
    )

    assert works(intake)["ada"] == {"softmax": SOURCE}
    assert ("duplicate", "ada/lesson.ipynb", "for softmax ada/softmax.py is graded") in odd(intake)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b'{"nbformat": 9}'])
def test_what_is_no_notebook_is_refused_with_the_reason(collected, content):
    intake = collected({"ada/hw.ipynb": content, "bob/softmax.py": SOURCE})

    [why] = intake.oddities
    assert (why.origin, why.student) == ("ada/hw.ipynb", "ada")
    assert why.why


def test_a_notebook_without_an_answer_is_for_no_exercise(collected, odd):
    intake = collected({"ada/hw.ipynb": notebook("x = 1"), "bob/softmax.py": SOURCE})

    assert odd(intake) == [("unmatched", "ada/hw.ipynb", "none of its cells defines what an exercise asks for")]


def test_what_is_collected_is_a_copy_that_nobody_changes_afterwards(tmp_path, collected, works):
    intake = collected({"ada/softmax.py": SOURCE, "bob/softmax.py": SOURCE})

    laid(tmp_path / "class", {"ada/softmax.py": b"changed"})

    assert works(intake)["ada"] == {"softmax": SOURCE}


def test_links_are_not_followed(tmp_path, collected, works, odd):
    folder = laid(tmp_path / "class", {"ada/softmax.py": SOURCE, "bob/x.txt": b""})
    (folder / "bob" / "softmax.py").symlink_to(folder / "ada" / "softmax.py")
    (folder / "eve").symlink_to(folder / "ada")

    intake = collected(folder)

    assert works(intake) == {"ada": {"softmax": SOURCE}, "bob": {}}
    assert ("refused", "bob/softmax.py", "it is a link") in odd(intake)
    assert ("refused", "eve", "it is a link") in odd(intake)
    assert {one.student for one in intake.oddities} == {"bob", None}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_does_not_make_us_wait(tmp_path, collected, odd):
    folder = laid(tmp_path / "class", {"ada/softmax.py": SOURCE, "bob/x": b""})
    os.mkfifo(folder / "bob" / "softmax.py")

    assert ("refused", "bob/softmax.py", "it is a pipe or a device, no regular file") in odd(collected(folder))


def test_a_source_larger_than_any_is_refused(collected, odd):
    intake = collected({"ada/softmax.py": b"#" * ((1 << 20) + 1), "bob/softmax.py": SOURCE})

    assert odd(intake) == [("refused", "ada/softmax.py", "it has more than 1 MiB")]


@pytest.mark.skipif(os.name == "nt", reason="this system's names are text")
def test_names_that_are_no_text_are_shown_and_kept_as_text(tmp_path, collected, works):
    folder = laid(tmp_path / "class", {"ada/softmax.py": SOURCE})
    strange = os.fsencode(folder) + b"/\xff\x1b[31m"
    os.mkdir(strange)
    Path(os.fsdecode(strange + b"/softmax.py")).write_bytes(SOURCE)

    found = works(collected(folder))

    assert [key.partition("~")[0] for key in found] == ["\\udcff\\x1b[31m", "ada"]
    assert all(work == {"softmax": SOURCE} for work in found.values())


def test_archives_of_other_kinds_are_named(collected, odd):
    intake = collected({"ada/hw.rar": b"Rar!", "bob/hw.zip": b"Rar!\x1a\x07", "cy/softmax.py": SOURCE})

    assert odd(intake) == [
        ("refused", "ada/hw.rar", "it is packed as rar; only zip and tar files are opened"),
        ("refused", "bob/hw.zip", "it is packed as RAR; only zip and tar files are opened"),
    ]


def test_what_is_not_there_is_said_not_to_be(tmp_path, collected):
    with pytest.raises(NotThere, match="there is no"):
        collected(tmp_path / "nothing")


def test_an_archive_of_everything_that_cannot_be_opened_is_said_to_be_so(tmp_path, collected):
    (tmp_path / "class.zip").write_bytes(b"hello")

    with pytest.raises(NotThere, match="it is damaged, or no archive"):
        collected(tmp_path / "class.zip")


def test_a_scratch_folder_that_cannot_be_written_is_said_to_be_so(tmp_path, course):
    laid(tmp_path, {"class/ada/softmax.py": SOURCE, "scratch": b"a file"})

    with pytest.raises(CannotWrite, match="could not be written"):
        collect(tmp_path / "class", course, scratch=tmp_path / "scratch")


PATHS = st.lists(
    st.sampled_from(["ada", "Ada", "softmax.py", "causal_mask.py", "exercises", "02-lookup", "x.zip", "hw.ipynb",
                     "a_1_2_softmax.py", "submitted", "timestamp.txt", "submission_1", "submission_metadata.yml",
                     "manifest.json", "run", "ü.py",
                     "B_7_assignsubmission_file_", "submission_metadata.json", "submission"]),
    min_size=1, max_size=4,
).map("/".join)  # fmt: skip
CONTENTS = st.sampled_from(
    [b"", SOURCE, b"{}", zipped({"softmax.py": SOURCE}), package(), notebook("x"), b"a: {b: c}", b"{"]
)


@settings(max_examples=80, deadline=None)
@given(st.dictionaries(PATHS, CONTENTS, max_size=8))
def test_whatever_lies_in_a_folder_is_collected_or_refused_and_nothing_is_written_elsewhere(members):
    with tempfile.TemporaryDirectory() as top:
        folder = Path(top) / "class"
        folder.mkdir()
        for name, content in members.items():
            try:
                laid(folder, {name: content})
            except OSError:
                continue
        before = sorted(path.relative_to(folder) for path in folder.rglob("*"))

        try:
            intake = collect(folder, COURSE, scratch=Path(top) / "scratch")
        except NotThere:
            intake = None

        assert sorted(path.relative_to(folder) for path in folder.rglob("*")) == before
        assert set(os.listdir(top)) <= {"class", "scratch"}
        for hand_in in intake.hand_ins if intake else ():
            assert all(work.file.is_file() for work in hand_in.works)
            assert len({work.exercise for work in hand_in.works}) == len(hand_in.works)
        keys = [hand_in.student.key for hand_in in intake.hand_ins] if intake else []
        assert keys == sorted(set(keys))


def test_nothing_is_kept_that_no_work_was_made_of(tmp_path, collected):
    collected({
        "ada.zip": zipped({"softmax.py": SOURCE, "x.py": b"", "in.zip": zipped({"softmax_2.py": b"2"}),
                           "e/pyvenv.cfg": b"", "e/softmax.py": b"3"}),
        "bob.tar.gz": tarred({"hw.ipynb": notebook(SOURCE.decode()), "softmax.py": SOURCE}),
    })  # fmt: skip

    assert sorted(file.read_bytes() for file in (tmp_path / "scratch").iterdir()) == [SOURCE, SOURCE]


def test_a_group_shares_an_archive_in_the_archive_of_everything(tmp_path, collected, works):
    listed = "submission_1: {':submitters': [{':name': Ada}, {':name': Bob}]}"
    members = {"submission_metadata.yml": listed.encode(), "submission_1/hw.zip": zipped({"softmax.py": SOURCE})}
    (tmp_path / "export.zip").write_bytes(zipped(members))

    assert works(collected(tmp_path / "export.zip")) == {"Ada": {"softmax": SOURCE}, "Bob": {"softmax": SOURCE}}


def test_whoever_grades_may_name_a_link_and_a_folder_by_where_they_are(tmp_path, collected, works, monkeypatch):
    laid(tmp_path, {"ada/softmax.py": SOURCE, "real.py": SOURCE})
    (tmp_path / "bob_softmax.py").symlink_to(tmp_path / "real.py")
    monkeypatch.chdir(tmp_path / "ada")

    assert works(collected(Path("."))).keys() == {"ada"}
    assert works(collected(tmp_path / "bob_softmax.py")) == {"bob": {"softmax": SOURCE}}
