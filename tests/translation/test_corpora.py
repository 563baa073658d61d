"""Every corpus opens by its name, in splits that are the same for everyone."""

import pytest

from attnlab.errors import NotThere, UnknownName, WrongUsage
from attnlab.study.collecting import add, get, wanted
from attnlab.translation import Construction, Split, split_of
from attnlab.translation.collection import all_corpora, entry_of
from attnlab.translation.corpora import BANDS, open_corpus
from attnlab.translation.shelf import State


@pytest.fixture
def shelf(tmp_path):
    """A folder of corpora with one added."""
    sources = [f"the {size} dog sees {count} birds" for size in ("old", "small") for count in range(20)]
    targets = [f"le {size} chien voit {count} oiseaux" for size in ("vieux", "petit") for count in range(20)]
    (tmp_path / "a.en").write_text("\n".join(sources), encoding="utf-8")
    (tmp_path / "a.fr").write_text("\n".join(targets), encoding="utf-8")
    root = tmp_path / "data"
    add("dogs", tmp_path / "a.en", tmp_path / "a.fr", root)
    return root


def test_the_grammar_opens_without_a_folder(tmp_path):
    corpus = open_corpus("grammar", tmp_path / "nothing")

    pair = corpus.sample("test", 1, seed=4)[0]

    assert corpus.splits == ("train", "val", "test")
    assert split_of(pair.gold.source) is Split.TEST
    assert corpus.tokens(pair.source) == pair.gold.source
    assert corpus.text(pair.gold.target) == pair.target


def test_the_parts_of_the_grammars_test_set_show_what_they_are_named_by():
    corpus = open_corpus("grammar")

    assert len(corpus.test_sets) == len(BANDS) + len(Construction)
    for pair in corpus.sample("test-negation", 3, seed=0):
        assert Construction.NEGATION in pair.gold.constructions
        assert split_of(pair.gold.source) is Split.TEST
    for pair in corpus.sample("test-3-10", 3, seed=0):
        assert 3 <= len(pair.gold.source) <= 10


def test_a_sample_is_the_same_for_the_same_seed_and_another_for_another(shelf):
    for name in ("grammar", "dogs"):
        first, again, other = (open_corpus(name, shelf).sample("train", 5, seed=seed) for seed in (1, 1, 2))
        assert first == again
        assert first != other


def test_a_sample_keeps_to_the_lengths_asked_for(shelf):
    for name, lengths in (("grammar", range(5, 8)), ("dogs", range(6, 7))):
        sampled = open_corpus(name, shelf).sample("train", 4, seed=0, lengths=lengths)
        assert sampled
        assert all(len(pair.source.split()) in lengths for pair in sampled)


def test_lengths_that_the_grammar_does_not_have_are_wrong_usage():
    with pytest.raises(WrongUsage, match="test-3-10 has no sentences of 20 to 30 words"):
        open_corpus("grammar").sample("test-3-10", 1, seed=0, lengths=range(20, 31))


def test_text_comes_in_subwords_of_one_vocabulary_that_join_to_the_text(shelf):
    corpus = open_corpus("dogs", shelf, subwords=90)

    source, target = corpus.vocabularies
    pair, text = corpus.pairs("train")[3], corpus.texts("train")[3]

    assert source.tokens[: len(target)] == target.tokens
    assert len(source) <= 90
    assert set(pair.target) <= set(target.tokens)
    assert set(pair.source) <= set(source.tokens)
    assert corpus.text(pair.source) == text.source == "the old dog sees 3 birds"
    assert corpus.text(pair.target) == text.target
    assert corpus.tokens(text.source) == pair.source


def test_lower_case_is_for_tokens_and_leaves_the_text_as_it_is(tmp_path):
    for side, line in (("a.en", "The Old Dog"), ("a.fr", "Le Vieux Chien")):
        (tmp_path / side).write_text(f"{line}\n" * 30, encoding="utf-8")
    add("dogs", tmp_path / "a.en", tmp_path / "a.fr", tmp_path / "shelf")
    corpus = open_corpus("dogs", tmp_path / "shelf", subwords=60, lower_case=True)

    assert corpus.text(corpus.pairs("train")[0].target) == "le vieux chien"
    assert corpus.text(corpus.tokens("THE old Dog")) == "the old dog"
    assert corpus.texts("train")[0].target == "Le Vieux Chien"


def test_the_words_of_both_languages_of_the_grammar_are_in_one_table_the_targets_first():
    corpus = open_corpus("grammar")
    source, target = corpus.vocabularies

    assert source.tokens[: len(target)] == target.tokens
    assert len(set(source.tokens)) == len(source)
    for pair in corpus.pairs("train")[:200]:
        assert set(pair.source) <= set(source.tokens)
        assert set(pair.target) <= set(target.tokens)


def test_subwords_are_kept_beside_the_corpus_and_are_the_same_everywhere(shelf, tmp_path):
    first = open_corpus("dogs", shelf, subwords=90)
    first.pairs("train")
    assert (shelf / "dogs" / "subwords" / "source-target-90.model").is_file()

    elsewhere = tmp_path / "elsewhere"
    add("dogs", tmp_path / "a.en", tmp_path / "a.fr", elsewhere)
    second = open_corpus("dogs", elsewhere, subwords=90)

    assert second.pairs("train") == first.pairs("train")
    assert second.fingerprint == first.fingerprint


def test_a_name_mistyped_is_told_with_the_nearest(shelf):
    with pytest.raises(UnknownName) as failed:
        open_corpus("dgos", shelf)
    assert failed.value.remedy == "did you mean 'dogs'?"


def test_a_split_mistyped_is_told_with_the_nearest():
    with pytest.raises(UnknownName, match="no split of grammar called 'tets'") as failed:
        open_corpus("grammar").texts("tets")
    assert failed.value.remedy == "did you mean 'test'?"


def test_what_was_not_fetched_yet_says_how_to(tmp_path):
    with pytest.raises(NotThere, match="multi30k-en-de is not there yet") as failed:
        open_corpus("multi30k-en-de", tmp_path)
    assert "attnlab data get multi30k" in failed.value.remedy


def test_a_corpus_that_changed_since_is_noticed(shelf):
    file = shelf / "dogs" / "train.source"
    file.write_bytes(file.read_bytes().replace(b"old", b"new"))

    assert entry_of("dogs", shelf).state is State.CHANGED
    with pytest.raises(NotThere, match="the corpus dogs has changed"):
        open_corpus("dogs", shelf).texts("train")


def test_a_corpus_of_the_future_is_listed_with_its_problem_and_not_opened(shelf):
    file = shelf / "dogs" / "manifest.json"
    file.write_text(file.read_text().replace('"format_version": 1', '"format_version": 7'))

    entry = next(entry for entry in all_corpora(shelf) if entry.name == "dogs")

    assert entry.state is State.UNREADABLE
    assert "is of format 7" in entry.problem.problem


def test_both_directions_of_multi30k_share_files_and_subwords(tmp_path, multi30k_folder):
    get(wanted("multi30k", tmp_path), source=multi30k_folder)
    there, back = open_corpus("multi30k-en-de", tmp_path), open_corpus("multi30k-de-en", tmp_path)

    assert [len(there.texts(split)) for split in there.splits] == [29_000, 1_014, 1_000]
    assert there.texts("train")[0].source == back.texts("train")[0].target
    assert there.texts("train")[0].source == "Two young, White males are outside near many bushes."
    assert there.pairs("val")[7].source == back.pairs("val")[7].target
    assert there.fingerprint == back.fingerprint
    assert [len(corpus.vocabularies[0]) for corpus in (there, back)] == [8_000, 8_000]
    assert all(len(corpus.vocabularies[1]) < 8_000 for corpus in (there, back))
    assert [there.text(pair.target) for pair in there.pairs("val")[:50]] == [
        " ".join(pair.target.split()) for pair in there.texts("val")[:50]
    ]


@pytest.mark.parametrize("typed", ["The black cat sleeps.", "the black cat sleeps", " the black cat  sleeps . "])
def test_a_sentence_of_the_grammar_may_be_typed_as_one_types(typed):
    assert open_corpus("grammar").tokens(typed) == ("the", "black", "cat", "sleeps", ".")


def test_nothing_typed_is_no_sentence_of_the_grammar():
    assert open_corpus("grammar").tokens("  ") == ()


def test_every_sentence_of_the_grammar_is_its_own_tokens():
    corpus = open_corpus("grammar")

    for pair in corpus.pairs("test")[:200]:
        assert corpus.tokens(" ".join(pair.source)) == pair.source
