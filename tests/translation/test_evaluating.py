"""All that is reported of a model's translations, against sacrebleu called by hand and counts in plain Python."""

import itertools

import pytest
import sacrebleu

from attnlab.errors import UnknownName, WrongUsage
from attnlab.translation import Kind, Split, TransformerSettings, alignment_error_rate, build
from attnlab.translation import evaluating as evaluating_module
from attnlab.translation.aligning import looked
from attnlab.translation.corpora import GrammarCorpus, TextPair
from attnlab.translation.evaluating import compare, evaluate
from attnlab.translation.searching import Hypothesis

GRAMMAR = GrammarCorpus()
SIZES = TransformerSettings(layers=1, heads=2, d_model=8, d_ff=8)
KEYS = ["bleu", "bleu_tokenised", "chrf", "exact", "alignment_error", "by_length", "sentences_per_second", "signature"]


class Words:
    """Sentences are their words."""

    source, target = GRAMMAR.vocabularies

    def tokens(self, sentence):
        return tuple(sentence.split())

    def text(self, tokens):
        return " ".join(tokens)


def model_of(kind=Kind.TRANSFORMER):
    return build(kind, len(Words.source), len(Words.target), seed=0, d_embedding=4, d_model=4, transformer=SIZES)


@pytest.fixture
def translated(monkeypatch):
    """Lets a model's translations be what a test says; the last word of every third sentence is missing otherwise."""

    def be(change):
        def search(model, sentences, source, target, **kwargs):
            gold = {pair.source: pair.target for pair in GRAMMAR.pairs("test-11-20")}
            return [
                [Hypothesis(change(at, gold.get(tuple(each), tuple(each))), ())] for at, each in enumerate(sentences)
            ]

        monkeypatch.setattr(evaluating_module, "search", search)

    be(lambda at, tokens: tokens if at % 3 else tokens[:-1])
    return be


class Texts:
    """A corpus of text without gold."""

    pairs = (("Ein Mann schläft.", "A man sleeps."), ("Zwei Hunde, die bellen!", "Two dogs that bark!"))

    def texts(self, split, most=None):
        return [TextPair(*pair) for pair in self.pairs][:most]

    def cased(self, sentence):
        return sentence


def test_json_has_these_keys_and_no_others(translated):
    told = evaluate(model_of(), Words(), GRAMMAR, "test-11-20", most=4).told()

    assert list(told) == KEYS
    assert list(told["by_length"][0]) == ["shortest", "longest", "sentences", "bleu"]


def test_the_grammar_s_words_are_compared_as_they_are(translated):
    found = evaluate(model_of(), Words(), GRAMMAR, "test-11-20", most=30)

    references = [list(found.references)]
    assert found.bleu == sacrebleu.corpus_bleu(found.hypotheses, references, tokenize="none").score
    assert found.chrf == sacrebleu.corpus_chrf(found.hypotheses, references).score
    assert 0 < found.bleu < 100
    assert found.exact == pytest.approx(20 / 30)
    assert "tok:none" in found.signature
    assert found.references == tuple(" ".join(pair.target) for pair in GRAMMAR.pairs("test-11-20")[:30])


def test_text_is_tokenised_by_sacrebleu_and_once_more_in_lower_case(monkeypatch):
    written = ["a Man sleeps .", "two dogs that Bark !"]
    monkeypatch.setattr(
        evaluating_module, "search", lambda *_, **__: [[Hypothesis(tuple(each.split()), ())] for each in written]
    )

    found = evaluate(model_of(), Words(), Texts(), "test")

    references = [[target for _, target in Texts.pairs]]
    assert found.bleu == sacrebleu.corpus_bleu(written, references, force=True).score < 60
    assert found.bleu_tokenised == pytest.approx(100)
    assert found.alignment_error is None
    assert "tok:13a" in found.signature
    assert "case:mixed" in found.signature


def test_every_band_of_lengths_has_the_bleu_of_its_own_sentences(translated):
    found = evaluate(model_of(), Words(), GRAMMAR, Split.VAL, most=90)
    texts = GRAMMAR.texts(Split.VAL, 90)

    assert sum(band.sentences for band in found.by_length) == 90
    for band in found.by_length:
        chosen = [at for at, text in enumerate(texts) if band.shortest <= len(text.source.split()) <= band.longest]
        assert len(chosen) == band.sentences
        score = sacrebleu.corpus_bleu(
            [found.hypotheses[at] for at in chosen], [[found.references[at] for at in chosen]], tokenize="none"
        )
        assert band.bleu == score.score
    assert all(one.longest < other.shortest for one, other in itertools.pairwise(found.by_length))


def test_the_alignment_error_is_that_of_the_gold_translations(translated):
    model, pairs = model_of(), GRAMMAR.drawn("test-11-20", 9, seed=0)

    found = evaluate(model, Words(), GRAMMAR, "test-11-20", most=9)

    weights = looked(model, [(pair.source, pair.target) for pair in pairs], Words.source, Words.target)
    assert found.alignment_error == alignment_error_rate(pairs, weights)


def test_without_attention_there_is_no_alignment_error(translated):
    assert evaluate(model_of(Kind.RNN), Words(), GRAMMAR, "test-11-20", most=3).alignment_error is None


def test_only_the_seconds_of_translating_count(translated):
    seconds = iter((10.0, 12.5))

    found = evaluate(model_of(), Words(), GRAMMAR, "test-11-20", most=10, clock=lambda: next(seconds))

    assert found.sentences_per_second == pytest.approx(4)


def test_a_fresh_model_is_evaluated_from_end_to_end():
    found = evaluate(model_of(), Words(), GRAMMAR, "test-3-10", beam=2, most=5)

    assert 0 <= found.bleu < 20
    assert found.exact == 0
    assert 0 < found.alignment_error <= 1


def test_a_split_that_is_not_there_is_named():
    with pytest.raises(UnknownName, match="tset"):
        evaluate(model_of(), Words(), GRAMMAR, "tset")


def test_nothing_cannot_be_evaluated():
    with pytest.raises(WrongUsage, match="nothing to translate"):
        evaluate(model_of(), Words(), GRAMMAR, "test", most=0)


def test_a_clear_difference_is_told_from_chance_and_none_from_none(translated):
    usual = evaluate(model_of(), Words(), GRAMMAR, "test-11-20", most=60)
    translated(lambda at, tokens: tokens if at % 30 else tokens[:-1])
    better = evaluate(model_of(), Words(), GRAMMAR, "test-11-20", most=60)

    found = compare(usual, better)

    assert found.bleu == (usual.bleu, better.bleu)
    assert found.difference == better.bleu - usual.bleu > 0
    assert found.p_value < 0.05
    assert compare(usual, better) == found
    assert (compare(usual, usual).difference, compare(usual, usual).p_value) == (0, 1)


def test_translations_of_different_sentences_are_not_compared(translated):
    one, other = (evaluate(model_of(), Words(), GRAMMAR, "test-11-20", most=most) for most in (5, 6))

    with pytest.raises(WrongUsage, match="same sentences"):
        compare(one, other)
