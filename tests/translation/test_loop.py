"""The loop against torch's own optimiser on separate tensors, and what a step depends on."""

from dataclasses import replace
from itertools import count

import pytest
import torch
from torch.nn import functional

from attnlab.errors import Diverged, MemoryRanOut
from attnlab.translation.batching import Batch, Batches, number
from attnlab.translation.corpus import Split, draw
from attnlab.translation.loop import State, gradient_of, pieces_of, rehearsed, training
from attnlab.translation.models import Kind, build
from attnlab.translation.plan import Plan
from attnlab.translation.trainees import ModuleTrainee
from attnlab.translation.training import token_loss
from attnlab.translation.transformer import TransformerSettings
from attnlab.translation.vocabulary import Vocabulary

PAIRS = draw(Split.TRAIN, 40, seed=0, lengths=range(3, 9))
SOURCE, TARGET = (Vocabulary.of(getattr(pair, side) for pair in PAIRS) for side in ("source", "target"))
BATCHES = Batches(number(PAIRS, SOURCE, TARGET), tokens=90, seed=1)
PLAN = Plan(8, 1e-2, warmup=3, clip=0.5, weight_decay=0.1, averaging=0.7)


def model_of(dropout=0.0):
    sizes = TransformerSettings(layers=1, heads=2, d_model=16, d_ff=24, dropout=dropout)
    return build(Kind.TRANSFORMER, len(SOURCE), len(TARGET), seed=0, transformer=sizes)


def trainee_of(dropout=0.0):
    return ModuleTrainee(model_of(dropout))


def clock_of(seconds=0.5):
    ticks = count()
    return lambda: next(ticks) * seconds


def trained(trainee, state, steps=None, *, seed=4):
    told = []
    for step in training(trainee, BATCHES, state, seed=seed, clock=clock_of()):
        told.append(step)
        if step.number == steps:
            break
    return told


def test_steps_are_those_of_torchs_optimiser_on_every_weight_apart():
    trainee, model = trainee_of(), model_of()
    state = State.fresh(trainee, PLAN)
    optimiser = torch.optim.AdamW(model.parameters(), betas=PLAN.betas, eps=PLAN.epsilon, weight_decay=0.1)
    average = {name: weight.detach().clone() for name, weight in model.named_parameters()}
    wanted = []
    for at in range(1, 9):
        optimiser.param_groups[0]["lr"] = PLAN.rate(at)
        optimiser.zero_grad()
        loss = token_loss(model, BATCHES.at(at))
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(model.parameters(), PLAN.clip)
        optimiser.step()
        kept = min(0.7, (1 + at) / (10 + at))
        for name, weight in model.named_parameters():
            average[name] = kept * average[name] + (1 - kept) * weight.detach()
        wanted.append((loss.item(), float(norm)))

    told = trained(trainee, state)

    torch.testing.assert_close(torch.tensor([(step.loss, step.gradient_norm) for step in told]), torch.tensor(wanted))
    for name, weight in model.named_parameters():
        # Adding the same to every key changes no softmax: this gradient is noise, which Adam makes large.
        if name.endswith("W_k.bias"):
            continue
        torch.testing.assert_close(trainee.flat.view(name), weight.detach(), rtol=1e-3, atol=1e-5)
        torch.testing.assert_close(trainee.flat.view(name, state.average), average[name], rtol=1e-3, atol=1e-5)


def test_every_step_tells_what_it_did():
    trainee = trainee_of()
    state = State.fresh(trainee, PLAN)

    told = trained(trainee, state)

    assert [(step.number, step.of) for step in told] == [(at, 8) for at in range(1, 9)]
    assert [step.tokens for step in told] == [BATCHES.at(at).tokens for at in range(1, 9)]
    assert [step.rate for step in told] == pytest.approx([PLAN.rate(at) for at in range(1, 9)])
    assert told[-1].seconds_left == 0
    assert told[0].tokens_per_second == pytest.approx(told[0].tokens / told[0].seconds)
    assert (state.step, state.tokens, state.seconds) == (8, sum(step.tokens for step in told), told[-1].seconds)


def test_a_step_depends_on_seed_and_number_alone_and_the_callers_numbers_go_on():
    losses = []
    for disturbed in (False, True):
        trainee = trainee_of(dropout=0.3)
        told = []
        torch.manual_seed(9)
        for step in training(trainee, BATCHES, State.fresh(trainee, PLAN), seed=4, clock=clock_of()):
            told.append(step.loss)
            if disturbed:
                torch.rand(7)
        losses.append(told)

    torch.manual_seed(9)
    torch.rand(56)
    following = torch.rand(1)
    torch.manual_seed(9)
    for _ in range(8):
        torch.rand(7)
    assert losses[0] == losses[1]
    assert torch.equal(following, torch.rand(1))
    other = trainee_of(dropout=0.3)
    assert [step.loss for step in trained(other, State.fresh(other, PLAN), seed=5)] != losses[0]


def test_without_averaging_there_is_no_average():
    trainee = trainee_of()

    assert State.fresh(trainee, replace(PLAN, averaging=0.0)).average is None


def test_a_plan_may_be_exchanged_between_two_steps():
    trainee = trainee_of()
    state = State.fresh(trainee, PLAN)

    told = []
    for step in training(trainee, BATCHES, state, seed=4, clock=clock_of()):
        told.append(step)
        if step.number == 5:
            state.plan = state.plan.replanned(5, 6)

    assert [step.of for step in told] == [8] * 5 + [6]


def test_a_batch_in_pieces_is_every_row_once():
    batch = BATCHES.at(1)

    for pieces in (1, 2, 4, len(batch.source)):
        taken = pieces_of(batch, pieces)

        assert len(taken) == pieces
        assert sum(piece.tokens for piece in taken) == batch.tokens
        assert torch.equal(torch.cat([piece.target for piece in taken]), batch.target)


@pytest.mark.parametrize("pieces", [2, 4])
def test_the_gradient_of_pieces_is_that_of_the_batch(pieces):
    trainee = trainee_of()
    state = State.fresh(trainee, PLAN)
    batch = BATCHES.at(2)
    whole = gradient_of(trainee, batch, state, seed=0, number=2)
    wanted = trainee.flat.gradients.clone()
    state.pieces = pieces

    loss = gradient_of(trainee, batch, state, seed=0, number=2)

    assert loss == pytest.approx(whole, rel=1e-5)
    torch.testing.assert_close(trainee.flat.gradients, wanted)


class Cramped(ModuleTrainee):
    """Runs out of memory with more than so many rows, having added something to the gradient already."""

    rows = 3
    error: Exception = torch.cuda.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB")

    def accumulate(self, batch: Batch, share: float) -> float:
        if len(batch.source) > self.rows:
            self.flat.gradients.add_(1.0)
            raise self.error
        return super().accumulate(batch, share)


@pytest.mark.parametrize(
    "error",
    [
        torch.cuda.OutOfMemoryError("CUDA out of memory."),
        MemoryError(),
        RuntimeError("[enforce fail at alloc_cpu.cpp:118] err == 0. DefaultCPUAllocator: can't allocate memory: ..."),
    ],
)
def test_memory_that_runs_out_costs_pieces_but_not_the_gradient(error):
    plenty, cramped = trainee_of(), Cramped(model_of())
    cramped.error = error
    batch = BATCHES.at(1)
    state = State.fresh(cramped, PLAN)

    loss = gradient_of(cramped, batch, state, seed=0, number=1)

    assert loss == pytest.approx(gradient_of(plenty, batch, State.fresh(plenty, PLAN), seed=0, number=1), rel=1e-5)
    torch.testing.assert_close(cramped.flat.gradients, plenty.flat.gradients)
    assert state.pieces >= len(batch.source) / 3


def test_memory_that_holds_no_sentence_is_told_with_the_step_and_the_length():
    cramped = Cramped(model_of())
    cramped.rows = 0

    with pytest.raises(MemoryRanOut, match=r"at step 1 memory ran out even for .* sentences of up to \d tokens"):
        trained(cramped, State.fresh(cramped, PLAN))


def test_another_error_of_the_model_is_its_own():
    cramped = Cramped(model_of())
    cramped.error = RuntimeError("mat1 and mat2 shapes cannot be multiplied (3x4 and 5x6)")

    with pytest.raises(RuntimeError, match="mat1 and mat2"):
        trained(cramped, State.fresh(cramped, PLAN))


def test_the_pace_is_measured_without_learning():
    trainee = trainee_of()
    before = trainee.flat.values.clone()

    took = rehearsed(trainee, BATCHES, State.fresh(trainee, PLAN), seed=0, clock=clock_of(0.5))

    assert took == 0.5
    assert torch.equal(trainee.flat.values, before)
    assert not trainee.flat.gradients.any()


@pytest.mark.parametrize("place", ["weights", "gradient"])
def test_what_is_not_finite_stops_before_the_update_and_is_located(place):
    trainee = trainee_of()
    state = State.fresh(trainee, PLAN)
    steps = training(trainee, BATCHES, state, seed=4, clock=clock_of())
    next(steps)
    weight = trainee.model.decoder[0].W_1.weight
    if place == "weights":
        with torch.no_grad():
            weight[0, 0] = torch.inf
        said = r"the weights decoder.0.W_1.weight hold inf"
    else:
        weight.register_hook(lambda gradient: gradient * torch.nan)
        said = r"in the gradient of decoder.0.W_1.weight there is nan"
    before = [state.first_moment.clone(), state.average.clone(), trainee.flat.values.clone()]

    with pytest.raises(Diverged, match=rf"at step 2, with a learning rate of 0.0067, the .*: {said}"):
        next(steps)

    after = [state.first_moment, state.average, trainee.flat.values]
    assert all(torch.equal(one, other) for one, other in zip(before, after))
    assert state.step == 1


def test_the_seam_of_the_loss_is_the_sum_in_nats():
    trainee, batch = trainee_of(), BATCHES.at(1)
    logits, _ = trainee.model.teach(trainee.model.encode(batch.source, batch.source_lengths), batch.target[:, :-1])
    wanted = functional.cross_entropy(
        logits.flatten(0, 1), batch.target[:, 1:].flatten(), ignore_index=0, reduction="sum"
    )

    assert trainee.accumulate(batch, 1.0) == pytest.approx(wanted.item(), rel=1e-5)
