"""The references of lesson 01 against torch's recurrent layers, a naive decoder, and the lesson's own arithmetic."""

import math

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence

from attnlab.content import read_answers, read_course
from attnlab.paths import course_root

COURSE = read_course(course_root(None))
BATCH, TIME, D_IN, D_H, D_S, VOCABULARY = 3, 6, 5, 7, 8, 13
BOS, EOS = 11, 4


def reference(name):
    return read_answers(COURSE, COURSE.exercise(name)).implementation


@pytest.fixture(params=range(3))
def generator(request):
    return np.random.default_rng(request.param)


@pytest.fixture
def cell(generator):
    """The weights of one step, by name."""
    return {
        "W_x": generator.standard_normal((D_IN, D_H)),
        "W_h": generator.standard_normal((D_H, D_H)) / 2,
        "b": generator.standard_normal(D_H),
    }


@pytest.fixture
def decoder(generator):
    """What the decoder takes, by name."""
    return {
        "context": 2 * generator.standard_normal((BATCH, D_H)),
        "embedding": generator.standard_normal((VOCABULARY, D_IN)),
        "W_x": generator.standard_normal((D_IN, D_S)),
        "W_h": generator.standard_normal((D_S, D_S)),
        "W_c": generator.standard_normal((D_H, D_S)) / 2,
        "b": generator.standard_normal(D_S),
        "W_out": generator.standard_normal((D_S, VOCABULARY)),
        "bos": BOS,
        "eos": EOS,
        "max_length": 9,
    }


def with_weights(layer, cell, suffix=""):
    """A torch layer holding our weights: its matrices are (out, in), and it has two biases."""
    layer = layer.double()
    weights = {
        "weight_ih": torch.from_numpy(cell["W_x"].T.copy()),
        "weight_hh": torch.from_numpy(cell["W_h"].T.copy()),
        "bias_ih": torch.from_numpy(cell["b"]),
        "bias_hh": torch.zeros(D_H, dtype=torch.float64),
    }
    layer.load_state_dict({name + suffix: weight for name, weight in weights.items()})
    return layer


def written_naively(source, embedding, W_x, W_h, W_c, b, W_out, bos, eos, max_length):
    """One sentence, with plain numbers and no arrays: the equations of the lesson, read aloud."""
    width, words = len(b), W_out.shape[1]
    state, token, sentence = [0.0] * width, bos, []
    while len(sentence) < max_length:
        moved = []
        for unit in range(width):
            total = float(b[unit])
            total += sum(float(embedding[token, i] * W_x[i, unit]) for i in range(W_x.shape[0]))
            total += sum(state[i] * float(W_h[i, unit]) for i in range(width))
            total += sum(float(source[i] * W_c[i, unit]) for i in range(len(source)))
            moved.append(math.tanh(total))
        state = moved
        logits = [sum(state[i] * float(W_out[i, word]) for i in range(width)) for word in range(words)]
        token = max(range(words), key=logits.__getitem__)
        if token == eos:
            break
        sentence.append(token)
    return sentence


@torch.no_grad()
def test_rnn_step_is_torchs_cell(generator, cell):
    x, state = generator.standard_normal((BATCH, D_IN)), generator.uniform(-1, 1, (BATCH, D_H))
    oracle = with_weights(nn.RNNCell(D_IN, D_H), cell)

    new_state = reference("rnn_step")(x, state, **cell)

    np.testing.assert_allclose(new_state, oracle(torch.from_numpy(x), torch.from_numpy(state)), rtol=1e-12)


@torch.no_grad()
def test_encode_is_the_last_state_of_torchs_packed_sequences(generator, cell):
    inputs, lengths = generator.standard_normal((BATCH, TIME, D_IN)), np.array([4, TIME, 1])
    oracle = with_weights(nn.RNN(D_IN, D_H, batch_first=True), cell, suffix="_l0")
    packed = pack_padded_sequence(torch.from_numpy(inputs), torch.from_numpy(lengths), True, enforce_sorted=False)

    state = reference("encode")(inputs, lengths, **cell)

    np.testing.assert_allclose(state, oracle(packed)[1][0], rtol=1e-11)


def test_encode_hears_nothing_of_the_padding(generator, cell):
    inputs, lengths = generator.standard_normal((BATCH, TIME, D_IN)), np.array([4, TIME, 1])
    before = reference("encode")(inputs, lengths, **cell)
    inputs[0, 4:], inputs[2, 1:] = 1e6, -1e6

    after = reference("encode")(inputs, lengths, **cell)

    np.testing.assert_array_equal(after, before)


def test_encode_of_a_sentence_does_not_depend_on_its_batch(generator, cell):
    inputs, lengths = generator.standard_normal((BATCH, TIME, D_IN)), np.array([4, TIME, 1])
    together = reference("encode")(inputs, lengths, **cell)

    for number, length in enumerate(lengths):
        alone = reference("encode")(inputs[number : number + 1, :length], lengths[number : number + 1], **cell)

        np.testing.assert_allclose(alone[0], together[number], rtol=1e-12)


def test_decode_writes_what_a_naive_loop_writes(decoder):
    sources = decoder.pop("context")

    sentences = reference("decode")(sources, **decoder)

    assert sentences == [written_naively(source, **decoder) for source in sources]


@pytest.mark.parametrize("max_length", [0, 1, 5])
def test_decode_writes_at_most_max_length_words_and_the_same_ones(decoder, max_length):
    longest = reference("decode")(**decoder | {"eos": -1})

    sentences = reference("decode")(**decoder | {"eos": -1, "max_length": max_length})

    assert sentences == [sentence[:max_length] for sentence in longest]


def test_decode_ends_each_sentence_before_its_own_first_eos(decoder):
    endless = reference("decode")(**decoder | {"eos": -1})

    for eos in range(VOCABULARY):
        sentences = reference("decode")(**decoder | {"eos": eos})

        assert sentences == [sentence[: [*sentence, eos].index(eos)] for sentence in endless]


def test_decode_takes_the_first_of_equal_words(decoder):
    decoder["W_out"] = np.zeros_like(decoder["W_out"])

    sentences = reference("decode")(**decoder)

    assert sentences == [[0] * decoder["max_length"]] * BATCH


@pytest.mark.parametrize("name", ["rnn_step", "encode"])
def test_float32_stays_float32(generator, cell, name):
    arguments = {
        "rnn_step": (generator.standard_normal((BATCH, D_IN)), generator.standard_normal((BATCH, D_H))),
        "encode": (generator.standard_normal((BATCH, TIME, D_IN)), np.array([4, TIME, 1])),
    }[name]
    narrow = [a.astype(np.float32) if a.dtype.kind == "f" else a for a in (*arguments, *cell.values())]

    assert reference(name)(*narrow).dtype == np.float32


def test_the_lessons_sentence_of_three_words_becomes_the_number_in_its_table():
    weights = {"W_x": np.array([[0.6]]), "W_h": np.array([[-0.4]]), "b": np.array([0.1])}
    sentences = np.array([[0.0, 1.0, 2.0], [1.0, 0.0, 2.0], [0.0, 1.0, 0.0]])[:, :, None]

    states = reference("encode")(sentences, np.array([3, 3, 2]), **weights)

    np.testing.assert_allclose(states[:, 0], [0.789, 0.876, 0.578], atol=5e-4)


def test_the_lessons_decoder_writes_what_its_table_says():
    le, chat, bos, eos = range(4)
    embedding = np.array([[-1.0, 2.0], [-2.0, 0.0], [1.0, 0.0], [9.0, 9.0]])
    W_out = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0], [-1.0, 0.5]]).T
    pulls = np.array([[0.5, -0.5], [-0.5, 1.5]])
    identity = np.eye(2)

    sentences = reference("decode")(
        pulls, embedding, identity, identity / 2, identity, np.zeros(2), W_out, bos, eos, max_length=9
    )

    assert sentences == [[le, chat], [chat]]
