"""`attnlab translate`: one sentence, several translations, a pipe, a prompt, and where each word looked."""

import json
import os
import subprocess
import sys
from types import SimpleNamespace

import pytest

from attnlab.cli.terminal import Terminal
from attnlab.cli.views_translate import looks_view, too_long_view
from attnlab.pictures import Panel
from attnlab.study.translating import Looks, Translated


def told(done):
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_sentence_is_translated_by_the_newest_finished_run(trained):
    done = trained.types("translate", "the dog sleeps right now")

    assert done.returncode == 0
    assert done.stdout == trained.types("translate", "--run", "runs/one", "the dog sleeps right now").stdout
    assert len(done.stdout.splitlines()) == 1


def test_a_run_is_found_by_its_name_alone(trained):
    done = trained.types("translate", "--run", "two", "the dog sleeps right now")

    assert done.stdout == "le chien dort en ce moment\n"


def test_words_need_no_quotes(trained):
    done = trained.types("translate", "--run", "two", "the", "cat", "eats", "right", "now")

    assert done.stdout == "le chat mange en ce moment\n"


def test_several_translations_come_with_their_scores_best_first(trained):
    done = trained.types("translate", "--run", "two", "--n-best", "3", "this bird sings right now")

    rows = [line.split("\t") for line in done.stdout.splitlines()]
    assert len(rows) == 3
    assert rows[0][1] == "ce oiseau chante en ce moment"
    assert [float(score) for score, _ in rows] == sorted((float(score) for score, _ in rows), reverse=True)


def test_a_pipe_is_translated_line_by_line_in_order(trained):
    lines = "the cat eats right now\n\n  a king laughs right now \nthe dog sleeps right now"

    done = trained.types("translate", "--run", "two", stdin=lines)

    assert done.stdout == "le chat mange en ce moment\n\nun roi rit en ce moment\nle chien dort en ce moment\n"
    assert done.stderr == ""


def test_a_pipe_as_json_is_an_object_a_line(trained):
    done = trained.types("translate", "--run", "two", "--json", stdin="the cat eats right now\n\n")

    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert first["translations"][0]["text"] == "le chat mange en ce moment"
    assert first["source"] == "the cat eats right now"
    assert second["translations"][0]["text"] == ""


def test_a_line_that_is_no_utf_8_is_told_with_its_place(trained):
    done = subprocess.run(
        [sys.executable, "-m", "attnlab", "translate", "--run", "two"],
        cwd=trained.folder, env={**os.environ, "OMP_NUM_THREADS": "1"},
        input=b"the cat eats right now\ncaf" + b"\xe9\n", capture_output=True,
    )  # fmt: skip

    assert done.returncode == 2
    assert b"line 2 of stdin is not UTF-8: byte 4 is 0xe9" in done.stderr


def test_words_it_has_never_seen_are_told(trained):
    done = trained.types("translate", "--run", "two", "the dog slzeps right now")

    assert done.returncode == 0
    assert "'z'" in done.stderr
    assert "tokens it knows" in done.stderr
    assert "z" in json.loads(trained.types("translate", "--run", "two", "--json", "slzeps").stdout)["unknown"][0]


def test_what_a_pipe_brought_is_wondered_at_in_the_order_it_came(trained):
    done = trained.types("translate", "--run", "two", stdin="the dog slzeps\nx the cat\nq z x\n")

    wondered = " ".join(done.stderr.split())
    assert [wondered.index(f"'{letter}'") for letter in "zxq"] == sorted(wondered.index(f"'{each}'") for each in "zxq")


def test_the_name_of_a_picture_is_wrapped_and_never_cut():
    name = "mean of the heads that align best, by layer and number: 1.2, 1.4, 2.2, 2.4"

    lines = looks_view(Looks("", (Panel(name, ("le",), ("the",), ((1.0,),)),)), Terminal(width=40))

    assert name in " ".join(" ".join(lines).split())
    assert max(map(len, lines)) <= 40


def test_a_sentence_longer_than_any_it_learned_from_is_told():
    def told(corpus, length):
        interpreter = SimpleNamespace(run=SimpleNamespace(settings=SimpleNamespace(corpus=corpus)))
        return too_long_view(Translated("", ("cat",) * length, (), ()), interpreter, Terminal(width=100))

    assert told("grammar", 61) == ["61 tokens: no sentence it learned from has more than 60, and longer ones go wrong"]
    assert told("grammar", 60) == told("proverbs", 400) == []


def test_where_each_word_looked_is_drawn(trained):
    done = trained.types("translate", "--run", "two", "--show", "the cat eats right now", "--plain")

    lines = done.stdout.splitlines()
    assert lines[0] == "le chat mange en ce moment"
    assert "mean of all heads" in lines
    assert [line.split()[0] for line in lines[4:10]] == ["le", "chat", "mange", "en", "ce", "moment"]
    assert done.stdout.isascii()


def test_the_heads_of_a_layer_are_drawn_one_by_one(trained):
    both = trained.types("translate", "--run", "two", "--layer", "1", "the cat eats right now").stdout
    one = trained.types("translate", "--run", "two", "--layer", "1", "--head", "2", "the cat eats right now").stdout

    assert [line for line in both.splitlines() if line.startswith("layer")] == ["layer 1, head 1", "layer 1, head 2"]
    assert [line for line in one.splitlines() if line.startswith("layer")] == ["layer 1, head 2"]


def test_weights_as_json_sum_to_one_in_every_row(trained):
    shown = told(trained.types("translate", "--run", "two", "--show", "--json", "the cat eats right now"))

    rows = shown["looks"][0]["weights"]
    assert len(rows) == len(shown["translations"][0]["tokens"])
    assert all(len(row) == len(shown["tokens"]) for row in rows)
    assert [sum(row) for row in rows] == pytest.approx([1.0] * len(rows), abs=1e-3)


def test_pictures_are_saved_as_png_and_as_a_page(trained, tmp_path):
    png, page = tmp_path / "looks.png", tmp_path / "looks.html"

    done = trained.types("translate", "--run", "two", "the cat eats right now", "--png", str(png), "--html", str(page))

    assert done.returncode == 0
    assert png.read_bytes().startswith(b"\x89PNG")
    assert "mange" in page.read_text(encoding="utf-8")
    assert f"saved in {page}" in done.stderr


def test_a_picture_that_cannot_be_saved_keeps_nothing_else_from_being_shown(trained, tmp_path):
    (tmp_path / "taken").write_text("")

    file = tmp_path / "taken" / "a.png"

    done = trained.types("translate", "--run", "two", "the cat eats right now", "--png", str(file))

    assert done.returncode == 3
    assert done.stdout.startswith("le chat mange en ce moment\n")
    assert "could not be written" in done.stderr.replace("\n", " ")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (("--run", "twoo", "the cat"), "did you mean 'two'?"),
        (("--head", "1", "the cat"), "heads are counted in each layer anew"),
        (("--layer", "2", "the cat"), "--layer 1 is the first of them"),
        (("--layer", "1", "--head", "3", "the cat"), "--head 1 is the first of them"),
        (("--beam", "2", "--n-best", "3", "the cat"), "'--beam 3' does, or more"),
        (("--parts", "mine", "the cat"), "'attnlab train' trains one that is"),
        (("--parts", "min", "the cat"), "did you mean 'mine'?"),
        (("--parts", "reference", "--n-best", "2", "the cat"), "'--parts fast' gives the --n-best"),
        (("--show",), "attnlab translate TEXT --show"),
        ((" ",), "name a sentence"),
    ],
)
def test_what_cannot_be_meant_is_told_with_what_to_do(trained, typed, meant):
    done = (
        trained.types("translate", "--run", "two", *typed, stdin="")
        if "--run" not in typed
        else trained.types("translate", *typed)
    )

    assert done.returncode == 2
    assert meant in done.stderr.splitlines()[1].replace("it; ", "")
    assert done.stdout == ""


def test_before_anything_is_trained_the_command_that_trains_is_named(trained, tmp_path):
    done = type(trained)(tmp_path).types("translate", "the cat")

    assert done.returncode == 3
    assert done.stderr.splitlines() == [
        "attnlab: nothing has been trained yet in runs",
        "  'attnlab train' trains a translator; '--run DIR' names one that lies elsewhere",
    ]


def test_a_broken_run_is_told_in_two_lines(trained, tmp_path):
    (tmp_path / "runs" / "one").mkdir(parents=True)
    for file in (trained.folder / "runs" / "one").iterdir():
        content = file.read_bytes()
        (tmp_path / "runs" / "one" / file.name).write_bytes(content[: len(content) // 2])
    broken = type(trained)(tmp_path)

    for typed in (("translate", "--run", "one", "the cat"), ("evaluate", "one"), ("train", "--run", "runs/one")):
        done = broken.types(*typed)

        assert done.returncode == 3
        assert len(done.stderr.splitlines()) == 2
        assert "attnlab itself failed" not in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
def test_without_a_sentence_one_is_asked_for_until_there_is_none(trained):
    import pty

    keyboard, screen = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "attnlab", "translate", "--run", "two"],
        cwd=trained.folder, env={**os.environ, "OMP_NUM_THREADS": "1", "TERM": "dumb"},
        stdin=screen, stdout=screen, stderr=screen,
    ) as process:  # fmt: skip
        os.close(screen)
        os.write(keyboard, b"the cat eats right now\na king laughs right now\n\n")
        said = b""
        while chunk := _read(keyboard):
            said += chunk
        os.close(keyboard)

    assert process.returncode == 0
    assert b"two translates source to target, by attnlab's fast search; an empty line ends" in said
    assert said.index(b"le chat mange en ce moment") < said.index(b"un roi rit en ce moment")
    assert b"source> " in said


def _read(descriptor):
    try:
        return os.read(descriptor, 4096)
    except OSError:  # what Linux says when the other end is closed
        return b""
