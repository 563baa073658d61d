"""Subwords give sentences back, are the same every time, and are learnt once."""

import pytest

from attnlab.errors import NewerFormat, WrongUsage
from attnlab.translation.subwords import Subwords, joined, kept, learn
from attnlab.translation.vocabulary import BOS, EOS, PAD, UNK

SENTENCES = [
    "the old horse sees the small dog near the river",
    "le vieux cheval voit le petit chien près de la rivière",
    "the small dogs never see the old horses",
    "les petits chiens ne voient jamais les vieux chevaux",
] * 3


@pytest.fixture(scope="module")
def subwords():
    return Subwords(learn(SENTENCES, 120))


def test_sentences_come_back_from_their_subwords(subwords):
    assert [joined(tokens) for tokens in subwords.tokens(SENTENCES)] == SENTENCES


def test_the_vocabulary_numbers_tokens_as_every_vocabulary_does(subwords):
    vocabulary = subwords.vocabulary

    assert len(vocabulary) == 120
    assert [vocabulary.tokens[special] for special in (PAD, BOS, EOS, UNK)] == ["<pad>", "<s>", "</s>", "<unk>"]
    tokens = subwords.tokens(["the small river"])[0]
    assert joined(vocabulary.decode([*vocabulary.encode(tokens), EOS])) == "the small river"


def test_a_sign_never_seen_becomes_the_unknown_token(subwords):
    tokens = subwords.tokens(["the ☃"])[0]

    assert UNK in subwords.vocabulary.encode(tokens)
    assert joined(tokens) == "the ☃"


def test_the_names_of_special_tokens_are_text_like_any_other(subwords):
    numbers = subwords.vocabulary.encode(subwords.tokens(["</s> the <pad>"])[0])

    assert not {PAD, BOS, EOS} & set(numbers)


@pytest.mark.parametrize(
    "sentence", ["no\u00a0break", "a\tb", "a\u2028b", "e\u0301 and é", "x" * 5_000, "ﬁ ½", "日本語", "<unk> </s>"]
)
def test_whatever_signs_a_sentence_has_it_comes_back(sentence):
    assert joined(Subwords(learn([sentence], 100)).tokens([sentence])[0]) == sentence


def test_the_same_sentences_give_the_same_bytes():
    assert learn(SENTENCES, 100) == learn(SENTENCES, 100)


def test_a_small_corpus_gives_fewer_than_asked_for():
    assert len(Subwords(learn(["a b", "b a"], 5_000)).vocabulary) < 20


def test_too_few_to_write_every_sign_are_refused_with_both_numbers():
    with pytest.raises(WrongUsage, match="10 subwords are too few: the corpus has 21 different signs") as failed:
        learn(SENTENCES, 10)
    assert "at least 25" in failed.value.remedy


def test_they_are_learnt_once_and_again_only_from_other_text(tmp_path):
    learnt = []

    def sentences():
        learnt.append(1)
        return SENTENCES

    first = kept(tmp_path, "en-fr", 100, "text one", sentences)
    again = kept(tmp_path, "en-fr", 100, "text one", sentences)
    assert (len(learnt), again.sha256) == (1, first.sha256)

    kept(tmp_path, "en-fr", 100, "text two", sentences)
    kept(tmp_path, "en-fr", 110, "text two", sentences)
    assert len(learnt) == 3


def test_kept_subwords_that_were_damaged_are_learnt_again(tmp_path):
    first = kept(tmp_path, "en-fr", 100, "text", lambda: SENTENCES)
    (tmp_path / "en-fr-100.model").write_bytes(b"something else")

    assert kept(tmp_path, "en-fr", 100, "text", lambda: SENTENCES).sha256 == first.sha256


def test_subwords_of_the_future_are_left_untouched(tmp_path):
    kept(tmp_path, "en-fr", 100, "text", lambda: SENTENCES)
    record = tmp_path / "en-fr-100.json"
    record.write_text(record.read_text().replace('"format_version": 1', '"format_version": 9'))

    with pytest.raises(NewerFormat, match="format 9"):
        kept(tmp_path, "en-fr", 100, "text", lambda: SENTENCES)
