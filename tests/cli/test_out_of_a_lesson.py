import json

ANSWER = "def double(numbers):\n    return {body}\n"


def test_without_a_file_one_is_made_and_then_judged(learner):
    made = learner.types("test-out", "1")
    file = learner.folder / "test-out-01.py"
    assert made.returncode == 0
    assert made.stdout.splitlines()[-1] == "next: fill its gap, then attnlab test-out 01 test-out-01.py"

    untouched = learner.types("test-out", "01")
    assert untouched.returncode == 1
    assert "double  not attempted" in untouched.stdout

    file.write_text(ANSWER.format(body="numbers * 2"))
    passed = learner.types("test-out", "01")
    assert passed.returncode == 0
    assert "exercises/01-doubling/double.py now holds your double" in " ".join(passed.stdout.split())
    assert learner.types("check", "double").returncode == 0


def test_a_named_mistake_is_told_and_what_passed_is_told_as_json(learner):
    (learner.folder / "mine.py").write_text(ANSWER.format(body="numbers**2"))

    failed = learner.types("test-out", "doubling", "mine.py")
    (learner.folder / "mine.py").write_text(ANSWER.format(body="numbers + numbers"))
    passed = learner.types("test-out", "doubling", "mine.py", "--json")

    assert failed.returncode == 1
    assert "You square every number" in failed.stdout
    told = json.loads(passed.stdout)
    assert (told["passed"], told["exercises"][0]["placed"], told["next"]) == (True, "replaced", "double_sum")


def test_an_import_from_the_workspace_works_as_in_any_file(learner):
    (learner.folder / "exercises/01-doubling/double.py").write_text(ANSWER.format(body="numbers * 2"))
    (learner.folder / "mine.py").write_text(
        "from double import double\n\n\ndef double_sum(numbers):\n    return double(numbers).sum(dim=-1)\n"
    )

    done = learner.types("test-out", "02", "mine.py")

    assert done.returncode == 0
    assert "from double import double" in (learner.folder / "exercises/02-summing/double_sum.py").read_text()


def test_names_nobody_has_end_in_two_and_a_missing_file_in_three(learner):
    mistyped = learner.types("test-out", "duobling")
    exercise = learner.types("test-out", "double")
    missing = learner.types("test-out", "01", "nothing.py")

    assert (mistyped.returncode, exercise.returncode, missing.returncode) == (2, 2, 3)
    assert "did you mean 'doubling'?" in mistyped.stderr
    assert "attnlab test-out 01" in exercise.stderr
