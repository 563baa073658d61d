"""What tokens looked at, read off the attention: against the models themselves and the error counted pair by pair."""

import json
from dataclasses import asdict

import pytest
import torch

from attnlab.translation import Kind, Split, TransformerSettings, Vocabulary, alignment_error_rate, build, draw
from attnlab.translation.aligning import Alignment, choose_alignment, heads_looked, looked
from attnlab.translation.batching import collate, number
from attnlab.translation.decoding import force_decode

PAIRS = draw(Split.TRAIN, 14, seed=2, lengths=range(4, 13))
SOURCE, TARGET = (Vocabulary.of(getattr(pair, side) for pair in PAIRS) for side in ("source", "target"))
LAYERS, HEADS = 3, 2
SIZES = TransformerSettings(layers=LAYERS, heads=HEADS, d_model=12, d_ff=8)
TOKENS = [(pair.source, pair.target) for pair in PAIRS]
EVERY = [(layer, head) for layer in range(LAYERS) for head in range(HEADS)]
SETS = [(), *((each,) for each in EVERY), ((0, 1), (2, 0)), tuple(EVERY)]
WAYS = [Alignment(heads, reading) for reading in (False, True) for heads in SETS]


def model_of(kind=Kind.TRANSFORMER, seed=0):
    model = build(kind, len(SOURCE), len(TARGET), seed=seed, d_embedding=6, d_model=8, transformer=SIZES)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter += 0.3 * torch.randn(parameter.shape, generator=torch.Generator().manual_seed(seed))
    return model.eval()


@pytest.mark.parametrize("kind", [Kind.TRANSFORMER, Kind.ADDITIVE, Kind.LUONG])
def test_the_mean_of_all_is_what_the_model_says_itself(kind):
    model = model_of(kind)

    for ours, theirs in zip(looked(model, TOKENS, SOURCE, TARGET), force_decode(model, PAIRS, SOURCE, TARGET)):
        torch.testing.assert_close(torch.tensor(ours), torch.tensor(theirs))


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_heads_are_averaged_and_the_step_that_reads_comes_one_later(way):
    model, (pair, *_) = model_of(), PAIRS
    batch = collate(number([pair], SOURCE, TARGET))
    with torch.no_grad():
        heads = model.cross_weights(model.encode(batch.source, batch.source_lengths), batch.target[:, :-1])[:, 0]
    wanted = torch.stack([heads[layer, head] for layer, head in way.heads or EVERY]).mean(0)
    rows = len(pair.target)

    (found,) = looked(model, [(pair.source, pair.target)], SOURCE, TARGET, way)

    torch.testing.assert_close(torch.tensor(found), wanted[1:] if way.reading else wanted[:rows])


def test_every_head_of_one_sentence_is_shown():
    model, (words, written) = model_of(), TOKENS[3]

    for reading in (False, True):
        found = heads_looked(model, words, written, SOURCE, TARGET, reading=reading)

        assert [len(layer) for layer in found] == [HEADS] * LAYERS
        for layer, head in ((0, 1), (2, 0)):
            (alone,) = looked(model, [(words, written)], SOURCE, TARGET, Alignment(((layer, head),), reading))
            torch.testing.assert_close(torch.tensor(found[layer][head]), torch.tensor(alone))


@pytest.mark.parametrize("seed", range(4))
def test_neither_the_mean_nor_a_single_head_nor_one_head_more_is_better_than_what_is_chosen(seed):
    model = model_of(seed=seed)

    def error(way):
        return alignment_error_rate(PAIRS, looked(model, TOKENS, SOURCE, TARGET, way))

    chosen = choose_alignment(model, PAIRS, SOURCE, TARGET)

    others = [way for way in WAYS if len(way.heads) < 2]
    others += [Alignment((*chosen.heads, head), chosen.reading) for head in EVERY if head not in chosen.heads]
    assert all(error(chosen) <= error(other) + 1e-9 for other in others)


def test_what_was_chosen_comes_back_from_json():
    chosen = Alignment(((0, 1), (2, 0)), reading=True)

    assert Alignment.of(json.loads(json.dumps(asdict(chosen)))) == chosen


@pytest.mark.parametrize("told", [None, {}, {"heads": [[0, "1"]], "reading": True}, {"layer": 1}, [1]])
def test_what_is_no_alignment_is_the_mean_of_all(told):
    assert Alignment.of(told) == Alignment()


def test_where_there_is_nothing_to_choose_the_mean_is_taken():
    assert choose_alignment(model_of(Kind.ADDITIVE), PAIRS, SOURCE, TARGET) == Alignment()
    assert choose_alignment(model_of(), [], SOURCE, TARGET) == Alignment()
    assert heads_looked(model_of(Kind.LUONG), *TOKENS[0], SOURCE, TARGET) == []
    assert looked(model_of(Kind.RNN), TOKENS, SOURCE, TARGET) == [()] * len(TOKENS)


def test_a_pair_without_words_looks_at_nothing():
    found = looked(model_of(), [((), ("le",)), TOKENS[0], (TOKENS[1][0], ())], SOURCE, TARGET)

    assert [len(weights) for weights in found] == [0, len(TOKENS[0][1]), 0]
