"""The references of lesson 10 against torch's own cross entropy and scheduler, loops, and finite differences."""

import math

import pytest
import torch
from torch.nn import functional

from attnlab.content import read_answers, read_course
from attnlab.paths import course_root

COURSE = read_course(course_root(None))
BATCH, TIME, VOCABULARY, PAD = 3, 5, 8, 6
SMOOTHING = 0.15


def reference(name):
    return read_answers(COURSE, COURSE.exercise(name)).implementation


@pytest.fixture(params=range(3))
def generator(request):
    return torch.Generator().manual_seed(request.param)


@pytest.fixture
def logits(generator):
    return torch.randn(BATCH, TIME, VOCABULARY, dtype=torch.float64, generator=generator) * 2


@pytest.fixture
def labels(generator):
    """Words of sentences of five, two and no words; what follows is padding."""
    words = (torch.randint(VOCABULARY - 1, (BATCH, TIME), generator=generator) + PAD + 1) % VOCABULARY
    return words.masked_fill(torch.arange(TIME) >= torch.tensor([5, 2, 0])[:, None], PAD)


def loss(*arguments):
    return reference("label_smoothed_loss")(*arguments)


def flat(logits, labels):
    return logits.flatten(0, 1), labels.flatten()


def test_a_sentence_split_by_hand():
    tokens = torch.tensor([[1, 7, 8, 9, 2], [1, 5, 2, 0, 0]])

    decoder_input, labels = reference("teacher_forcing")(tokens)

    assert decoder_input.tolist() == [[1, 7, 8, 9], [1, 5, 2, 0]]
    assert labels.tolist() == [[7, 8, 9, 2], [5, 2, 0, 0]]


def test_each_label_is_what_follows_the_words_read_up_to_its_place(generator):
    tokens = torch.randint(90, (BATCH, TIME), generator=generator)

    decoder_input, labels = reference("teacher_forcing")(tokens)

    assert decoder_input.shape == labels.shape == (BATCH, TIME - 1)
    for row in range(BATCH):
        for place in range(TIME - 1):
            so_far = tokens[row].tolist()[: place + 1]
            assert decoder_input[row, : place + 1].tolist() == so_far
            assert labels[row, place] == tokens[row].tolist()[len(so_far)]


def test_without_smoothing_it_is_torchs_cross_entropy(logits, labels):
    ours = loss(logits, labels, PAD, 0.0)

    torch.testing.assert_close(ours, functional.cross_entropy(*flat(logits, labels), ignore_index=PAD))


def test_with_smoothing_it_is_torchs_cross_entropy_against_shares_written_out(logits, labels):
    shares = torch.zeros(BATCH * TIME, VOCABULARY, dtype=torch.float64)
    for position, label in enumerate(labels.flatten().tolist()):
        for word in set(range(VOCABULARY)) - {PAD}:
            shares[position, word] = 1 - SMOOTHING if word == label else SMOOTHING / (VOCABULARY - 2)
    words = labels.flatten() != PAD

    ours = loss(logits, labels, PAD, SMOOTHING)

    torch.testing.assert_close(shares[words].sum(-1), torch.ones(int(words.sum()), dtype=torch.float64))
    torch.testing.assert_close(ours, functional.cross_entropy(logits.flatten(0, 1)[words], shares[words]))


def test_torchs_label_smoothing_over_the_words_alone_agrees_but_for_what_the_softmax_gives_to_pad(logits, labels):
    """Torch gives smoothing / V to all V words, the label's own share on top. Without the column of pad, V - 1 are
    left, and a smoothing of ours * (V - 1) / (V - 2) leaves 1 - ours on the label and ours / (V - 2) on each other
    word. Since the shares sum to one, the two losses differ by the logarithms of their softmax's denominators.
    """
    without_pad = torch.cat([logits[..., :PAD], logits[..., PAD + 1 :]], dim=-1)
    renumbered = torch.where(labels > PAD, labels - 1, labels).masked_fill(labels == PAD, -1)
    words = labels != PAD

    ours = loss(logits, labels, PAD, SMOOTHING)

    rescaled = SMOOTHING * (VOCABULARY - 1) / (VOCABULARY - 2)
    theirs = functional.cross_entropy(*flat(without_pad, renumbered), ignore_index=-1, label_smoothing=rescaled)
    denominators = (logits.logsumexp(-1) - without_pad.logsumexp(-1))[words].mean()
    torch.testing.assert_close(ours, theirs + denominators)


def test_where_pad_is_never_predicted_torchs_label_smoothing_agrees_outright(logits, labels):
    logits[..., PAD] = -800.0
    without_pad = torch.cat([logits[..., :PAD], logits[..., PAD + 1 :]], dim=-1)
    renumbered = torch.where(labels > PAD, labels - 1, labels).masked_fill(labels == PAD, -1)

    ours = loss(logits, labels, PAD, SMOOTHING)

    rescaled = SMOOTHING * (VOCABULARY - 1) / (VOCABULARY - 2)
    theirs = functional.cross_entropy(*flat(without_pad, renumbered), ignore_index=-1, label_smoothing=rescaled)
    torch.testing.assert_close(ours, theirs)


def test_the_least_loss_is_the_entropy_of_what_is_wanted_and_no_logits_get_below_it(logits, labels):
    shares = [1 - SMOOTHING] + [SMOOTHING / (VOCABULARY - 2)] * (VOCABULARY - 2)
    entropy = -sum(share * math.log(share) for share in shares)
    wanted = torch.full_like(logits, shares[1]).scatter(-1, labels[..., None], shares[0])
    wanted[..., PAD] = 1e-300

    least = loss(wanted.log(), labels, PAD, SMOOTHING)

    torch.testing.assert_close(least.item(), entropy)
    assert loss(logits, labels, PAD, SMOOTHING) > least
    assert loss(wanted.log() * 1.1, labels, PAD, SMOOTHING) > least


@pytest.mark.parametrize(
    ("share", "of_each_other", "plain", "with_doubt"),
    [(0.5, 0.125, 0.693, 0.970), (0.8, 0.05, 0.223, 0.778), (0.96, 0.01, 0.041, 0.954), (0.996, 0.001, 0.004, 1.385)],
)
def test_the_lessons_table_of_what_doubt_does_is_right(share, of_each_other, plain, with_doubt):
    pad, chat = 0, 3
    predicted = torch.full((1, 1, 6), of_each_other, dtype=torch.float64)
    predicted[..., pad], predicted[..., chat] = 1e-12, share
    label = torch.tensor([[chat]])

    assert loss(predicted.log(), label, pad, 0.0) == pytest.approx(plain, abs=5e-4)
    assert loss(predicted.log(), label, pad, 0.2) == pytest.approx(with_doubt, abs=5e-4)


def test_its_gradient_is_that_of_finite_differences(logits, labels):
    logits.requires_grad_(True)

    assert torch.autograd.gradcheck(lambda logits: loss(logits, labels, PAD, SMOOTHING), logits)


def test_its_gradient_is_the_softmax_less_what_is_wanted_and_nothing_at_padding(logits, labels):
    logits.requires_grad_(True)
    words = labels != PAD
    wanted = torch.full((BATCH, TIME, VOCABULARY), SMOOTHING / (VOCABULARY - 2), dtype=torch.float64)
    wanted.scatter_(-1, labels[..., None], 1 - SMOOTHING)[..., PAD] = 0

    loss(logits, labels, PAD, SMOOTHING).backward()

    expected = (logits.detach().softmax(-1) - wanted) * words[..., None] / words.sum()
    torch.testing.assert_close(logits.grad, expected)


def test_more_padding_changes_nothing(logits, labels):
    longer = torch.cat([logits, torch.randn(BATCH, 4, VOCABULARY, dtype=torch.float64)], dim=1)
    with_padding = functional.pad(labels, (0, 4), value=PAD)

    assert loss(longer, with_padding, PAD, SMOOTHING) == pytest.approx(loss(logits, labels, PAD, SMOOTHING).item())


def test_nothing_but_padding_gives_a_zero_that_can_be_propagated_back(logits, labels):
    logits.requires_grad_(True)

    nothing = loss(logits, torch.full_like(labels, PAD), PAD, SMOOTHING)
    nothing.backward()

    assert nothing.item() == 0
    assert not logits.grad.any()


def test_the_loss_keeps_its_dtype_and_leaves_its_inputs_alone(logits, labels):
    narrow, before = logits.float(), (logits.float(), labels.clone())

    assert loss(narrow, labels, PAD, SMOOTHING).dtype == torch.float32
    torch.testing.assert_close((narrow, labels), before, rtol=0, atol=0)


@pytest.mark.parametrize(("d_model", "warmup"), [(512, 4000), (96, 7), (3, 1)])
def test_the_rate_is_its_closed_form_and_highest_at_the_end_of_the_warm_up(d_model, warmup):
    """A line through zero up to 1 / sqrt(d_model * warmup), and from there a root."""
    rate = reference("warmup_rate")
    top = 1 / math.sqrt(d_model * warmup)

    rates = [rate(step, d_model, warmup) for step in range(5 * warmup + 2)]

    for step, found in enumerate(rates):
        expected = top * step / warmup if step <= warmup else top * math.sqrt(warmup / step)
        assert found == pytest.approx(expected, rel=1e-12)
    assert max(range(len(rates)), key=rates.__getitem__) == warmup


def test_the_rate_of_the_paper_at_its_top_and_where_it_has_fallen_to_a_half():
    rate = reference("warmup_rate")

    lessons = {1: 1.7e-7, 400: 7.0e-5, 4000: 7.0e-4, 16_000: 3.5e-4, 100_000: 1.4e-4}
    assert [rate(step, 512, 4000) for step in lessons] == pytest.approx(list(lessons.values()), rel=0.03)
    assert rate(4000, 512, 4000) == pytest.approx(6.9877e-4, rel=1e-4)
    assert rate(16000, 512, 4000) == pytest.approx(rate(4000, 512, 4000) / 2)


def test_the_rate_drives_torchs_own_scheduler_which_counts_from_zero():
    optimiser = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: reference("warmup_rate")(step, 512, 4))

    rates = [schedule.get_last_lr()[0]]
    for _ in range(6):
        optimiser.step()
        schedule.step()
        rates.append(schedule.get_last_lr()[0])

    assert rates[0] == 0
    assert rates[:5] == sorted(rates[:5])
    assert rates[4] > rates[5] > rates[6]
