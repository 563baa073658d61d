import pytest
import torch
from torch.nn import functional

from attnlab.translation.batching import collate
from attnlab.translation.kinds import Kind
from attnlab.translation.models import build
from attnlab.translation.trainees import ModuleTrainee, label_smoothed_loss, teacher_forcing, warmup_rate
from attnlab.translation.transformer import TransformerSettings
from attnlab.translation.vocabulary import PAD

GIVEN = collate([([5, 6, 7], [1, 4, 5, 6, 2]), ([8, 9], [1, 7, 2]), ([5], [1, 4, 4, 2])])
SIZES = TransformerSettings(layers=1, heads=2, d_model=16, d_ff=24, tied=True)


def translator(kind):
    return build(kind, 12, 9, seed=0, d_embedding=8, d_model=16, transformer=SIZES)


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_is_trained_by_the_gradient_of_torchs_cross_entropy(kind):
    model = translator(kind)
    logits, _ = model.teach(model.encode(GIVEN.source, GIVEN.source_lengths), GIVEN.target[:, :-1])
    labels = GIVEN.target[:, 1:]
    oracle = functional.cross_entropy(logits.flatten(0, 1), labels.flatten(), ignore_index=PAD, reduction="sum")
    wanted = torch.autograd.grad(oracle, list(model.parameters()))
    trainee = ModuleTrainee(translator(kind))

    loss = trainee.accumulate(GIVEN, 0.25)

    assert loss == pytest.approx(oracle.item(), rel=1e-5)
    for (name, found), gradient in zip(trainee.flat.named(trainee.flat.gradients), wanted, strict=True):
        torch.testing.assert_close(found, 0.25 * gradient, rtol=1e-4, atol=1e-6, msg=name)


def test_the_smoothed_loss_is_torchs_against_the_smoothed_distribution():
    torch.manual_seed(0)
    logits, labels = torch.randn(2, 3, 7), torch.tensor([[4, 5, PAD], [3, PAD, PAD]])
    spread = torch.full((2, 3, 7), 0.1 / 5)
    spread[..., PAD] = 0
    spread.scatter_(-1, labels.unsqueeze(-1), 0.9)
    real = labels != PAD

    found = label_smoothed_loss(logits, labels, PAD, 0.1)

    torch.testing.assert_close(found, functional.cross_entropy(logits[real], spread[real]))


def test_loss_and_shift_may_be_somebody_elses():
    asked = []

    def loss(logits, labels, pad, smoothing):
        asked.append((logits.shape[:2], labels.shape, pad, smoothing))
        return label_smoothed_loss(logits, labels, pad, smoothing)

    trainee = ModuleTrainee(translator(Kind.TRANSFORMER), smoothing=0.1, loss=loss, shift=teacher_forcing)
    trainee.accumulate(GIVEN, 1.0)

    # Four, two and three places, as one sentence without padding.
    assert asked == [((1, 9), (1, 9), PAD, 0.1)]


def test_the_warm_up_rises_to_the_full_rate():
    trainee = ModuleTrainee(translator(Kind.RNN))

    shares = [trainee.rising(step, 50) for step in (1, 25, 50)]

    assert shares == pytest.approx([1 / 50, 0.5, 1.0])


def test_somebody_elses_warm_up_is_used():
    trainee = ModuleTrainee(translator(Kind.RNN), rate=lambda step, d_model, warmup: 3.0 * (step / warmup) ** 2)

    assert trainee.rising(25, 50) == pytest.approx(0.25)


def test_the_rate_of_no_step_is_zero():
    assert warmup_rate(0, 128, 50) == 0.0
