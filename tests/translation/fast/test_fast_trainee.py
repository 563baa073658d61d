import random

import pytest
import torch
from torch.nn import functional

from attnlab.translation.batching import collate
from attnlab.translation.fast.trainee import FastTrainee
from attnlab.translation.trainees import ModuleTrainee
from attnlab.translation.transformer import TransformerSettings, TransformerTranslator

WORDS, TARGET_WORDS = 50, 31


def model(*, dropout=0.0, **settings):
    torch.manual_seed(0)
    sizes = TransformerSettings(layers=2, heads=4, d_model=32, d_ff=48, dropout=dropout, tied=True, **settings)
    return TransformerTranslator(WORDS, TARGET_WORDS, sizes)


def batch(*, seed=1, padded=True, rows=7):
    """Sentences of unequal lengths, so that there is padding on both sides."""
    chosen = random.Random(seed)
    lengths = [(chosen.randrange(3, 11), chosen.randrange(2, 9)) if padded else (6, 5) for _ in range(rows)]
    return collate(
        [
            (
                [chosen.randrange(4, WORDS) for _ in range(source)],
                [1, *(chosen.randrange(4, TARGET_WORDS) for _ in range(target)), 2],
            )
            for source, target in lengths
        ]
    )


def gradients(trainee, given, share=0.5):
    trainee.flat.gradients.zero_()
    loss = trainee.accumulate(given, share)
    return loss, {name: part.clone() for name, part in trainee.flat.named(trainee.flat.gradients)}


@pytest.mark.parametrize("padded", [True, False])
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_loss_and_every_gradient_are_those_of_torch(padded, smoothing):
    given = batch(padded=padded)
    loss, wanted = gradients(ModuleTrainee(model(), smoothing=smoothing), given)

    fast, found = gradients(FastTrainee(model(), smoothing=smoothing, dtype=torch.float32), given)

    assert fast == pytest.approx(loss, rel=1e-5)
    assert found.keys() == wanted.keys()
    for name, gradient in wanted.items():
        torch.testing.assert_close(found[name], gradient, rtol=1e-3, atol=2e-5, msg=name)


def test_scores_too_large_for_exponentials_do_no_harm():
    steep = []
    for _ in range(2):
        each = model()
        with torch.no_grad():
            for name, parameter in each.named_parameters():
                if name.endswith(("W_q.weight", "W_k.weight")):
                    parameter.mul_(40)
        steep.append(each)
    loss, wanted = gradients(ModuleTrainee(steep[0]), batch())

    fast, found = gradients(FastTrainee(steep[1], smoothing=0.0, dtype=torch.float32), batch())

    assert fast == pytest.approx(loss, rel=1e-4)
    largest = max(float(gradient.abs().max()) for gradient in wanted.values())
    for name, gradient in wanted.items():
        torch.testing.assert_close(found[name], gradient, rtol=1e-2, atol=1e-3 * largest, msg=name)


def test_half_precision_points_the_same_way():
    _, wanted = gradients(FastTrainee(model(), smoothing=0.1, dtype=torch.float32), batch())

    _, found = gradients(FastTrainee(model(), smoothing=0.1, dtype=torch.bfloat16), batch())

    for name, gradient in wanted.items():
        if gradient.abs().max() > 1e-4:
            assert functional.cosine_similarity(found[name].flatten(), gradient.flatten(), dim=0) > 0.98, name


def test_the_gradient_under_dropout_is_that_of_the_loss_under_the_same_dropout():
    trainee = FastTrainee(model(dropout=0.3), smoothing=0.1, dtype=torch.float32)
    given = batch()
    torch.manual_seed(3)
    _, found = gradients(trainee, given, share=1.0)
    direction = torch.randn_like(trainee.flat.values)
    direction /= direction.norm()
    slope = sum(float((gradient * trainee.flat.view(name, direction)).sum()) for name, gradient in found.items())
    kept, step = trainee.flat.values.clone(), 2e-2

    losses = []
    for sign in (1, -1):
        trainee.flat.values.copy_(kept + sign * step * direction)
        trainee.updated()
        torch.manual_seed(3)
        losses.append(trainee.accumulate(given, 0.0))

    assert (losses[0] - losses[1]) / (2 * step) == pytest.approx(slope, rel=2e-2)


def test_a_batch_in_two_pieces_has_the_gradient_of_the_whole():
    given = batch(rows=8)
    trainee = FastTrainee(model(), smoothing=0.1, dtype=torch.float32)
    loss, whole = gradients(trainee, given)
    halves = [
        type(given)(given.source[at], given.source_lengths[at], given.target[at]) for at in (slice(4), slice(4, 8))
    ]

    trainee.flat.gradients.zero_()
    in_pieces = sum(trainee.accumulate(half, 0.5) for half in halves)

    assert in_pieces == pytest.approx(loss, rel=1e-5)
    for name, gradient in whole.items():
        torch.testing.assert_close(trainee.flat.view(name, trainee.flat.gradients), gradient, rtol=1e-3, atol=2e-5)


def test_changed_weights_are_used_once_it_is_told():
    trainee = FastTrainee(model(), smoothing=0.0, dtype=torch.bfloat16)
    before = trainee.accumulate(batch(), 0.0)

    trainee.flat.values.mul_(1.5)
    trainee.updated()

    assert trainee.accumulate(batch(), 0.0) != before
