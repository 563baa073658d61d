"""Training and decoding, on models small enough to be quick."""

import math
from dataclasses import replace

import pytest
import torch

from attnlab.errors import WrongUsage
from attnlab.translation import (
    Kind,
    Plan,
    Split,
    TransformerSettings,
    Trial,
    Vocabulary,
    build,
    draw,
    quality_by_length,
    train,
    train_on_grammar,
)
from attnlab.translation.batching import collate, number
from attnlab.translation.decoding import force_decode, greedy_decode
from attnlab.translation.searching import max_tokens
from attnlab.translation.vocabulary import BOS, EOS

TINY = Trial(seed=3, pairs=200, longest=8, d_embedding=12, d_model=16, steps=12, batch_tokens=120)
TINY_TRANSFORMER = replace(TINY, transformer=TransformerSettings(layers=1, heads=2, d_model=16, d_ff=24))
PAIRS = draw(Split.TRAIN, 12, seed=0, lengths=range(4, 9))
SOURCE, TARGET = (Vocabulary.of(getattr(pair, side) for pair in PAIRS) for side in ("source", "target"))


def model_of(kind, seed=0):
    sizes = TransformerSettings(layers=1, d_model=32, d_ff=64)
    return build(kind, len(SOURCE), len(TARGET), d_embedding=24, d_model=32, transformer=sizes, seed=seed)


@pytest.fixture(scope="module", params=list(Kind))
def learned(request):
    """A model that has learned a handful of sentences by heart."""
    model, batch = model_of(request.param), collate(number(PAIRS, SOURCE, TARGET))
    losses = [step.loss for step in train(model, [batch] * 150, Plan(150, 1e-2, warmup=10))]
    return model, losses


def test_a_handful_of_sentences_is_learned_by_heart(learned):
    model, losses = learned

    written = greedy_decode(model, [pair.source for pair in PAIRS], SOURCE, TARGET)

    assert losses[-1] < 0.1 < losses[0]
    assert [hypothesis.tokens for hypothesis in written] == [pair.target for pair in PAIRS]


def test_decoding_together_is_decoding_one_by_one_in_the_order_given(learned):
    sentences = [pair.source for pair in draw(Split.TEST, 9, seed=5, lengths=range(3, 15))]

    together = greedy_decode(learned[0], sentences, SOURCE, TARGET, together=4)

    alone = [greedy_decode(learned[0], [sentence], SOURCE, TARGET)[0].tokens for sentence in sentences]
    assert [hypothesis.tokens for hypothesis in together] == alone


def test_decoding_takes_the_likeliest_token_until_the_end(learned):
    model = learned[0]
    sentence = PAIRS[0].source
    source = torch.tensor([SOURCE.encode(sentence)])
    prefix = [BOS]
    with torch.no_grad():
        while prefix[-1] != EOS and len(prefix) <= max_tokens(len(sentence)):
            logits, _ = model.teach(model.encode(source, torch.tensor([len(sentence)])), torch.tensor([prefix]))
            prefix.append(int(logits[0, -1].argmax()))

    assert greedy_decode(model, [sentence], SOURCE, TARGET)[0].tokens == TARGET.decode(prefix)


@pytest.mark.parametrize("kind", list(Kind))
def test_a_model_that_never_ends_is_cut_off(kind):
    model = model_of(kind)
    with torch.no_grad():
        getattr(model, "readout", model).vocabulary.bias[EOS] = -1e9

    written = greedy_decode(model, [("the", "dog", "."), ("she", "sees", "the", "dog", ".")], SOURCE, TARGET)

    assert [len(hypothesis.tokens) for hypothesis in written] == [max_tokens(3), max_tokens(5)]


def test_hypotheses_say_what_they_looked_at():
    sentences = [pair.source for pair in PAIRS]

    for hypothesis, sentence in zip(greedy_decode(model_of(Kind.ADDITIVE), sentences, SOURCE, TARGET), sentences):
        assert len(hypothesis.weights) == len(hypothesis.tokens)
        assert all(len(row) == len(sentence) and math.isclose(sum(row), 1, rel_tol=1e-5) for row in hypothesis.weights)
    assert all(not each.weights for each in greedy_decode(model_of(Kind.RNN), sentences, SOURCE, TARGET))


def test_forced_weights_have_a_row_for_every_gold_token():
    for pair, weights in zip(PAIRS, force_decode(model_of(Kind.ADDITIVE), PAIRS, SOURCE, TARGET, together=5)):
        assert [len(row) for row in weights] == [len(pair.source)] * len(pair.target)


def test_the_rate_rises_and_then_falls_to_zero():
    plan = Plan(steps=100, learning_rate=1.0, warmup=10)
    rates = [plan.rate(step) for step in range(1, 101)]

    assert rates[0] == pytest.approx(0.1)
    assert max(rates) == rates[9] == 1.0
    assert rates[9:] == sorted(rates[9:], reverse=True)
    assert 0 < rates[-1] < 0.02


@pytest.mark.parametrize("kind", list(Kind))
def test_two_trials_with_one_seed_are_the_same_and_with_two_are_not(kind):
    trial = TINY_TRANSFORMER if kind is Kind.TRANSFORMER else TINY
    one, same, other = (train_on_grammar(kind, each) for each in (trial, trial, replace(trial, seed=4)))

    assert one.loss == same.loss != other.loss


@pytest.mark.parametrize("kind", list(Kind))
def test_a_trial_of_another_kind_is_refused(kind):
    with pytest.raises(WrongUsage, match=kind):
        train_on_grammar(kind, TINY if kind is Kind.TRANSFORMER else TINY_TRANSFORMER)


def test_training_tells_of_every_step_and_keeps_the_threads_as_they_were():
    told, threads = [], torch.get_num_threads()

    train_on_grammar(Kind.RNN, TINY, progress=told.append)

    assert [(step.number, step.of) for step in told] == [(number + 1, 12) for number in range(12)]
    assert torch.get_num_threads() == threads


def test_training_ends_with_the_batches():
    batch = collate(number(PAIRS, SOURCE, TARGET))

    assert len(list(train(model_of(Kind.RNN), [batch] * 3, Plan(steps=10)))) == 3


def test_quality_by_length_tells_each_band():
    trained = train_on_grammar(Kind.ADDITIVE, TINY)

    short, long = quality_by_length(trained, [range(4, 7), range(9, 13)], each=5, seed=0)

    assert (short.band, long.band, short.sentences) == ("4-6", "9-12", 5)
    assert 0 <= long.bleu <= 100
    assert 0 <= short.exact <= 5


@pytest.mark.long
def test_attention_holds_where_one_vector_falls():
    trial = Trial(seed=0)
    bands = [range(4, 9), range(34, 39)]

    kept = {}
    for kind in (Kind.RNN, Kind.ADDITIVE):
        short, long = quality_by_length(train_on_grammar(kind, trial), bands, each=60, seed=0)
        kept[kind] = long.bleu / short.bleu

    assert kept[Kind.ADDITIVE] > 0.85
    assert kept[Kind.RNN] < 0.5
