"""The Transformer against torch's own layers, and the promises that its experiments stand on."""

from dataclasses import replace

import pytest
import torch
from torch import nn
from torch.nn import functional

from attnlab.translation import (
    Kind,
    Split,
    TransformerSettings,
    Trial,
    Vocabulary,
    build,
    draw,
    quality_by_length,
    train_on_grammar,
    trained_on_grammar,
)
from attnlab.translation.batching import Batch, collate, number
from attnlab.translation.decoding import force_decode, greedy_decode
from attnlab.translation.transformer import attend, sinusoidal_positions
from attnlab.translation.vocabulary import BOS, EOS, PAD

BATCH, KEYS, TIME, WORDS, HEADS, D_MODEL, D_FF, LAYERS = 3, 5, 7, 11, 2, 12, 20, 3
SMALL = TransformerSettings(layers=LAYERS, heads=HEADS, d_model=D_MODEL, d_ff=D_FF)
TINY = Trial.of_transformer(
    3,
    layers=1,
    heads=2,
    d_model=16,
    d_ff=24,
    training={"pairs": 200, "longest": 8, "steps": 12, "batch_tokens": 120},
)


def model_of(**changes):
    """A model in double precision whose every parameter matters, norms and biases included."""
    settings = replace(SMALL, **changes)
    model = build(Kind.TRANSFORMER, WORDS + 2, WORDS, seed=1, transformer=settings).double().eval()
    generator = torch.Generator().manual_seed(5)
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() == 1:
                parameter += torch.randn(parameter.shape, generator=generator, dtype=torch.float64)
    return model


@pytest.fixture
def batch():
    generator = torch.Generator().manual_seed(0)
    source = torch.randint(4, WORDS, (BATCH, KEYS), generator=generator)
    target = torch.randint(4, WORDS, (BATCH, TIME), generator=generator)
    target[:, 0], target[:, -1] = BOS, EOS
    source[1, 3:], source[2, 1:] = PAD, PAD
    target[1, 4], target[1, 5:] = EOS, PAD
    return Batch(source, torch.tensor([5, 3, 1]), target)


def taught(model, batch):
    return model.teach(model.encode(batch.source, batch.source_lengths), batch.target)


def test_one_token_at_a_time_with_what_is_kept_is_the_whole_target_at_once(batch):
    model = model_of()
    memory = model.encode(batch.source, batch.source_lengths)
    logits_at_once, looked = model.teach(memory, batch.target)

    state = model.start(memory)
    for at in range(TIME):
        logits, state, weights = model.step(batch.target[:, at], state, memory)
        torch.testing.assert_close(logits, logits_at_once[:, at])
        torch.testing.assert_close(weights, looked[:, at])


def test_rows_that_leave_a_batch_do_not_disturb_those_that_stay(batch):
    model = model_of()
    memory = model.encode(batch.source, batch.source_lengths)
    expected, _ = model.teach(memory, batch.target)
    _, state, _ = model.step(batch.target[:, 0], model.start(memory), memory)

    kept = torch.tensor([2, 0])
    logits, _, _ = model.step(batch.target[kept, 1], tuple(part[kept] for part in state), memory.rows(kept))

    torch.testing.assert_close(logits, expected[kept, 1])


def test_without_the_causal_mask_a_step_is_the_end_of_its_prefix(batch):
    model = model_of(causal=False)
    memory = model.encode(batch.source, batch.source_lengths)

    state = model.start(memory)
    for at in range(TIME):
        logits, state, weights = model.step(batch.target[:, at], state, memory)
        # A sentence that has ended writes no more, so only those with words up to here count.
        live = batch.target[:, at] != PAD
        expected, looked = model.teach(memory, batch.target[:, : at + 1])
        torch.testing.assert_close(logits[live], expected[live, -1])
        torch.testing.assert_close(weights[live], looked[live, -1])


@pytest.mark.parametrize("causal", [True, False])
def test_a_later_token_changes_an_earlier_prediction_only_without_the_causal_mask(batch, causal):
    model, other = model_of(causal=causal), batch.target.clone()
    other[0, 4] = WORDS - 1 if other[0, 4] != WORDS - 1 else 4

    before, _ = taught(model, batch)
    after, _ = taught(model, Batch(batch.source, batch.source_lengths, other))

    assert torch.equal(before[0, :4], after[0, :4]) is causal
    assert not torch.allclose(before[0, 4:], after[0, 4:])


@pytest.mark.parametrize("causal", [True, False])
def test_a_sentence_is_translated_the_same_alone_and_padded(batch, causal):
    model = model_of(causal=causal)
    together, looked = taught(model, batch)

    for row, length in enumerate(batch.source_lengths.tolist()):
        words = int((batch.target[row] != PAD).sum())
        alone = Batch(batch.source[row : row + 1, :length], torch.tensor([length]), batch.target[row : row + 1, :words])
        logits, weights = taught(model, alone)
        torch.testing.assert_close(logits[0], together[row, :words])
        torch.testing.assert_close(weights[0], looked[row, :words, :length])


def test_padding_is_never_looked_at(batch):
    model = model_of()
    memory = model.encode(batch.source, batch.source_lengths)
    _, mean = model.teach(memory, batch.target)

    cross, read = model.cross_weights(memory, batch.target), model.source_weights(batch.source)

    assert cross.shape == (LAYERS, BATCH, HEADS, TIME, KEYS)
    assert read.shape == (LAYERS, BATCH, HEADS, KEYS, KEYS)
    pads = batch.source == PAD
    for weights in (cross, read):
        torch.testing.assert_close(weights.sum(-1), torch.ones_like(weights[..., 0]))
        assert (weights.permute(1, 4, 0, 2, 3)[pads] == 0).all()
    torch.testing.assert_close(cross.mean(dim=(0, 2)), mean)


@pytest.mark.parametrize("causal", [True, False])
def test_target_tokens_look_ahead_only_without_the_causal_mask(batch, causal):
    model = model_of(causal=causal)
    weights = model.target_weights(model.encode(batch.source, batch.source_lengths), batch.target)

    assert weights.shape == (LAYERS, BATCH, HEADS, TIME, TIME)
    torch.testing.assert_close(weights.sum(-1), torch.ones_like(weights[..., 0]))
    assert bool((weights.triu(1) == 0).all()) is causal
    assert (weights[:, 1, :, :5, 5:] == 0).all()


def test_without_source_positions_the_order_of_the_source_changes_nothing(batch):
    order = torch.tensor([3, 0, 4, 1, 2])
    shuffled = Batch(batch.source[:1, order], batch.source_lengths[:1], batch.target[:1])
    straight = Batch(batch.source[:1], batch.source_lengths[:1], batch.target[:1])
    blind, seeing = model_of(source_positions=False), model_of()

    blind_logits, blind_weights = taught(blind, straight)
    shuffled_logits, shuffled_weights = taught(blind, shuffled)

    torch.testing.assert_close(shuffled_logits, blind_logits)
    torch.testing.assert_close(shuffled_weights, blind_weights[:, :, order])
    assert not torch.allclose(taught(seeing, shuffled)[0], taught(seeing, straight)[0])


def test_without_target_positions_and_mask_the_order_of_the_target_changes_nothing_but_the_order(batch):
    model, order = model_of(target_positions=False, causal=False), torch.tensor([2, 0, 1, 6, 4, 3, 5])
    straight, _ = taught(model, Batch(batch.source[:1], batch.source_lengths[:1], batch.target[:1]))

    shuffled, _ = taught(model, Batch(batch.source[:1], batch.source_lengths[:1], batch.target[:1, order]))

    torch.testing.assert_close(shuffled, straight[:, order])


def test_positions_are_the_papers_formula_number_by_number():
    for d_model in (6, 7):
        positions = sinusoidal_positions(9, d_model, start=2)
        for row in range(9):
            for column in range(d_model):
                angle = torch.tensor((row + 2) / 10_000 ** (2 * (column // 2) / d_model))
                expected = angle.cos() if column % 2 else angle.sin()
                torch.testing.assert_close(positions[row, column], expected, rtol=1e-5, atol=1e-5)


def test_attending_is_torchs_scaled_dot_product_attention():
    generator = torch.Generator().manual_seed(3)
    query, key, value = (
        torch.randn(BATCH, HEADS, rows, width, generator=generator) for rows, width in ((TIME, 4), (KEYS, 4), (KEYS, 6))
    )
    mask = (torch.arange(KEYS) < torch.tensor([[5], [3], [1]]))[:, None, None]

    context, weights = attend(query, key, value, mask)

    torch.testing.assert_close(
        context, functional.scaled_dot_product_attention(query, key, value, attn_mask=mask), rtol=1e-5, atol=1e-6
    )
    torch.testing.assert_close(weights @ value, context)


def test_the_whole_model_is_torchs_encoder_and_decoder_with_the_same_weights(batch):
    model = model_of()
    sizes = {"nhead": HEADS, "dim_feedforward": D_FF, "dropout": 0.0, "batch_first": True, "norm_first": True}
    encoder_layer, decoder_layer = (
        nn.TransformerEncoderLayer(D_MODEL, **sizes),
        nn.TransformerDecoderLayer(D_MODEL, **sizes),
    )
    encoder = nn.TransformerEncoder(encoder_layer, LAYERS, nn.LayerNorm(D_MODEL), enable_nested_tensor=False).double()
    decoder = nn.TransformerDecoder(decoder_layer, LAYERS, nn.LayerNorm(D_MODEL)).double()
    for theirs, ours in zip(encoder.layers, model.encoder):
        copy_attention(theirs.self_attn, ours.attention)
        copy({theirs.norm1: ours.norm_1, theirs.norm2: ours.norm_2, theirs.linear1: ours.W_1, theirs.linear2: ours.W_2})
    for theirs, ours in zip(decoder.layers, model.decoder):
        copy_attention(theirs.self_attn, ours.self_attention)
        copy_attention(theirs.multihead_attn, ours.cross_attention)
        copy({theirs.norm1: ours.norm_1, theirs.norm2: ours.norm_2, theirs.norm3: ours.norm_3})
        copy({theirs.linear1: ours.W_1, theirs.linear2: ours.W_2})
    copy({encoder.norm: model.encoder_norm, decoder.norm: model.decoder_norm})

    memory = model.encode(batch.source, batch.source_lengths)
    logits, _ = model.teach(memory, batch.target)

    pads = batch.source == PAD
    keys = encoder(
        model.source_embedding(batch.source) + sinusoidal_positions(KEYS, D_MODEL), src_key_padding_mask=pads
    )
    states = decoder(
        model.target_embedding(batch.target) + sinusoidal_positions(TIME, D_MODEL),
        keys,
        tgt_mask=torch.ones(TIME, TIME).triu(1).bool(),
        memory_key_padding_mask=pads,
    )
    torch.testing.assert_close(memory.keys[~pads], keys[~pads])
    torch.testing.assert_close(logits, model.vocabulary(states))


def copy(pairs):
    for theirs, ours in pairs.items():
        theirs.load_state_dict(ours.state_dict())


def copy_attention(theirs, ours):
    with torch.no_grad():
        theirs.in_proj_weight.copy_(torch.cat([ours.W_q.weight, ours.W_k.weight, ours.W_v.weight]))
        theirs.in_proj_bias.copy_(torch.cat([ours.W_q.bias, ours.W_k.bias, ours.W_v.bias]))
    theirs.out_proj.load_state_dict(ours.W_o.state_dict())


@pytest.mark.parametrize("causal", [True, False])
def test_a_translation_does_not_depend_on_who_else_is_in_the_batch(causal):
    pairs = draw(Split.TRAIN, 12, seed=0, lengths=range(4, 9))
    source, target = (Vocabulary.of(getattr(pair, side) for pair in pairs) for side in ("source", "target"))
    settings = TransformerSettings(layers=1, heads=2, d_model=16, d_ff=24, causal=causal)
    model = build(Kind.TRANSFORMER, len(source), len(target), seed=0, transformer=settings)
    sentences = [pair.source for pair in pairs]

    together = greedy_decode(model, sentences, source, target, together=5)

    alone = [greedy_decode(model, [sentence], source, target)[0].tokens for sentence in sentences]
    assert [hypothesis.tokens for hypothesis in together] == alone


def test_a_trial_says_every_setting_and_nothing_that_plays_no_part():
    described = TINY.described()

    assert described["transformer"] == {
        "layers": 1, "heads": 2, "d_model": 16, "d_ff": 24, "dropout": 0.0,
        "source_positions": True, "target_positions": True, "causal": True, "tied": False,
    }  # fmt: skip
    assert described["steps"] == 12
    assert not {"d_model", "d_embedding"} & described.keys()
    assert "transformer" not in Trial(seed=3).described()


def test_dropout_is_the_same_for_the_same_seed_whatever_was_drawn_before():
    trial = replace(TINY, transformer=replace(TINY.transformer, dropout=0.2))

    one = train_on_grammar(Kind.TRANSFORMER, trial)
    torch.rand(3)
    other = train_on_grammar(Kind.TRANSFORMER, trial)

    assert one.losses == other.losses != train_on_grammar(Kind.TRANSFORMER, TINY).losses


@pytest.mark.parametrize("kind", list(Kind))
def test_a_model_is_trained_once_and_kept(kind, tmp_path):
    trial = TINY if kind is Kind.TRANSFORMER else Trial(3, 200, 8, 12, 16, 12, 120)
    steps, pairs = [], draw(Split.TEST, 5, seed=1, lengths=range(4, 9))

    made = trained_on_grammar(kind, trial, folder=tmp_path / "kept", progress=steps.append)
    found = trained_on_grammar(kind, trial, folder=tmp_path / "kept", progress=steps.append)

    assert len(steps) == 12
    assert (found.source, found.target, found.losses) == (made.source, made.target, made.losses)
    assert found.translate(pairs) == made.translate(pairs)
    assert [file.suffix for file in (tmp_path / "kept").iterdir()] == [".npz"]


def test_a_kept_model_of_another_trial_or_a_broken_file_is_trained_anew(tmp_path):
    steps = []

    def trained(trial):
        steps.clear()
        trained_on_grammar(Kind.TRANSFORMER, trial, folder=tmp_path, progress=steps.append)
        return len(steps)

    trained(TINY)
    (file,) = tmp_path.iterdir()
    whole = file.read_bytes()

    assert trained(replace(TINY, seed=4)) == 12
    assert trained(replace(TINY, transformer=replace(TINY.transformer, heads=4))) == 12
    for broken in (b"", whole[: len(whole) // 2], whole[:-40], b"PK" + whole[9:], b"nonsense"):
        file.write_bytes(broken)
        assert trained(TINY) == 12
        assert trained(TINY) == 0


def test_a_folder_that_cannot_be_written_is_done_without(tmp_path):
    (tmp_path / "file").write_text("in the way")

    trained = trained_on_grammar(Kind.TRANSFORMER, TINY, folder=tmp_path / "file")

    assert len(trained.losses) == 12


@pytest.mark.long
def test_the_usual_trial_translates_well():
    trained = train_on_grammar(Kind.TRANSFORMER, Trial.of_transformer(0))

    short, long = quality_by_length(trained, [range(4, 9), range(13, 17)], each=60, seed=0)

    assert short.bleu > 90
    assert long.bleu > 80


def test_forced_weights_are_the_mean_over_all_layers_and_heads():
    pairs = draw(Split.TRAIN, 3, seed=0, lengths=range(4, 9))
    source, target = (Vocabulary.of(getattr(pair, side) for pair in pairs) for side in ("source", "target"))
    model = build(Kind.TRANSFORMER, len(source), len(target), seed=0, transformer=SMALL)

    for pair, weights in zip(pairs, force_decode(model, pairs, source, target)):
        batch = collate(number([pair], source, target))
        cross = model.cross_weights(model.encode(batch.source, batch.source_lengths), batch.target)
        torch.testing.assert_close(torch.tensor(weights), cross[:, 0].mean((0, 1))[: len(pair.target)])
