import gzip
import json
import os
import re
import signal
import subprocess
import sys
import time

import pytest

PROBE = """
import sys
from attnlab.cli import main
main({arguments!r})
heavy = {{"numpy", "torch", "rich", "requests", "sentencepiece"}}
print(sorted({{name.split('.')[0] for name in sys.modules}} & heavy), file=sys.stderr)
"""


@pytest.fixture
def user(outside):
    """Somebody whose corpora lie in a folder of their own."""
    outside.environment |= {"ATTNLAB_DATA": str(outside.folder / "data"), "NO_PROXY": "127.0.0.1", "COLUMNS": "60"}
    (outside.folder / "a.en").write_text("the dog sleeps\n\nthe old cat sees the birds\n", encoding="utf-8")
    (outside.folder / "a.fr").write_text("le chien dort\nrien\nle vieux chat voit les oiseaux\n", encoding="utf-8")
    return outside


def adds(user, *more):
    return user.types("data", "add", "proverbs", "--source", "a.en", "--target", "a.fr", *more)


def told(done):
    assert done.stderr == ""
    return json.loads(done.stdout)


def test_all_corpora_are_listed_with_how_they_are_found(user):
    adds(user)

    listed = told(user.types("data", "list", "--json"))

    assert listed["folder"] == str(user.folder / "data")
    assert {each["name"]: each["state"] for each in listed["corpora"]} == {
        "grammar": "there",
        "multi30k-en-de": "not there",
        "multi30k-de-en": "not there",
        "multi30k-en-fr": "not there",
        "proverbs": "there",
    }
    assert "for non-commercial research and" in user.types("data", "list").stdout
    assert user.types("data").stdout == user.types("data", "list").stdout


def test_an_option_names_another_folder(user):
    adds(user, "--data", "elsewhere")

    assert (user.folder / "elsewhere" / "proverbs" / "train.source").is_file()
    assert not (user.folder / "data").exists()
    assert user.types("data", "show", "proverbs", "--data", "elsewhere").returncode == 0


def test_added_text_tells_what_was_skipped(user):
    done = adds(user)

    assert done.returncode == 0
    assert done.stdout.splitlines()[:2] == [
        "proverbs, train: 2 sentence pairs added",
        "  1 pair was skipped: a line was empty",
    ]


def test_files_of_unequal_length_are_wrong_usage(user):
    (user.folder / "a.fr").write_text("le chien dort\n", encoding="utf-8")

    done = adds(user)

    assert done.returncode == 2
    assert done.stderr.splitlines()[0] == "attnlab: a.en has 3 lines, a.fr has 1"


def test_a_file_in_another_encoding_is_told_with_its_place(user):
    (user.folder / "a.fr").write_bytes("a\nb\nl'été\n".encode("latin-1"))

    done = adds(user)

    assert done.returncode == 3
    assert done.stderr.splitlines()[0] == "attnlab: a.fr is not UTF-8: line 3, byte 3 is 0xe9"


def test_the_sizes_of_a_corpus_are_shown(user):
    adds(user)

    done = user.types("data", "show", "proverbs")

    assert done.returncode == 0
    assert "train      2  source       9       3        6      7" in done.stdout
    shown = told(user.types("data", "show", "proverbs", "--json"))
    assert shown["splits"][0]["sides"][0] == {
        "language": "source", "tokens": 9, "median": 3, "longest": 6, "vocabulary": 7,
    }  # fmt: skip
    assert len(shown["files"]["train.source"]["sha256"]) == 64


def test_a_corpus_that_changed_is_shown_so_with_exit_code_1(user):
    adds(user)
    (user.folder / "data" / "proverbs" / "train.target").write_text("something else\n")

    done = user.types("data", "show", "proverbs")

    assert done.returncode == 1
    assert "changed since it was put there: train.target" in done.stdout
    assert user.types("data", "sample", "proverbs").returncode == 3


@pytest.mark.parametrize("verb", ["show", "sample", "get"])
def test_a_name_mistyped_is_told_with_the_nearest(user, verb):
    done = user.types("data", verb, "multi30k-en-dee")

    assert done.returncode == 2
    assert done.stderr.splitlines()[1] == "  did you mean 'multi30k-en-de'?"


def test_the_grammar_is_sampled_with_its_gold_alignment(user):
    drawn = told(user.types("data", "sample", "grammar", "--split", "test", "-n", "2", "--length", "5-9", "--json"))

    assert drawn["split"] == "test"
    for pair in drawn["pairs"]:
        source, target = pair["source"].split(), pair["target"].split()
        assert 5 <= len(source) <= 9
        assert all(0 <= at < len(source) and 0 <= to < len(target) for at, to in pair["possible"])
        assert pair["sure"]


def test_an_alignment_is_drawn_as_places_beneath_the_words(user):
    lines = user.types("data", "sample", "grammar", "-n", "1", "--seed", "3", "--length", "6").stdout.splitlines()

    places, words, translation, sources = lines[:4]
    assert places.split() == ["0", "1", "2", "3", "4", "5"]
    assert words.split()[0] == "en"
    assert [places.index(place) for place in places.split()] == [words.index(word, 4) for word in words.split()[1:]]
    assert translation.startswith("fr")
    assert sources.startswith("    ")


def test_a_sample_is_the_same_for_the_same_seed(user):
    first, again, other = (
        user.types("data", "sample", "grammar", "--seed", seed, "--length", "3-12").stdout for seed in "112"
    )

    assert first == again != other


@pytest.mark.parametrize("columns", ["30", "60", "100"])
@pytest.mark.parametrize("plain", [(), ("--plain",)])
def test_no_line_is_wider_than_the_terminal(user, columns, plain):
    adds(user)
    for typed in (("show", "proverbs"), ("sample", "proverbs"), ("sample", "grammar", "--length", "10-25")):
        done = user.types("data", *typed, *plain, COLUMNS=columns)

        # Paths and commands stay whole, so that they can be copied.
        lines = [line for line in done.stdout.splitlines() if not re.match(f"next:|.*{user.folder}", line)]
        assert max(map(len, lines)) <= int(columns)
        assert done.stdout.isascii() or not plain


def test_fewer_pairs_than_asked_for_are_told(user):
    adds(user)

    done = user.types("data", "sample", "proverbs", "--length", "3")

    assert done.stdout.split() == ["source", "the", "dog", "sleeps", "target", "le", "chien", "dort"]
    assert done.stderr == "no more than 1 of train fit\n"


@pytest.mark.parametrize("typed", ["5-", "x", "9-5", "-3"])
def test_a_range_of_lengths_that_is_none_is_wrong_usage(user, typed):
    assert user.types("data", "sample", "grammar", f"--length={typed}").returncode == 2


def test_where_nobody_can_be_asked_nothing_is_fetched(user):
    done = user.types("data", "get", "multi30k")

    assert done.returncode == 2
    assert "'--yes' says that you agree" in done.stderr
    assert not (user.folder / "data").exists()


@pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
def test_a_no_fetches_nothing(user, loopback):
    import pty

    keyboard, screen = pty.openpty()
    typed = ["data", "get", "multi30k", "--mirror", loopback.url]
    with subprocess.Popen(
        [sys.executable, "-m", "attnlab", *typed],
        cwd=user.folder, env=user.environment, stdin=screen, stdout=screen, stderr=screen,
    ) as process:  # fmt: skip
        os.close(screen)
        os.write(keyboard, b"n\n")
        said = b""
        while chunk := _read(keyboard):
            said += chunk
        os.close(keyboard)

    assert process.returncode == 1
    assert b"6.4 MB unpacked" in said
    assert b"non-commercial research and education" in said
    assert b"nothing was fetched" in said
    assert loopback.asked == []


def test_the_published_files_are_taken_from_a_folder(user, multi30k_folder):
    done = user.types("data", "get", "multi30k", "--from", str(multi30k_folder))

    assert done.returncode == 0
    assert done.stdout.startswith("multi30k: 9 files brought, all as published")
    shown = told(user.types("data", "show", "multi30k-en-de", "--json"))
    assert [each["pairs"] for each in shown["splits"]] == [29_000, 1_014, 1_000]
    done = user.types("data", "sample", "multi30k-en-fr", "-n", "1", "--length", "5-6")
    assert done.stdout.startswith("en  ")
    assert told(user.types("data", "get", "multi30k", "--json"))["brought"] == []


@pytest.mark.skipif(os.name == "nt", reason="sends an interrupt as a POSIX terminal does")
def test_an_interrupted_fetch_ends_with_130_and_goes_on_later(user, loopback, multi30k_folder):
    loopback.files = {f"/{file.name}": file.read_bytes() for file in multi30k_folder.glob("*.gz")}
    loopback.breaks = [300_000]
    loopback.released.clear()
    typed = ["data", "get", "multi30k", "--yes", "--mirror", loopback.url]
    part = user.folder / "data" / "multi30k" / ".downloads" / "train.en.gz"
    with subprocess.Popen(
        [sys.executable, "-m", "attnlab", *typed],
        cwd=user.folder, env=user.environment, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        _wait_for(lambda: part.is_file() and part.stat().st_size > 250_000)
        process.send_signal(signal.SIGINT)
        said = process.stderr.read()
    loopback.released.set()
    assert process.returncode == 130
    assert b"nothing was lost" in said
    come = part.stat().st_size

    done = user.types(*typed)

    assert done.returncode == 0
    assert loopback.asked[1] == ("/train.en.gz", f"bytes={come}-")
    assert user.types("data", "show", "multi30k-en-de").returncode == 0


def test_a_server_without_the_files_is_told_in_two_lines(user, loopback):
    loopback.files = {"/train.en.gz": gzip.compress(b"something else\n")}

    wrong = user.types("data", "get", "multi30k", "--yes", "--mirror", loopback.url)
    missing = user.types("data", "get", "multi30k", "--yes", "--mirror", f"{loopback.url}/elsewhere")

    assert wrong.returncode == missing.returncode == 3
    assert "is not the train.en that was published" in wrong.stderr
    assert "the server answers 404" in missing.stderr
    assert len(missing.stderr.splitlines()) == 2


@pytest.mark.parametrize(
    "typed", ["data list", "data show grammar", "data sample grammar", "data show multi30k-en-de", "data get multi30k"]
)
def test_looking_at_corpora_imports_nothing_heavy(user, typed):
    done = subprocess.run(
        [sys.executable, "-c", PROBE.format(arguments=typed.split())],
        cwd=user.folder, env=user.environment, capture_output=True, encoding="utf-8", stdin=subprocess.DEVNULL,
    )  # fmt: skip

    assert done.stderr.splitlines()[-1] == "[]"


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 4096)
    except OSError:  # what Linux says when the other end is closed
        return b""


def _wait_for(so, patience: float = 60.0) -> None:
    deadline = time.monotonic() + patience
    while not so():
        assert time.monotonic() < deadline
        time.sleep(0.02)
