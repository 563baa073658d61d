"""The tour ends with a translator that is trained before one's eyes; and the whole of it plays without a question."""

import re

import pytest

from attnlab.cli.desk import Desk
from attnlab.cli.terminal import Terminal
from attnlab.cli.tour import _translator
from attnlab.content import read_course
from attnlab.paths import course_root
from attnlab.study import start_workspace


@pytest.fixture
def quick(monkeypatch):
    """A translator that has hardly been trained."""
    for name, value in (("_STEPS", 3), ("_TRAINED_ON", 300), ("_LOOKED_AT", 10)):
        monkeypatch.setattr(f"attnlab.study.tour.{name}", value)


def test_it_is_trained_and_then_translates_the_first_with_a_drawing(quick, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    course = read_course(course_root(None, {}))
    workspace = start_workspace(tmp_path / "attention", course).workspace

    _translator(Desk(None, Terminal(), tmp_path), workspace, ["the cat sleeps .", "he knows me ."], None)

    said = capsys.readouterr().out
    assert "  $ attnlab train\n" in said
    assert "kept in attention/runs/grammar-transformer" in said
    assert re.search(r". 3 steps in 0:\d\d", said)
    assert said.index('$ attnlab translate --show "the cat sleeps ."') < said.index("percent; '.' is less than one")
    assert '$ attnlab translate "he knows me ."' in said


@pytest.mark.long
def test_the_tour_of_our_own_course_ends_with_right_translations(outside):
    del outside.environment["ATTNLAB_COURSE"]

    done = outside.types("tour", "--fast")

    assert done.returncode == 0
    assert "le chat noir ne dort pas ." in done.stdout
    assert "elle sait que le roi ne mange jamais les pommes rouges ." in done.stdout
    assert done.stdout.splitlines()[-1].strip()
    assert not list(outside.folder.iterdir())
