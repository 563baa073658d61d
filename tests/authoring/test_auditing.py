"""What the audit proves by judging."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from attnlab.authoring import audit, new_exercise, new_lesson
from attnlab.errors import UnknownName


def audited(small, **options):
    return audit(small.root, **{"seeds": 2, "mutations": False, "jobs": 1, **options})


def problems(small, **options):
    return [str(problem) for problem in audited(small, **options).problems]


def the_only(found):
    assert len(found) == 1, found
    return found[0]


def add(small, name, text):
    with small.withheld(name).open("a") as file:
        file.write(f"\n\n{text}\n")


def add_check(small, name, body, after=""):
    add(small, "checks.py", f'@check("{name} holds"{after})\ndef {name}(learner, draw):\n    {body}')
    small.replace(small.edited("exercise.toml"), "points = 4", "points = 5")


def add_misconception(small, name, returned):
    text = f'@misconception(tell="You did {name}.", ask="Why?")\ndef {name}(scores):\n    return {returned}'
    add(small, "misconceptions.py", text)


def test_a_finished_skeleton_holds_with_every_mutant_killed(small):
    result = audited(small, mutations=True)

    assert [str(problem) for problem in result.findings] == []
    counts = result.counts()
    assert (counts["exercises"], counts["checks"], counts["misconceptions"], counts["variants"]) == (1, 3, 2, 1)
    assert counts["mutants"] == counts["killed"] > 0


@pytest.mark.parametrize("library", ["numpy", "torch"])
def test_a_fresh_skeleton_is_wrong_only_in_what_is_still_to_be_written(empty, library):
    new_lesson(empty.root, "01-twice")
    new_exercise(empty.root, "01-twice", "double", library=library)

    result = audited(empty, mutations=True)

    assert len(result.problems) > 10
    assert [str(problem) for problem in result.problems if "TODO" not in problem.what] == []


def test_a_check_the_reference_fails_is_told_with_the_seed(small):
    add_check(small, "half", "learner.double(draw.normal(2)).equals([0.0, 0.0])")

    found = the_only([problem for problem in problems(small) if "the reference must pass" in problem])

    assert "with seed 0" in found
    assert "half holds" in found


def test_a_check_that_fails_by_itself_is_the_checks_problem(small):
    add_check(small, "broken", "raise RuntimeError('oops')")

    found = [problem for problem in problems(small) if "the reference must pass" in problem]

    assert "checks.py [broken]" in the_only(found)


def test_a_variant_that_does_not_pass_is_a_problem(small):
    add(small, "variants.py", '@variant("by three")\ndef by_three(scores):\n    return 3 * scores')

    found = the_only(problems(small))

    assert found.startswith("solutions/01-twice/double/variants.py [by_three]: a right answer must pass")


def test_a_misconception_that_passes_is_a_problem(small):
    add_misconception(small, "no_mistake", "scores * 2")

    assert "[no_mistake]: passes with seed 0" in the_only(problems(small))


def test_two_misconceptions_that_compute_the_same_are_a_problem(small):
    add_misconception(small, "to_the_second", "scores**2")

    assert "[to_the_second]: is not named as itself with seed 0: it is taken for 'squared'" in the_only(problems(small))


def test_two_misconceptions_that_raise_the_same_are_a_problem(small):
    add(small, "misconceptions.py", "def refuse(words):\n    raise ValueError(words)")
    add_misconception(small, "first_refusal", "refuse('one')")
    add_misconception(small, "second_refusal", "refuse('one')")

    assert "it is taken for 'first_refusal'" in the_only(problems(small))


def test_a_check_that_nothing_fails_is_a_problem(small):
    add_check(small, "runs", "learner.double(draw.normal(2)).is_finite()", after=", after=values")

    found = the_only(problems(small, mutations=True))

    assert found.endswith("checks.py [runs]: no misconception and no mutant fails it")


def test_a_check_no_misconception_fails_is_told_with_what_does(small):
    add_check(small, "untouched", "learner.double(draw.normal(2)).leaves_inputs_alone()", after=", after=values")
    small.replace(small.withheld("checks.py"), "    doubled.leaves_inputs_alone()\n", "")

    check = next(check for check in audited(small).exercises[0].checks if check.check == "untouched")

    assert check.misconceptions == ()
    assert check.otherwise == "an answer that changes its inputs"


@pytest.mark.parametrize("promise", ["leaves_inputs_alone()", "is_finite()"])
def test_a_check_that_an_answer_of_zeros_earns_points_with_is_a_problem(small, promise):
    add_check(small, "loose", f"learner.double(draw.normal(2)).{promise}")

    found = [problem for problem in problems(small) if "earns 1 point here" in problem]

    assert any("an answer of nothing but zeros" in problem for problem in found)
    assert all("checks.py [loose]" in problem for problem in found)


def test_a_fresh_check_behind_one_that_promises_the_same_can_still_be_seen_to_fail(small):
    small.replace(small.withheld("checks.py"), ".has_right_shape()", ".agrees()")

    check = audited(small).exercises[0].checks[2]

    assert check.misconceptions == ()
    assert check.otherwise == "summed_over_keys, were the check to stand alone"


def test_without_checks_only_that_is_said(small):
    small.withheld("checks.py").write_text("")
    small.replace(small.edited("exercise.toml"), "points = 4", "points = 0")

    found = the_only(problems(small, mutations=True))

    assert found == "solutions/01-twice/double/checks.py: defines no check"


def test_an_answer_that_changes_its_inputs_has_to_be_noticed(small):
    small.replace(small.withheld("checks.py"), "    doubled.leaves_inputs_alone()\n", "")

    assert "an answer that changes its inputs passes every check" in the_only(problems(small))


def test_points_that_do_not_add_up_are_a_problem(small):
    small.replace(small.edited("exercise.toml"), "points = 4", "points = 7")

    found = the_only(problems(small))

    assert found == "exercises/01-twice/double/exercise.toml [points]: is 7; the checks' points add up to 4"


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('tell="your code squares the scores."', 'tell=" "', "tells nothing"),
        ('ask="what is twice a negative score?"', 'ask=""', "asks nothing"),
        ("what is twice a negative score?", "Do not square.", "what it asks is no question: Do not square."),
        ("hint=2", "hint=3", "points to hint 3; there are 2"),
    ],
)
def test_what_a_misconception_lacks_is_told(small, old, new, what):
    small.replace(small.withheld("misconceptions.py"), old, new)

    assert the_only(problems(small)) == f"solutions/01-twice/double/misconceptions.py [squared]: {what}"


def test_an_exercise_without_a_fresh_check_is_a_problem(small):
    small.replace(small.withheld("checks.py"), ", fresh=True", "")

    found = problems(small)

    assert any("no check is fresh=True" in problem for problem in found)
    assert any("an answer that is wrong at the first call passes every check" in problem for problem in found)


def test_a_starter_that_passes_is_a_problem(small):
    source = small.edited("starter.py").read_text().split("    raise ")[0]
    small.edited("starter.py").write_text(f"{source}    return np.add(scores, scores)\n")

    assert any("starter.py: passes" in problem for problem in problems(small))


def test_a_starter_that_does_not_load_is_a_problem(small):
    small.replace(small.edited("starter.py"), "import numpy as np", "import numpy as np\nimport nothing_of_this_name")

    found = the_only(problems(small))

    assert "starter.py: does not load" in found
    assert "nothing_of_this_name" in found


@pytest.mark.parametrize("gap", ["return None", "return scores", "raise ValueError('not yet')"])
def test_a_starter_that_counts_as_attempted_is_a_problem(small, gap):
    source = small.edited("starter.py").read_text().split("    raise ")[0]
    small.edited("starter.py").write_text(f"{source}    {gap}\n")

    assert "starter.py" in the_only(problems(small))


@pytest.mark.parametrize("name", ["reference.py", "checks.py", "misconceptions.py", "variants.py"])
def test_an_answer_file_that_does_not_run_is_a_problem(small, name):
    add(small, name, "raise RuntimeError('oops')")

    found = the_only(problems(small))

    assert found == f"solutions/01-twice/double/{name}: does not run: RuntimeError: oops"


def test_a_mutant_that_survives_is_told_with_its_line_and_its_difference(small):
    small.replace(small.withheld("reference.py"), "np.add(scores, scores)", "scores * 2 + 0 * scores")

    result = audited(small, mutations=True)

    found = next(problem for problem in result.problems if "+ return scores * 2 - 0 * scores" in problem.detail)
    lines = small.withheld("reference.py").read_text().splitlines()
    assert found.place == f"line {len(lines)}"
    assert found.detail[2] == "mutant = 'return scores * 2 + 0 * scores -> return scores * 2 - 0 * scores'"


def test_a_survivor_declared_equivalent_is_no_problem_and_is_counted(small):
    small.replace(small.withheld("reference.py"), "np.add(scores, scores)", "scores * 2 + 0 * scores")
    survivors = [problem.detail[2] for problem in audited(small, mutations=True).problems]
    entries = [f"[[equivalent]]\n{line}\nreason = 'zero times anything is zero'\n" for line in survivors]
    small.withheld("equivalent.toml").write_text("\n".join(entries))

    result = audited(small, mutations=True)

    assert [str(problem) for problem in result.problems] == []
    assert result.mutants.equivalent == len(survivors) > 0


def test_an_endless_mutant_is_cut_and_counts_as_killed(small):
    loop = "    left = 1\n    while left > 0:\n        left -= 1\n    return np.add(scores, scores)"
    small.replace(small.withheld("reference.py"), "    return np.add(scores, scores)", loop)

    result = audited(small, mutations=True)

    assert not [problem for problem in result.problems if "+ left += 1" in problem.detail]


def test_an_experiment_without_a_question_is_a_problem(small):
    file = small.root / "course" / "01-twice" / "experiments" / "first_look.py"
    small.replace(file, "what will be larger?", "guess")

    assert the_only(problems(small)).endswith("first_look.py [question]: is no question: guess")


def test_an_experiment_that_does_not_run_is_a_problem(small):
    file = small.root / "course" / "01-twice" / "experiments" / "first_look.py"
    file.write_text("import nothing_of_this_name\n")

    assert "course/01-twice/experiments/first_look.py: does not run: ModuleNotFoundError" in the_only(problems(small))


def test_somebody_elses_course_holds():
    result = audit(Path(__file__).parents[1] / "mini_course", seeds=1, jobs=1)

    assert [str(problem) for problem in result.findings] == []
    assert result.mutants.killed == result.mutants.made > 0


def test_every_problem_is_told_at_once(small):
    small.replace(small.edited("exercise.toml"), "points = 4", "points = 7")
    small.replace(small.edited("exercise.toml"), "parts = []", "part = []")
    small.replace(small.withheld("misconceptions.py"), "hint=2", "hint=3")
    small.replace(small.lesson_file, "(exercise:double)", "(exercise:triple)")
    (small.root / "course" / "notes.txt").write_text("")

    found = problems(small)

    for what in ("add up to 4", "is not a key we know", "points to hint 3", "exercise:triple", "notes.txt"):
        assert any(what in problem for problem in found), what


def test_without_judging_only_the_files_are_read(small):
    small.replace(small.edited("exercise.toml"), '    "a nudge",\n', "")
    add_misconception(small, "no_mistake", "scores * 2")

    assert the_only(problems(small, judging=False)).endswith("[hints]: there are 1; an exercise has 2 to 4")


def test_naming_an_exercise_leaves_everything_else_out(small):
    new_exercise(small.root, "01-twice", "triple")

    result = audited(small, names=["double"])

    assert [exercise.exercise for exercise in result.exercises] == ["double"]
    assert [str(problem) for problem in result.problems] == []


def test_naming_a_lesson_takes_its_text_and_its_exercises(small):
    new_exercise(small.root, "01-twice", "triple")

    result = audited(small, names=["twice"])

    assert [exercise.exercise for exercise in result.exercises] == ["double", "triple"]
    assert any(problem.file.name == "lesson.md" for problem in result.problems)


def test_a_name_nobody_has_is_refused_with_the_nearest(small):
    with pytest.raises(UnknownName) as refused:
        audited(small, names=["duoble"])

    assert refused.value.nearest == "double"


def test_two_processes_find_what_one_finds(small):
    new_exercise(small.root, "01-twice", "triple")
    alone, together = (audited(small, mutations=True, jobs=jobs) for jobs in (1, 2))

    assert alone.problems == together.problems
    assert alone.counts() == together.counts()


def test_a_process_that_dies_costs_only_what_it_was_at(small):
    new_exercise(small.root, "01-twice", "triple")
    add(small, "variants.py", "import os\nos._exit(7)")

    found = problems(small, jobs=2)

    assert any("ended the process (exit code 7)" in problem for problem in found)
    assert not any("exit code" in problem and "triple" in problem for problem in found)


def test_making_a_skeleton_imports_no_heavy_library():
    code = "import sys, attnlab.authoring, attnlab.authoring.skeletons; print({'numpy', 'torch'} & set(sys.modules))"

    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert said.strip() == "set()"
