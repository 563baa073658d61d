import json

import pytest


def writes(learner, body):
    file = learner.folder / "exercises" / "01-doubling" / "double.py"
    file.write_text(f"def double(numbers):\n    {body}\n")


def test_a_starter_is_not_attempted_and_not_passed(learner):
    done = learner.types("check", "double")

    assert done.returncode == 1
    assert "not attempted yet" in done.stdout


def test_a_listed_mistake_is_named_and_the_hint_that_fits_comes_first(learner):
    writes(learner, "return numbers**2")

    done = learner.types("check", "double")

    assert done.returncode == 1
    assert "You square every number" in done.stdout
    assert done.stdout.splitlines()[-1] == "next: attnlab hint double"
    assert json.loads(learner.types("hint", "double", "--json").stdout)["fits_last_mistake"]


def test_the_right_answer_passes_and_opens_its_solution(learner):
    writes(learner, "return numbers + numbers")
    assert learner.types("solution", "double").returncode == 2

    done = learner.types("check")

    assert done.returncode == 0
    assert done.stderr.strip() == "checking exercises/01-doubling/double.py"
    assert "Why it works" in learner.types("solution", "double").stdout
    assert json.loads(learner.types("next", "--json").stdout)["exercise"] == "double_sum"


def test_a_seed_replays_the_very_same_failure(learner):
    writes(learner, "return numbers + 1")
    first = json.loads(learner.types("check", "double", "--json").stdout)["checked"][0]["report"]

    again = json.loads(learner.types("check", "double", "--json", "--seed", str(first["seed"])).stdout)

    assert again["checked"][0]["report"]["checks"] == first["checks"]


def test_the_inputs_of_a_failure_can_be_shown_and_saved(learner):
    import numpy as np

    writes(learner, "return numbers + 1")

    done = learner.types("check", "double", "--show-input", "--save-input", "inputs.npz")

    assert "numbers =" in done.stdout
    assert np.load(learner.folder / "inputs.npz")["numbers"].ndim == 2


def test_all_says_what_passed_what_failed_and_what_is_not_started(learner):
    writes(learner, "return numbers * 2")

    done = learner.types("check", "--all")

    assert done.returncode == 1
    assert "1 passed, 1 not started" in done.stdout


def test_what_stands_on_a_failing_exercise_is_not_reached_and_says_where_to_go(learner):
    writes(learner, "return numbers * 3")
    (learner.folder / "exercises/02-summing/double_sum.py").write_text(
        "from double import double\ndef double_sum(numbers):\n    return double(numbers).sum(dim=-1)\n"
    )

    done = learner.types("check", "double_sum")

    assert done.returncode == 1
    assert "not reached" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("next: attnlab check double")


@pytest.mark.parametrize(
    "typed", [("check", "--all", "double"), ("check", "--all", "--show-input"), ("hint", "--tier", "x")]
)
def test_what_cannot_be_meant_is_wrong_usage(learner, typed):
    assert learner.types(*typed).returncode == 2


def test_an_experiment_without_anybody_to_ask_runs_all_the_same(learner):
    done = learner.types("experiment", "growth")

    assert done.returncode == 0
    assert "after ten doublings 1 became 1024" in done.stdout
    assert len(list((learner.folder / ".attnlab" / "experiments").glob("*.json"))) == 1


def test_a_prediction_is_compared_with_what_was_measured(learner):
    done = learner.types("experiment", "growth", "--predict", "1")

    assert "You predicted '20 times'; the measurement bears out 'about 1000 times'" in done.stdout


def test_checking_all_goes_on_after_a_file_that_is_missing(learner):
    files = sorted(learner.folder.glob("exercises/*/*.py"))
    files[0].unlink()

    done = learner.types("check", "--all", "--json")

    assert done.returncode == 1
    assert f"{files[0].name} is missing" in done.stderr
    assert files[-1].stem in done.stdout


def test_what_an_experiment_measured_is_shown_even_where_it_cannot_be_saved(learner):
    (learner.folder / ".attnlab" / "experiments").write_text("a file where the folder would be")

    done = learner.types("experiment", "growth", "--yes", "--json")

    assert done.returncode == 3
    assert json.loads(done.stdout)["saved"] is None
    assert "could not be written" in done.stderr


def test_a_verdict_that_cannot_be_remembered_is_shown_with_the_reason(learner):
    (learner.folder / ".attnlab" / "lock").mkdir()

    done = learner.types("check", "double", "--json")

    assert done.returncode == 3
    assert json.loads(done.stdout)
    assert "could not be written" in done.stderr


def test_minutes_and_difficulty_are_told_where_one_decides_what_to_do(learner):
    for typed in ("", "next"):
        assert "about 2 minutes, difficulty 1 of 5" in learner.types(*typed.split()).stdout
    assert "2 min 1/5" in learner.types("list").stdout


def test_what_an_exercise_took_is_told_after_the_pass_and_in_the_list(learner):
    learner.types("next")
    writes(learner, "return numbers + numbers")

    done = learner.types("check", "double")

    said = " ".join(done.stdout.split())
    assert "It took less than a minute, 1 check and no hint; the estimate is 2 minutes." in said
    assert "double" in learner.types("list", "--times").stdout
    assert "estimate" in learner.types("list", "--times").stdout
    listed = json.loads(learner.types("list", "--json").stdout)["lessons"][0]["exercises"][0]
    assert listed["seconds"] < 60
    assert listed["minutes"] == 2
