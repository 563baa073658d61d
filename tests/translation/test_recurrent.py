"""The recurrent models against torch's own cells, loops in plain Python and finite differences."""

import pytest
import torch
from torch import nn
from torch.nn import functional

from attnlab.translation import Kind, build
from attnlab.translation.batching import Batch
from attnlab.translation.recurrent import additive_scores, attend
from attnlab.translation.training import token_loss
from attnlab.translation.vocabulary import BOS, EOS, PAD

BATCH, KEYS, TIME, WORDS, D_EMBEDDING, D_MODEL = 3, 5, 7, 11, 6, 8


@pytest.fixture(params=[Kind.RNN, Kind.ADDITIVE, Kind.LUONG])
def model(request):
    return build(request.param, WORDS + 2, WORDS, d_embedding=D_EMBEDDING, d_model=D_MODEL, seed=1).double()


@pytest.fixture
def batch():
    generator = torch.Generator().manual_seed(0)
    source = torch.randint(4, WORDS, (BATCH, KEYS), generator=generator)
    target = torch.randint(4, WORDS, (BATCH, TIME), generator=generator)
    target[:, 0], target[:, -1] = BOS, EOS
    source[1, 3:], source[2, 1:] = PAD, PAD
    target[1, 4], target[1, 5:] = EOS, PAD
    return Batch(source, torch.tensor([5, 3, 1]), target)


def test_taught_and_written_step_by_step_are_the_same(model, batch):
    memory = model.encode(batch.source, batch.source_lengths)
    taught, looked = model.teach(memory, batch.target)

    state = model.start(memory)
    for at in range(TIME):
        logits, state, weights = model.step(batch.target[:, at], state, memory)
        torch.testing.assert_close(logits, taught[:, at])
        if looked is not None:
            torch.testing.assert_close(weights, looked[:, at])


def test_a_sentence_is_translated_the_same_alone_and_padded(model, batch):
    together, _ = model.teach(model.encode(batch.source, batch.source_lengths), batch.target)

    for row, length in enumerate(batch.source_lengths.tolist()):
        alone = model.encode(batch.source[row : row + 1, :length], torch.tensor([length]))
        logits, _ = model.teach(alone, batch.target[row : row + 1])
        torch.testing.assert_close(logits[0], together[row])


def test_rows_of_a_memory_are_the_memory_of_those_sentences(model, batch):
    memory = model.encode(batch.source, batch.source_lengths)
    which = torch.tensor([2, 0, 0])

    picked, _ = model.teach(memory.rows(which), batch.target[which])

    torch.testing.assert_close(picked, model.teach(memory, batch.target)[0][which])


def test_the_encoder_is_a_gru_over_each_sentence_in_both_directions(model, batch):
    encoder, half = model.encoder, D_MODEL // 2
    memory = model.encode(batch.source, batch.source_lengths)

    for row, length in enumerate(batch.source_lengths.tolist()):
        embedded = encoder.embedding(batch.source[row, :length])
        for direction, suffix in enumerate(("", "_reverse")):
            cell = nn.GRUCell(D_EMBEDDING, half).double()
            names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
            cell.load_state_dict({name: getattr(encoder.gru, f"{name}_l0{suffix}") for name in names})
            state = torch.zeros(1, half, dtype=torch.float64)
            for at in range(length) if direction == 0 else reversed(range(length)):
                state = cell(embedded[at : at + 1], state)
                torch.testing.assert_close(memory.keys[row, at, direction * half :][:half], state[0])
            torch.testing.assert_close(memory.summary[row, direction * half :][:half], state[0])


def test_additive_attention_is_the_papers_sum_number_by_number():
    generator = torch.Generator().manual_seed(2)
    query, keys = torch.randn(BATCH, 4, generator=generator), torch.randn(BATCH, KEYS, 6, generator=generator)
    W_query, W_key, v = (torch.randn(*size, generator=generator) for size in ((4, 7), (6, 7), (7,)))

    scores = additive_scores(query @ W_query, keys @ W_key, v)

    for row in range(BATCH):
        for key in range(KEYS):
            hidden = torch.tanh(query[row] @ W_query + keys[row, key] @ W_key)
            torch.testing.assert_close(scores[row, key], sum(v[unit] * hidden[unit] for unit in range(7)))


def test_attending_agrees_with_torchs_attention_given_the_same_scores():
    generator = torch.Generator().manual_seed(3)
    query, keys = torch.randn(BATCH, 1, 6, generator=generator), torch.randn(BATCH, KEYS, 6, generator=generator)
    mask = torch.arange(KEYS) < torch.tensor([[5], [3], [1]])

    context, weights = attend((query @ keys.mT).squeeze(1), keys, mask)

    expected = functional.scaled_dot_product_attention(query, keys, keys, attn_mask=mask.unsqueeze(1), scale=1.0)
    torch.testing.assert_close(context, expected.squeeze(1))
    assert (weights[~mask] == 0).all()


def test_a_luong_decoder_moves_then_looks_back_and_feeds_what_it_found(batch):
    model = build(Kind.LUONG, WORDS + 2, WORDS, d_embedding=D_EMBEDDING, d_model=D_MODEL, seed=1).double()
    memory = model.encode(batch.source, batch.source_lengths)
    taught, looked = model.teach(memory, batch.target)

    for row, length in enumerate(batch.source_lengths.tolist()):
        keys = memory.keys[row, :length]
        state = torch.tanh(memory.summary[row] @ model.first_state.weight.T + model.first_state.bias)
        fed = torch.zeros(D_MODEL, dtype=torch.float64)
        for at, token in enumerate(batch.target[row].tolist()):
            embedded = model.embedding.weight[token]
            state = model.gru(torch.cat([embedded, fed]).unsqueeze(0), state.unsqueeze(0)).squeeze(0)
            # Luong et al. 2015, eq. 7, 8 and 5, one key at a time.
            scores = [state @ model.W.weight @ key for key in keys]
            chances = [score.exp() / sum(each.exp() for each in scores) for score in scores]
            context = sum(chance * key for chance, key in zip(chances, keys))
            fed = torch.tanh(model.W_c.weight @ torch.cat([context, state]))
            torch.testing.assert_close(looked[row, at, :length], torch.stack(chances))
            torch.testing.assert_close(taught[row, at], model.vocabulary.weight @ fed + model.vocabulary.bias)


@pytest.mark.parametrize("kind", [Kind.ADDITIVE, Kind.LUONG])
def test_padding_is_never_looked_at(kind, batch):
    model = build(kind, WORDS, WORDS, d_embedding=D_EMBEDDING, d_model=D_MODEL, seed=1)

    _, weights = model.teach(model.encode(batch.source, batch.source_lengths), batch.target)

    torch.testing.assert_close(weights.sum(-1), torch.ones(BATCH, TIME))
    assert (weights.transpose(1, 2)[batch.source == PAD] == 0).all()


def test_the_loss_is_the_mean_over_tokens_that_are_not_padding(model, batch):
    logits, _ = model.teach(model.encode(batch.source, batch.source_lengths), batch.target[:, :-1])
    losses = [
        -functional.log_softmax(logits[row, at], -1)[batch.target[row, at + 1]]
        for row in range(BATCH)
        for at in range(TIME - 1)
        if batch.target[row, at + 1] != PAD
    ]

    torch.testing.assert_close(token_loss(model, batch), sum(losses) / len(losses))


def test_the_gradient_of_the_loss_is_that_of_finite_differences(model, batch):
    parameters = list(model.parameters())
    generator = torch.Generator().manual_seed(4)
    loss = token_loss(model, batch)
    gradients = torch.autograd.grad(loss, parameters)

    for parameter, gradient in zip(parameters, gradients):
        direction = torch.randn(parameter.shape, generator=generator, dtype=torch.float64)
        with torch.no_grad():
            parameter += 1e-5 * direction
            above = token_loss(model, batch)
            parameter -= 2e-5 * direction
            below = token_loss(model, batch)
            parameter += 1e-5 * direction
        if parameter is model.embedding.weight or parameter is model.encoder.embedding.weight:
            # The row of padding is held at zero and gets no gradient; it takes no part in the loss either.
            direction[PAD] = 0
        torch.testing.assert_close((above - below) / 2e-5, (gradient * direction).sum(), rtol=1e-5, atol=1e-8)


def test_the_same_seed_builds_the_same_model_and_leaves_the_callers_random_state_alone():
    torch.manual_seed(0)
    expected = torch.rand(3)
    torch.manual_seed(0)
    sizes = {"d_embedding": D_EMBEDDING, "d_model": D_MODEL, "seed": 7}

    one, other = (build(Kind.ADDITIVE, WORDS, WORDS, **sizes) for _ in range(2))

    assert torch.equal(torch.rand(3), expected)
    assert all(torch.equal(a, b) for a, b in zip(one.state_dict().values(), other.state_dict().values()))
