import zipfile

import pytest
from class_layouts import laid, notebook, zipped

SOURCE = b"def softmax(scores, axis=-1):\n    return scores\n"


def test_the_plainest_name_is_graded_and_the_other_is_listed(collected, works, odd):
    intake = collected({"ada/softmax.py": SOURCE, "ada/softmax_final (2).py": SOURCE + b"# 2"})

    assert works(intake) == {"ada": {"softmax": SOURCE}}
    assert odd(intake) == [("duplicate", "ada/softmax_final (2).py", "for softmax ada/softmax.py is graded")]
    assert [one.student for one in intake.oddities] == ["ada"]


def test_a_starter_as_it_was_gives_way_to_work(collected, course, works, odd):
    starter = course.exercise("softmax").starter.read_bytes()

    intake = collected({"ada/softmax.py": starter, "ada/softmax_done.py": SOURCE, "bob/x": b""})

    assert works(intake)["ada"] == {"softmax": SOURCE}
    assert ("duplicate", "ada/softmax.py", "for softmax ada/softmax_done.py is graded") in odd(intake)


def test_a_starter_as_it_was_is_a_work_where_there_is_no_other(collected, course, works):
    starter = course.exercise("softmax").starter.read_bytes()

    assert works(collected({"ada/softmax.py": starter, "bob/softmax.py": SOURCE}))["ada"] == {"softmax": starter}


def test_the_same_bytes_twice_are_no_oddity(collected):
    intake = collected({"ada/softmax.py": SOURCE, "ada/old/softmax.py": SOURCE, "bob/softmax.py": SOURCE})

    assert intake.oddities == ()


def test_what_a_file_defines_for_its_own_use_rivals_no_file_that_is_there_for_it(collected, works):
    helped = SOURCE + b"def masked_softmax(): pass"

    intake = collected({"ada/hw.py": helped, "ada/softmax.py": SOURCE, "bob/softmax.py": SOURCE})

    assert works(intake)["ada"] == {"softmax": SOURCE, "masked_softmax": helped}
    assert intake.oddities == ()


@pytest.mark.parametrize("other", ["ADA/softmax.py", "Ada.zip", "Ada/hw/softmax.py"])
def test_a_student_who_is_there_twice_is_one_student_and_it_is_said(tmp_path, collected, works, odd, other):
    second = SOURCE + b"# second"
    content = zipped({"softmax.py": second}) if other.endswith("zip") else second
    path = laid(tmp_path / "class", {"ada/softmax.py": SOURCE, other: content, "bob/softmax.py": SOURCE})

    intake = collected(path)

    assert [one.student.key.casefold() for one in intake.hand_ins] == ["ada", "bob"]
    kinds = [kind for kind, _, _ in odd(intake)]
    assert kinds == ["duplicate", "duplicate"]
    assert "taken for the same student as" in odd(intake)[0][2]


def test_an_archive_and_a_folder_of_one_name_are_one_students(collected, works):
    intake = collected({"ada/softmax.py": SOURCE, "ada.zip": zipped({"causal_mask.py": b"x"}), "bob.zip": zipped({})})

    assert works(intake)["ada"] == {"softmax": SOURCE, "causal_mask": b"x"}


def test_a_file_that_is_no_python_but_called_like_an_exercise_is_pointed_out(collected, odd):
    intake = collected({"ada/softmax.docx": b"PK", "bob/softmax.py": SOURCE})

    told = "its name speaks of softmax, but it is no Python file and no notebook"
    assert odd(intake) == [("unmatched", "ada/softmax.docx", told)]


def test_a_text_ending_that_a_mail_program_added_does_not_hide_python(collected, works):
    assert works(collected({"ada/softmax.py.txt": SOURCE, "bob/softmax.py": SOURCE}))["ada"] == {"softmax": SOURCE}


def test_of_very_many_odd_files_the_first_are_listed_and_the_others_counted(collected):
    many = {f"ada/{number:03}.py": b"x" for number in range(100)}

    intake = collected({**many, "bob/softmax.py": SOURCE})

    assert len(intake.oddities) == 21
    assert intake.oddities[-1].why.endswith("79 more files are left out, for one reason or another")


def test_what_a_file_defines_besides_is_pointed_out_where_nothing_else_was_handed_in_for_it(collected):
    both = SOURCE + b"def causal_mask(n): pass\n"

    intake = collected({"ada/softmax.py": both, "bob/softmax.py": both, "bob/causal_mask.py": SOURCE})

    ada, bob = intake.hand_ins
    assert [work.ignored for work in ada.works] == [
        ("it also defines causal_mask, which counts only in a file of its own",)
    ]
    assert [work.ignored for work in bob.works] == [(), ()]


def test_a_notebook_for_each_lesson_is_one_students_work(tmp_path, collected, works):
    lookup = notebook("def softmax(s): return s")
    folder = laid(tmp_path / "ada", {"02-lookup.ipynb": lookup, "06-masks.ipynb": notebook("def causal_mask(n): pass")})

    assert works(collected(folder))["ada"].keys() == {"softmax", "causal_mask"}


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_file_that_an_archive_holds_twice_is_pointed_out(tmp_path, collected, works, odd):
    folder = laid(tmp_path / "class", {"ada.zip": zipped({"softmax.py": SOURCE}), "bob/softmax.py": SOURCE})
    with zipfile.ZipFile(folder / "ada.zip", "a") as archive:
        archive.writestr("softmax.py", b"another")

    intake = collected(folder)

    assert works(intake)["ada"] == {"softmax": SOURCE}
    assert odd(intake) == [("duplicate", "ada.zip/softmax.py", "it is in the archive twice; the first is graded")]


def test_of_what_canvas_numbered_the_later_counts_also_in_an_archive(collected, works, odd):
    intake = collected(
        {
            "lovelaceada_12_345_hw.zip": zipped({"softmax.py": SOURCE}),
            "lovelaceada_12_344_softmax.py": SOURCE + b"# older",
        }
    )

    assert works(intake)["12"] == {"softmax": SOURCE}
    assert [kind for kind, _, _ in odd(intake)] == ["older attempt"]
