"""`attnlab evaluate`: the figures of one run, and of two side by side."""

import json

import pytest

from attnlab.cli.terminal import Terminal
from attnlab.cli.views_evaluate import _table

KEYS = {
    "bleu", "bleu_tokenised", "chrf", "exact", "alignment_error", "by_length", "sentences_per_second", "signature",
}  # fmt: skip


def told(done):
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_as_json_every_figure_has_its_key(trained):
    found = told(trained.types("evaluate", "two", "--split", "test", "--json"))

    assert set(found) >= KEYS
    assert (found["corpus"], found["split"], found["beam"]) == ("animals", "test", 1)
    assert found["exact"] > 0.5
    assert found["alignment_error"] is None
    assert not found["corpus_changed"]
    assert sum(band["sentences"] for band in found["by_length"]) == found["sentences"]


def test_the_figures_are_shown_with_sacrebleus_signature(trained):
    done = trained.types("evaluate", "two")

    lines = done.stdout.splitlines()
    assert lines[0] == "two: 9 sentences of animals, test, greedily"
    assert any(line.split()[0] == "BLEU" for line in lines if line)
    assert "exact matches" in done.stdout
    assert "alignment error" not in done.stdout
    assert lines[-1].startswith("sacrebleu nrefs:1|")


def test_names_that_begin_alike_stay_told_apart_in_a_narrow_terminal():
    names = ("", "grammar-transformer", "grammar-transformer-2", "grammar-transformer-3")

    header, _ = _table(names, [("BLEU", "1.0", "2.0", "3.0")], Terminal(width=60))

    assert len(set(header.split())) == 3
    assert header.endswith("former-3")


def test_a_beam_without_bound_is_refused(trained):
    done = trained.types("evaluate", "two", "--beam", "99999")

    assert done.returncode == 2


def test_a_beam_is_told(trained):
    assert "with a beam of 3" in trained.types("evaluate", "two", "--beam", "3").stdout


def test_the_better_of_two_runs_is_named_with_what_chance_would_make(trained):
    done = trained.types("evaluate", "one", "--compare", "two", "--split", "train")

    said = done.stdout.replace("\n  ", " ")
    assert "one and two: 60 sentences of animals, train, greedily" in said
    assert "two has" in said
    assert "BLEU more than one, and not by the choice of sentences (paired bootstrap, p = 0.0" in said
    found = told(trained.types("evaluate", "one", "--compare", "two", "--split", "train", "--json"))
    assert found["difference"] > 10
    assert found["p_value"] < 0.05
    assert set(found["compared"]) >= KEYS


@pytest.mark.parametrize("columns", ["40", "60", "100"])
@pytest.mark.parametrize("typed", [("two",), ("one", "--compare", "two")])
def test_no_line_is_wider_than_the_terminal(trained, columns, typed):
    done = trained.types("evaluate", *typed, "--plain", COLUMNS=columns)

    assert done.returncode == 0
    lines = [line for line in done.stdout.splitlines() if "nrefs" not in line]
    assert max(map(len, lines)) <= int(columns)
    assert done.stdout.isascii()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (("two", "--split", "tests"), "did you mean 'test'?"),
        (("twoo",), "did you mean 'two'?"),
        (("two", "--compare", "two"), "'--compare RUN2' names another"),
        (("two", "--beam", "0"), "'attnlab evaluate --help' shows what can be said"),
    ],
)
def test_what_cannot_be_meant_is_told_with_what_to_do(trained, typed, meant):
    done = trained.types("evaluate", *typed)

    assert done.returncode == 2
    assert meant in done.stderr.splitlines()[1]
    assert done.stdout == ""


def test_before_anything_is_trained_the_command_that_trains_is_named(trained, tmp_path):
    done = type(trained)(tmp_path).types("evaluate")

    assert done.returncode == 3
    assert "'attnlab train' trains a translator" in done.stderr


def test_a_corpus_that_is_gone_is_told(trained, tmp_path):
    done = trained.types("evaluate", "two", "--data", str(tmp_path))

    assert done.returncode == 2
    assert "there is no corpus called 'animals'" in done.stderr


def test_several_runs_stand_side_by_side(trained):
    done = trained.types("evaluate", "one", "two")

    heads = next(line for line in done.stdout.splitlines() if line.split() == ["one", "two"])
    assert heads
    assert "paired bootstrap" not in done.stdout
    found = told(trained.types("evaluate", "one", "two", "--json"))
    assert [each["run"].rpartition("/")[2] for each in (found, *found["beside"])] == ["one", "two"]


def test_only_so_many_sentences_are_measured_if_asked(trained):
    assert told(trained.types("evaluate", "two", "--most", "4", "--json"))["sentences"] == 4
