"""Corpora are fetched once and whole, added from files, and described as they are."""

import gzip

import pytest

from attnlab import files
from attnlab.errors import CannotWrite, NewerFormat, NotThere, UnknownName, WrongUsage
from attnlab.study.collecting import add, corpora, describe, get, sample, wanted
from attnlab.translation import multi30k
from attnlab.translation.corpora import open_corpus
from attnlab.translation.shelf import Known, State

CONTENTS = {
    f"{split}.{language}": "".join(f"{language} {at * 7919} {split}\n" for at in range(count)).encode()
    for split, count in (("train", 4_000), ("val", 30), ("test_2016_flickr", 20))
    for language in ("en", "de", "fr")
}


@pytest.fixture
def published(monkeypatch):
    """A small corpus in the place of the one that was published."""
    monkeypatch.setattr(multi30k, "FILES", {name: Known.of(content) for name, content in CONTENTS.items()})


@pytest.fixture
def server(loopback, published):
    loopback.files = {f"/{name}.gz": gzip.compress(content) for name, content in CONTENTS.items()}
    return loopback


@pytest.fixture
def texts(tmp_path):
    def texts(source="one\ntwo\nthree\n", target="un\ndeux\ntrois\n"):
        (tmp_path / "a.en").write_text(source, encoding="utf-8")
        (tmp_path / "a.fr").write_text(target, encoding="utf-8")
        return tmp_path / "a.en", tmp_path / "a.fr"

    return texts


def names(root):
    return sorted(file.name for file in (root / "multi30k").iterdir())


def test_fetching_brings_every_file_unpacked_and_leaves_no_download(server, tmp_path):
    got = get(wanted("multi30k", tmp_path), mirror=server.url)

    assert set(got.brought) == set(CONTENTS)
    assert names(tmp_path) == sorted([".lock", "manifest.json", *CONTENTS])
    assert open_corpus("multi30k-de-en", tmp_path).texts("val")[0].source == "de 0 val"


def test_fetching_broken_off_in_the_middle_goes_on_there(server, tmp_path):
    # The third file ends in the middle, and then there is no such server any more.
    whole = len(server.files["/train.en.gz"])
    server.breaks = [whole, whole * 2, 8_192]
    server_down = [503] * 4

    def tell(doing, share):
        if doing == "fetching train.fr" and not server.answers:
            server.answers = server_down

    with pytest.raises(NotThere) as failed:
        get(wanted("multi30k", tmp_path), mirror=server.url, tell=tell, pause=lambda seconds: None)
    assert "goes on where it stopped" in failed.value.remedy
    assert corpora(tmp_path)[1].state is State.ABSENT

    server.answers, server.asked[:] = [], []
    left = wanted("multi30k", tmp_path)
    got = get(left, mirror=server.url)

    assert "train.en" in got.kept
    assert "train.en" not in left.files
    assert server.asked[0] == ("/train.fr.gz", "bytes=8192-")
    assert [path for path, _ in server.asked].count("/train.en.gz") == 0
    assert describe("multi30k-en-fr", tmp_path).entry.state is State.THERE


def test_a_beginning_that_is_of_something_else_is_thrown_away(server, tmp_path):
    downloads = tmp_path / "multi30k" / ".downloads"
    downloads.mkdir(parents=True)
    (downloads / "train.en.gz").write_bytes(b"something else entirely")

    get(wanted("multi30k", tmp_path), mirror=server.url)

    assert server.asked[:2] == [("/train.en.gz", "bytes=23-"), ("/train.en.gz", None)]


def test_what_is_not_as_published_is_not_kept(server, tmp_path):
    server.files["/train.de.gz"] = gzip.compress(b"something else\n")

    with pytest.raises(NotThere, match=r"not the train\.de that was published: its checksum is another"):
        get(wanted("multi30k", tmp_path), mirror=server.url)

    assert "train.de" not in names(tmp_path)
    assert "manifest.json" not in names(tmp_path)


def test_what_is_there_already_is_not_fetched_again(server, tmp_path):
    get(wanted("multi30k", tmp_path), mirror=server.url)
    server.asked[:] = []

    got = get(wanted("multi30k", tmp_path), mirror=server.url)

    assert got.brought == ()
    assert server.asked == []


def test_a_file_that_changed_is_fetched_again_alone(server, tmp_path):
    get(wanted("multi30k", tmp_path), mirror=server.url)
    (tmp_path / "multi30k" / "val.fr").write_bytes(b"mine\n")
    assert describe("multi30k-en-fr", tmp_path).changed == ("val.fr",)
    assert describe("multi30k-en-de", tmp_path).entry.state is State.THERE

    assert get(wanted("multi30k", tmp_path), mirror=server.url).brought == ("val.fr",)


def test_progress_rises_to_one(server, tmp_path):
    told = []

    get(wanted("multi30k", tmp_path), mirror=server.url, tell=lambda doing, share: told.append(share))

    assert told == sorted(told)
    assert told[-1] == 1.0
    assert len(told) < 130


@pytest.mark.parametrize("packed", [True, False])
def test_files_are_taken_from_a_folder_plain_or_gzipped(published, tmp_path, packed):
    folder = tmp_path / "mine"
    folder.mkdir()
    for name, content in CONTENTS.items():
        (folder / (f"{name}.gz" if packed else name)).write_bytes(gzip.compress(content) if packed else content)

    get(wanted("multi30k-en-de", tmp_path / "data"), source=folder)

    assert describe("multi30k-en-de", tmp_path / "data").entry.state is State.THERE


def test_a_folder_that_lacks_files_is_told_all_of_them(published, tmp_path):
    (tmp_path / "train.en").write_bytes(CONTENTS["train.en"])

    with pytest.raises(NotThere, match=r"lacks train\.de, train\.fr, val\.en, "):
        get(wanted("multi30k", tmp_path / "data"), source=tmp_path)


def test_the_published_corpus_is_taken_as_it_is(multi30k_folder, tmp_path):
    get(wanted("multi30k", tmp_path), source=multi30k_folder)

    described = describe("multi30k-en-de", tmp_path)

    assert [each.pairs for each in described.sizes] == [29_000, 1_014, 1_000]
    assert [side.language for side in described.sizes[0].sides] == ["en", "de"]
    assert described.sizes[0].sides[0].longest < 50


def test_a_corpus_kept_by_a_later_attnlab_is_left_untouched(server, tmp_path):
    get(wanted("multi30k", tmp_path), mirror=server.url)
    file = tmp_path / "multi30k" / "manifest.json"
    file.write_text(file.read_text().replace('"format_version": 1', '"format_version": 5'))
    before = file.read_bytes()

    with pytest.raises(NewerFormat):
        get(wanted("multi30k", tmp_path), mirror=server.url)
    assert file.read_bytes() == before


def test_a_manifest_that_makes_no_sense_is_written_anew(server, tmp_path):
    get(wanted("multi30k", tmp_path), mirror=server.url)
    (tmp_path / "multi30k" / "manifest.json").write_text("{")
    assert describe("multi30k-en-de", tmp_path).entry.state is State.UNREADABLE

    assert get(wanted("multi30k", tmp_path), mirror=server.url).brought == ()
    assert describe("multi30k-en-de", tmp_path).entry.state is State.THERE


def test_two_commands_do_not_fetch_at_once(server, tmp_path):
    with (
        files.locked(tmp_path / "multi30k" / ".lock"),
        pytest.raises(CannotWrite, match="another attnlab command is putting something"),
    ):
        get(wanted("multi30k", tmp_path), mirror=server.url, patience=0.05)


def test_only_what_can_be_fetched_is(tmp_path):
    with pytest.raises(WrongUsage, match="the grammar is built in"):
        wanted("grammar", tmp_path)
    with pytest.raises(UnknownName) as failed:
        wanted("multi30", tmp_path)
    assert failed.value.remedy == "did you mean 'multi30k'?"


def test_added_text_opens_by_its_name(texts, tmp_path):
    added = add("proverbs", *texts(), tmp_path / "data")

    assert (added.pairs, added.skipped, added.splits) == (3, 0, ("train",))
    assert [entry.name for entry in corpora(tmp_path / "data")][-1] == "proverbs"
    pairs = open_corpus("proverbs", tmp_path / "data").texts("train")
    assert [(pair.source, pair.target) for pair in pairs] == [("one", "un"), ("two", "deux"), ("three", "trois")]


def test_a_second_split_joins_the_first(texts, tmp_path):
    add("proverbs", *texts(), tmp_path / "data")
    added = add("proverbs", *texts("two\nfour\n", "deux\nquatre\n"), tmp_path / "data", split="test")

    assert added.splits == ("train", "test")
    sizes = describe("proverbs", tmp_path / "data").sizes
    assert [(each.split, each.pairs, each.in_training) for each in sizes] == [("train", 3, None), ("test", 2, 1)]


def test_a_split_that_is_there_is_replaced_only_when_that_is_said(texts, tmp_path):
    add("proverbs", *texts(), tmp_path / "data")

    with pytest.raises(WrongUsage, match="proverbs has a split 'train' already"):
        add("proverbs", *texts("four\n", "quatre\n"), tmp_path / "data")
    added = add("proverbs", *texts("four\n", "quatre\n"), tmp_path / "data", replace=True)

    assert added.replaced
    assert open_corpus("proverbs", tmp_path / "data").texts("train")[0].target == "quatre"


@pytest.mark.parametrize("name", ["grammar", "multi30k", "multi30k-en-de"])
def test_a_built_in_name_is_not_given_away(texts, tmp_path, name):
    with pytest.raises(WrongUsage, match="is a built-in corpus") as failed:
        add(name, *texts(), tmp_path / "data")
    assert f"'my-{name}'" in failed.value.remedy
    assert not (tmp_path / "data").exists()


def test_files_that_do_not_fit_leave_nothing_behind(texts, tmp_path):
    with pytest.raises(WrongUsage, match=r"has 3 lines, .* has 1"):
        add("proverbs", *texts(target="un\n"), tmp_path / "data")
    assert not (tmp_path / "data").exists()


def test_the_grammar_is_described_with_its_test_sets(tmp_path):
    described = describe("grammar", tmp_path)

    assert [each.split for each in described.sizes] == ["train", "val", "test"]
    assert all(each.endless for each in described.sizes)
    assert "test-negation" in described.test_sets


def test_a_sample_takes_the_first_split_if_none_is_named(texts, tmp_path):
    add("proverbs", *texts(), tmp_path / "data", split="val")

    drawn = sample("proverbs", tmp_path / "data", count=9)

    assert (drawn.split, drawn.asked, len(drawn.pairs)) == ("val", 9, 3)
