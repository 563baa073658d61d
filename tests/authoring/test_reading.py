"""What the audit sees by reading: lessons, folders, files as syntax."""

from __future__ import annotations

import pytest

from attnlab.authoring.definitions import definition_findings
from attnlab.authoring.files import circle_findings, mark_findings, stray_findings
from attnlab.authoring.findings import Weight
from attnlab.authoring.skeletons import new_exercise
from attnlab.authoring.texts import lesson_findings


def of_lesson(small):
    return list(lesson_findings(small.course, small.course.lessons[0]))


def of_exercise(small):
    return list(definition_findings(small.course, small.course.exercises[0]))


def the_only(findings):
    assert len(findings) == 1, [str(finding) for finding in findings]
    return findings[0]


def test_nothing_is_wrong_with_a_finished_skeleton(small):
    found = [*of_lesson(small), *of_exercise(small), *stray_findings(small.course), *circle_findings(small.course)]

    assert [str(finding) for finding in found] == []


def test_a_link_to_what_does_not_exist_is_told_with_its_line(small):
    with small.lesson_file.open("a") as text:
        text.write("\nSee [this](exercise:nowhere).\n")

    found = the_only(of_lesson(small))

    assert found.what == "links to exercise:nowhere, which does not exist"
    assert found.place == f"line {len(small.lesson_file.read_text().splitlines())}"


@pytest.mark.parametrize("target", ["experiment:none", "lesson:09-none", "reference.py", "ftp:else"])
def test_a_link_that_leads_nowhere_is_a_problem(small, target):
    with small.lesson_file.open("a") as text:
        text.write(f"\nSee [this]({target}).\n")

    assert target in the_only(of_lesson(small)).what


def test_web_addresses_and_what_stands_in_code_blocks_are_no_links_of_ours(small):
    with small.lesson_file.open("a") as text:
        text.write("\n[a](https://example.org)\n\n    w[0](exercise:x)\n\n```\n[b](exercise:y)\n```\n")

    assert of_lesson(small) == []


def test_an_exercise_may_be_linked_by_a_name_it_once_had(small):
    small.replace(small.edited("exercise.toml"), "aliases = []", 'aliases = ["twofold"]')
    small.replace(small.lesson_file, "exercise:double", "exercise:twofold")

    assert of_lesson(small) == []


@pytest.mark.parametrize("link", ["exercise:double", "experiment:first_look"])
def test_what_a_lesson_has_but_never_links_to_is_a_problem(small, link):
    small.replace(small.lesson_file, f"({link})", "(https://example.org)")

    assert the_only(of_lesson(small)).what == f"the text never links to {link}"


def test_a_long_screen_is_a_warning(small):
    with small.lesson_file.open("a") as text:
        text.write("\n" + "one more line\n" * 30)

    assert the_only(of_lesson(small)).weight is Weight.WARNING


def test_a_lesson_without_a_source_is_a_problem(small):
    text = small.lesson_file.read_text()
    before, rest = text.split("[[sources]]")
    small.lesson_file.write_text(before + "sources = []\n+++" + rest.split("+++", 1)[1])

    assert the_only(of_lesson(small)).place == "sources"


def test_a_code_block_that_is_never_closed_is_a_problem(small):
    with small.lesson_file.open("a") as text:
        text.write("\n```\nx = 1\n")

    assert "never closed" in the_only(of_lesson(small)).what


STRAYS = ["course/notes.txt", "course/01-twice/experiments/other.py", "exercises/01-twice/double/old.py", "solutions/x"]


@pytest.mark.parametrize("name", STRAYS)
def test_a_stray_file_is_a_problem(small, name):
    file = small.root / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("")

    assert the_only(list(stray_findings(small.course))).file.as_posix() == name


def test_compiled_files_are_not_stray(small):
    cached = small.withheld("__pycache__/checks.cpython-311.pyc")
    cached.parent.mkdir()
    cached.write_bytes(b"")

    assert list(stray_findings(small.course)) == []


def test_the_files_of_an_exercise_that_cannot_be_read_are_not_stray(small):
    small.edited("exercise.toml").write_text("not toml")

    assert list(stray_findings(small.course)) == []


def test_exercises_that_need_each_other_are_told_as_a_circle(small):
    new_exercise(small.root, "01-twice", "triple")
    small.replace(small.edited("exercise.toml"), "prerequisites = []", 'prerequisites = ["triple"]')
    small.replace(small.edited("exercise.toml", "triple"), "prerequisites = []", 'prerequisites = ["double"]')

    found = list(circle_findings(small.course))

    assert [finding.what for finding in found] == [
        "go in a circle: double needs triple needs double",
        "go in a circle: triple needs double needs triple",
    ]


def test_a_prerequisite_that_comes_later_is_a_problem(small):
    new_exercise(small.root, "01-twice", "triple")
    small.replace(small.edited("exercise.toml"), "prerequisites = []", 'prerequisites = ["triple"]')

    assert "comes later" in the_only(list(circle_findings(small.course))).what


def test_marks_left_to_do_are_told_with_their_lines(small):
    small.withheld("why.md").write_text("Because.\n\nTODO: why?\n")

    found = the_only(list(mark_findings(small.course, small.withheld("why.md").parent)))

    assert (found.place, found.what) == ("line 3", "still to be written: TODO: why?")


@pytest.mark.parametrize("name", ["reference.py", "checks.py", "misconceptions.py", "variants.py", "why.md"])
def test_a_missing_answer_file_is_a_problem(small, name):
    small.withheld(name).unlink()

    found = the_only(of_exercise(small))

    assert (found.file.name, found.what) == (name, "is missing")


def test_a_file_that_is_not_python_is_a_problem_with_its_line(small):
    small.withheld("variants.py").write_text("x = 1\ndef (:\n")

    found = the_only(of_exercise(small))

    assert found.place == "line 2"
    assert "is not Python" in found.what


def test_a_signature_that_differs_from_the_starters_is_a_problem(small):
    small.replace(small.withheld("reference.py"), "def double(scores):", "def double(scores, axis=-1):")

    assert the_only(of_exercise(small)).what == "the signature is double(scores, axis=-1), the starter's double(scores)"


def test_a_docstring_that_differs_from_the_starters_is_a_problem(small):
    small.replace(small.withheld("reference.py"), "returns: doubled (batch, keys)", "returns: doubled (batch)")

    assert the_only(of_exercise(small)).what == "the docstring of double is not the starter's"


def test_a_method_that_only_the_starter_has_is_a_problem(small):
    head = 'class double:\n    """One.\n\n    Shapes:\n        returns: out (batch,)\n    """\n\n'
    gap = "    def forward(self, x):\n        # Your code goes here.\n        raise NotImplementedError\n"
    small.edited("starter.py").write_text(head + gap)
    small.withheld("reference.py").write_text(head + "    def call(self, x):\n        return x\n")

    assert "does not define double.forward" in the_only(of_exercise(small)).what


def test_a_starter_without_a_gap_is_a_problem(small):
    small.replace(small.edited("starter.py"), "# Your code goes here.", "# Go on.")

    assert "0 gaps" in the_only(of_exercise(small)).what


def test_a_starter_that_does_not_define_what_is_to_be_written_is_a_problem(small):
    small.replace(small.edited("starter.py"), "def double", "def doubled")

    assert the_only(of_exercise(small)).what == "does not define double"


def test_a_docstring_without_shapes_is_a_problem(small):
    for file in (small.edited("starter.py"), small.withheld("reference.py")):
        small.replace(file, "Shapes:", "Sizes:")

    assert "no 'Shapes:' block" in the_only(of_exercise(small)).what


def test_a_shape_of_no_parameter_is_a_problem(small):
    for file in (small.edited("starter.py"), small.withheld("reference.py")):
        small.replace(file, "scores:  (batch", "score:  (batch")

    assert the_only(of_exercise(small)).what == "'Shapes:' describes 'score', which is no parameter of double"


def test_too_few_hints_are_a_problem(small):
    small.replace(small.edited("exercise.toml"), '    "a nudge",\n', "")

    assert the_only(of_exercise(small)).place == "hints"


@pytest.mark.parametrize("said", ["write return np.add(scores,scores)", "`return  np.add(scores, scores)` does it"])
def test_a_hint_that_holds_a_line_of_the_solution_is_a_problem(small, said):
    small.replace(small.edited("exercise.toml"), "a nudge", said)

    found = the_only(of_exercise(small))

    assert found.place == "hints[1]"
    assert "return np.add(scores, scores)" in found.what


def test_a_name_defined_twice_is_a_problem_since_the_first_one_vanishes(small):
    with small.withheld("misconceptions.py").open("a") as file:
        file.write("\n\ndef squared(scores): ...\n")

    assert the_only(of_exercise(small)).what == "'squared' is defined a second time"


def test_an_import_that_is_no_prerequisite_is_a_problem(small):
    new_exercise(small.root, "01-twice", "triple")
    small.replace(small.withheld("reference.py"), "import numpy as np", "import numpy as np\nfrom triple import triple")

    assert "does not list under prerequisites" in the_only(of_exercise(small)).what


@pytest.mark.parametrize(("key", "old"), [("title", 'title = "double"'), ("minutes", "minutes = 10")])
def test_an_empty_key_is_a_problem(small, key, old):
    small.replace(small.edited("exercise.toml"), old, 'title = " "' if key == "title" else "minutes = 0")

    assert the_only(of_exercise(small)).place == key
