"""`attnlab train` as it is typed: its folder, its lines, its refusals, and going on."""

import json
import os
import re
import signal
import subprocess
import sys
import time

import pytest

from tests.cli.conftest import TINY

SMALL = ("train", "--corpus", "animals", "--device", "cpu", *TINY)


@pytest.fixture
def typist(trained, tmp_path):
    """The same corpus, and no runs yet."""
    fresh = type(trained)(tmp_path)
    fresh.data = trained.data
    return fresh


def test_a_training_says_first_what_it_is_going_to_do(trained):
    said = trained.told.stdout.splitlines()

    assert said[0].startswith("training a Transformer on animals (source to target) on cpu, 1 thread")
    assert "3 steps, about" in " ".join(said[:2])
    assert re.search(r"[\d,]+ parameters; 60 pairs, [\d,]+ target tokens", "\n".join(said))
    assert "  no part is yours: attnlab's own fast ones compute the same" in said
    assert "  kept in runs/one" in said


def test_a_training_ends_with_its_curves_and_what_to_type_next(trained):
    said = trained.told.stdout.splitlines()

    assert any(re.match(r". 3 steps in 0:\d\d, loss", line) for line in said)
    assert "its curves: runs/one/loss.png" in said
    assert (trained.folder / "runs" / "one" / "loss.png").read_bytes().startswith(b"\x89PNG")
    assert said[-2].startswith("next: attnlab translate --show ")
    assert said[-1] == "then: attnlab evaluate"


def test_the_three_sentences_are_told_as_they_become(trained):
    said = trained.told.stdout

    assert len(re.findall(r"^  [123]  (the|this|a) \w+ \w+ right now$", said, flags=re.MULTILINE)) == 3
    assert len(re.findall(r"^  1[+✓ ] ", said, flags=re.MULTILINE)) >= 3


def test_with_json_the_result_is_alone_on_stdout(typist):
    done = typist.types(*SMALL, "--steps", "2", "--json")

    told = json.loads(done.stdout)
    assert done.returncode == 0
    assert told["finished"]
    assert (told["step"], told["model"], told["corpus"], told["made_of"]) == (2, "transformer", "animals", "fast")
    assert told["run"] == str(typist.folder / "runs" / "animals-transformer")
    assert "training a Transformer" in done.stderr


def test_a_finished_run_is_kept_and_the_next_gets_another_name(typist):
    typist.types(*SMALL, "--steps", "1")

    done = typist.types(*SMALL, "--steps", "1")

    assert done.returncode == 0
    assert "kept in runs/animals-transformer-2" in done.stdout
    assert "animals-transformer is finished" in done.stdout.replace("\n   ", "")
    assert {each.name for each in (typist.folder / "runs").iterdir()} == {
        "animals-transformer",
        "animals-transformer-2",
    }


@pytest.mark.parametrize("kind", ["rnn", "additive", "luong"])
def test_the_other_kinds_are_trained_by_the_same_command(typist, kind):
    done = typist.types("train", "--corpus", "animals", "--model", kind, "--steps", "2", "--d-model", "16")

    assert done.returncode == 0, done.stderr
    assert f"kept in runs/animals-{kind}" in done.stdout
    assert "training an RNN" in done.stdout


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (("--corpus", "animal"), "did you mean 'animals'?"),
        (("--model", "transfomer"), "did you mean 'transformer'?"),
        (("--parts", "refrence"), "did you mean 'reference'?"),
        (("--device", "gpu"), "there are: auto, cpu, cuda"),
        (("--steps", "3", "--minutes", "1"), "leave one of them away"),
        (("--steps", "0"), "it should be above zero"),
        (("--dropout", "1.5"), "it should be below one"),
        (("--model", "rnn", "--heads", "2"), "leave it away"),
        (("--d-model", "30", "--heads", "4"), "--d-model 32 could be shared by 4"),
        (("--parts", "mine"), "'attnlab init attention' makes one; '--parts fast' needs none"),
        (("--parts", "mine", "--model", "rnn"), "leave --parts away, or --model"),
        (("--stesp", "3"), "did you mean '--steps'?"),
    ],
)
def test_what_cannot_be_meant_is_told_with_what_to_do(typist, typed, meant):
    done = typist.types("train", *typed)

    assert done.returncode == 2
    assert meant in done.stderr.splitlines()[1]
    assert done.stdout == ""
    assert not (typist.folder / "runs").exists()


def test_a_corpus_that_is_not_there_is_told_with_the_command_that_fetches_it(typist):
    done = typist.types("train", "--corpus", "multi30k-en-de")

    assert done.returncode == 3
    assert done.stderr.splitlines() == [
        "attnlab: multi30k-en-de is not there yet",
        "  'attnlab data get multi30k' fetches it",
    ]


def test_a_folder_that_holds_something_else_is_left_alone(typist):
    (typist.folder / "mine").mkdir()
    (typist.folder / "mine" / "letter.txt").write_text("dear")

    done = typist.types(*SMALL, "--steps", "1", "--run", "mine")

    assert done.returncode == 3
    assert "no run" in done.stderr
    assert [each.name for each in (typist.folder / "mine").iterdir()] == ["letter.txt"]


def test_a_finished_run_that_is_named_is_not_trained_on(trained):
    done = trained.types("train", "--run", "runs/one")

    assert done.returncode == 2
    assert done.stderr.startswith("attnlab: the run in runs/one is finished, at step 3\n")


@pytest.mark.skipif(os.name == "nt", reason="sends an interrupt as a POSIX terminal does")
def test_ctrl_c_keeps_it_and_the_same_command_goes_on(typist):
    typed = (*SMALL, "--steps", "4000", "--seed", "3")
    environment = {**os.environ, "ATTNLAB_DATA": str(typist.data), "COLUMNS": "80", "OMP_NUM_THREADS": "1"}
    with subprocess.Popen(
        [sys.executable, "-m", "attnlab", *typed], cwd=typist.folder, env=environment,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
    ) as process:  # fmt: skip
        for line in process.stdout:
            if line.startswith("step"):
                break
        process.send_signal(signal.SIGINT)
        _, talked = process.communicate(timeout=60)

    assert process.returncode == 130
    assert "stopping after this step; once more stops at once" in talked
    assert "interrupted" not in talked
    step = int(re.search(r"stopped after step ([\d,]+) of 4,000; it is kept", talked)[1].replace(",", ""))
    assert "next: attnlab train --run runs/animals-transformer\n" in talked

    begun = time.monotonic()
    another = typist.types(*typed[:-1], "4", "--steps", "1")
    contradicted = typist.types("train", "--run", "animals-transformer", "--d-model", "32")
    listed = typist.types("translate", "the dog sleeps right now")

    assert another.returncode == 0
    assert "was begun with other settings and stays as it is" in another.stdout.replace("\n    ", " ")
    assert contradicted.returncode == 2
    assert "was begun with --d-model 16, not 32" in contradicted.stderr
    assert listed.returncode == 0
    assert time.monotonic() - begun < 60
    again = _until(typist, typed, environment, rf"from step {step:,} to 4,000")
    assert again


def _until(typist, typed, environment, wanted):
    """What the command says until its beginning has been told; then it is asked to end."""
    said = ""
    with subprocess.Popen(
        [sys.executable, "-m", "attnlab", *typed], cwd=typist.folder, env=environment,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8",
    ) as process:  # fmt: skip
        for line in process.stdout:
            said += line
            if line.startswith("step"):
                break
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
    assert process.returncode == 143
    return re.search(wanted, said.replace("\n  ", " "))
