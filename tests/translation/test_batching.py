"""Vocabularies and batches lose nothing and pad little."""

from random import Random

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from attnlab.translation import Split, Vocabulary, draw
from attnlab.translation.batching import Batches, bucketed, collate, epochs, number
from attnlab.translation.vocabulary import BOS, EOS, PAD, UNK

PAIRS = draw(Split.TRAIN, 300, seed=0)
SOURCE = Vocabulary.of(pair.source for pair in PAIRS)
TARGET = Vocabulary.of(pair.target for pair in PAIRS)
NUMBERED = number(PAIRS, SOURCE, TARGET)


def contents(batch):
    """The pairs of a batch as lists of numbers, without padding."""
    sources = [[token for token in row if token != PAD] for row in batch.source.tolist()]
    targets = [[token for token in row if token != PAD] for row in batch.target.tolist()]
    return list(zip(sources, targets))


def test_a_known_sentence_comes_back_from_its_numbers():
    for pair in PAIRS[:50]:
        assert TARGET.decode([BOS, *TARGET.encode(pair.target), EOS, PAD]) == pair.target


def test_what_comes_after_the_end_is_not_read():
    word = TARGET.encode(["le"])

    assert TARGET.decode([BOS, *word, EOS, *word]) == ("le",)


def test_an_unknown_token_becomes_unknown():
    assert SOURCE.encode(["the", "zebra"])[1] == UNK


def test_the_order_of_a_vocabulary_does_not_depend_on_the_order_of_sentences():
    backwards = Vocabulary.of(pair.source for pair in reversed(PAIRS))

    assert backwards.tokens == SOURCE.tokens


@settings(max_examples=30, deadline=None)
@given(tokens=st.integers(20, 2000), seed=st.integers(0, 99))
def test_an_epoch_holds_every_pair_once_whatever_the_batch_size(tokens, seed):
    batches = bucketed(NUMBERED, tokens=tokens, random=Random(seed))

    together = [pair for batch in batches for pair in contents(batch)]

    assert sorted(together) == sorted((list(source), list(target)) for source, target in NUMBERED)


@settings(max_examples=30, deadline=None)
@given(tokens=st.integers(100, 2000))
def test_a_batch_keeps_to_its_size_padding_included(tokens):
    for batch in bucketed(NUMBERED, tokens=tokens, random=Random(0)):
        assert max(batch.source.numel(), batch.target.numel()) <= tokens


def test_true_lengths_are_those_without_padding():
    batch = collate(NUMBERED[:7])

    assert batch.source_lengths.tolist() == [len(source) for source, _ in NUMBERED[:7]]
    assert ((batch.source != PAD).sum(1) == batch.source_lengths).all()


def test_bucketing_wastes_next_to_nothing_of_the_source():
    batches = bucketed(number(draw(Split.TRAIN, 3000, seed=1), SOURCE, TARGET), tokens=900, random=Random(0))

    padding = sum(int((batch.source == PAD).sum()) for batch in batches)

    assert padding < 0.03 * sum(batch.source.numel() for batch in batches)


def test_the_same_seed_gives_the_same_batches():
    one, other = (epochs(NUMBERED, tokens=300, seed=5) for _ in range(2))

    for _ in range(40):
        assert contents(next(one)) == contents(next(other))


def epoch(batches, number):
    first = number * batches.per_epoch
    return [batches.at(first + place) for place in range(1, batches.per_epoch + 1)]


def test_an_epoch_of_batches_holds_every_pair_once():
    batches = Batches(NUMBERED, tokens=200, seed=3)

    for number_of_epoch in (0, 1, 5):
        found = [pair for batch in epoch(batches, number_of_epoch) for pair in contents(batch)]
        assert sorted(found) == sorted((list(source), list(target)) for source, target in NUMBERED)


def test_the_batch_of_a_step_does_not_depend_on_the_steps_before():
    in_order = Batches(NUMBERED, tokens=200, seed=3)
    wanted = [in_order.at(step) for step in range(1, 3 * in_order.per_epoch)]

    for step in (2 * in_order.per_epoch, 1, in_order.per_epoch + 1):
        alone = Batches(NUMBERED, tokens=200, seed=3).at(step)
        assert torch.equal(alone.source, wanted[step - 1].source)
        assert torch.equal(alone.target, wanted[step - 1].target)


def test_epochs_differ_in_order_and_company_but_not_in_shapes():
    batches = Batches(NUMBERED, tokens=200, seed=3)

    first, second = epoch(batches, 0), epoch(batches, 1)

    def shapes(of):
        return [(batch.source.shape, batch.target.shape) for batch in of]

    assert sorted(shapes(first)) == sorted(shapes(second))
    assert shapes(first) != shapes(second)
    assert sorted(map(contents, first)) != sorted(map(contents, second))


@given(st.integers(min_value=1, max_value=400))
@settings(max_examples=20, deadline=None)
def test_no_batch_has_more_places_than_allowed_unless_it_is_one_sentence(tokens):
    batches = Batches(NUMBERED, tokens=tokens, seed=0)

    for batch in epoch(batches, 0):
        places = max(batch.source.shape[1], batch.target.shape[1] - 1) * len(batch.source)
        assert places <= tokens or len(batch.source) == 1


def test_hardly_any_place_is_padding():
    batches = Batches(NUMBERED * 20, tokens=2000, seed=0)

    all_of_them = epoch(batches, 0)

    places = sum(batch.target[:, 1:].numel() + batch.source.numel() for batch in all_of_them)
    tokens = sum(batch.tokens + int(batch.source_lengths.sum()) for batch in all_of_them)
    assert tokens / places > 0.9


def test_the_tokens_of_an_epoch_are_those_of_its_batches():
    batches = Batches(NUMBERED, tokens=300, seed=0)

    assert sum(batch.tokens for batch in epoch(batches, 0)) == batches.tokens_per_epoch
