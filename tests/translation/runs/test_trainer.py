"""Training in a folder: what it tells, and that it goes on exactly, whatever stopped it."""

import os
import signal
import subprocess
import sys
from collections import namedtuple
from dataclasses import replace
from itertools import count
from pathlib import Path
from random import Random

import pytest
import sitting
import torch
from sitting import Small, breaking, make, quiet, settings_of, ticking

from attnlab.errors import AttnlabError, CannotWrite, Diverged, MemoryRanOut, NewerFormat, NotThere, WrongUsage
from attnlab.translation import trainees
from attnlab.translation.aligning import Alignment, choose_alignment
from attnlab.translation.evaluating import evaluate
from attnlab.translation.plan import Step
from attnlab.translation.runs import (
    Finished,
    Halved,
    Sampled,
    Saved,
    Started,
    Validated,
    open_run,
    resume,
    start,
)
from attnlab.translation.runs.trainer import Rhythm

CORPUS = Small()


def steps(events):
    return [event for event in events if isinstance(event, Step)]


def losses(events):
    return [(step.number, step.loss, step.gradient_norm, step.rate) for step in steps(events)]


def told(run):
    return [(line["number"], line["loss"]) for line in run.metrics() if line["event"] == "step"]


def weights(run):
    return {name: weight.clone() for name, weight in run.translator().state_dict().items()}


def same(one, other):
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """A run of twelve steps that nothing stopped."""
    folder = tmp_path_factory.mktemp("runs") / "undisturbed"
    events = list(start(folder, settings_of(12), CORPUS, make, rhythm=quiet()))
    return open_run(folder), events


def test_a_training_tells_what_it_is_going_to_do_then_its_steps_then_what_came_of_it(undisturbed):
    run, events = undisturbed

    first, last = events[0], events[-1]

    assert isinstance(first, Started)
    assert (first.step, first.pairs, first.plan.steps, first.device) == (0, 60, 12, "cpu")
    assert first.parameters == sum(weight.numel() for weight in run.translator().parameters())
    assert [step.number for step in steps(events)] == list(range(1, 13))
    assert isinstance(last, Finished)
    assert (last.step, last.tokens) == (12, sum(step.tokens for step in steps(events)))
    assert [type(event) for event in events[-4:-1]] == [Sampled, Validated, Saved]
    assert run.finished


def test_samples_are_the_same_three_sentences_from_before_the_first_step_on(undisturbed):
    first, *_, last = (event for event in undisturbed[1] if isinstance(event, Sampled))

    assert (first.step, last.step) == (0, 12)
    assert len(first.translations) == 3
    assert [each.source for each in first.translations] == [each.source for each in last.translations]


@pytest.mark.parametrize("kind", ["rnn", "additive", "transformer"])
def test_every_kind_of_model_is_trained_and_translates_from_its_folder_alone(tmp_path, kind):
    events = list(start(tmp_path / "run", settings_of(2, kind=kind), CORPUS, make, rhythm=quiet()))

    run = open_run(tmp_path / "run")

    assert isinstance(events[-1], Finished)
    assert run.settings.kind == kind
    assert run.tokens("the dog sees her .") == ("the", "dog", "sees", "her", ".")
    assert not run.translator().training


def test_the_metrics_hold_what_was_told(undisturbed):
    run, events = undisturbed

    assert told(run) == [(step.number, step.loss) for step in steps(events)]
    assert [line["event"] for line in run.metrics()][::14] == ["started", "sampled"]


@pytest.mark.parametrize("kind", ["additive", "transformer"])
@pytest.mark.parametrize("tied", [False, True])
def test_the_engines_own_ways_of_training_go_on_exactly_too(tmp_path, kind, tied):
    settings = settings_of(6, kind=kind, recipe=replace(sitting.RECIPE, tied=tied, dropout=0.25))
    whole = list(start(tmp_path / "one", settings, CORPUS, trainees.make, rhythm=quiet()))
    events = start(tmp_path / "two", settings, CORPUS, trainees.make, rhythm=quiet())
    before = list(taken(events, 3))
    events.close()

    after = list(resume(tmp_path / "two", CORPUS, trainees.make, rhythm=quiet()))

    assert losses(before) + losses(after) == losses(whole)
    assert same(weights(open_run(tmp_path / "one")), weights(open_run(tmp_path / "two")))


@pytest.mark.parametrize("stopped_after", [1, 5, 11])
def test_a_training_that_was_closed_goes_on_as_if_it_had_not_been(tmp_path, undisturbed, stopped_after):
    events = start(tmp_path / "run", settings_of(12), CORPUS, make, rhythm=quiet())
    before = list(taken(events, stopped_after))
    events.close()

    after = list(resume(tmp_path / "run", CORPUS, make, rhythm=quiet()))

    run = open_run(tmp_path / "run")
    assert losses(before) + losses(after) == losses(undisturbed[1])
    assert told(run) == told(undisturbed[0])
    assert same(weights(run), weights(undisturbed[0]))


def taken(events, count):
    """Events up to the step of this number."""
    for event in events:
        yield event
        if isinstance(event, Step) and event.number == count:
            return


@pytest.mark.parametrize("seed", range(2))
def test_a_training_that_was_killed_at_any_step_goes_on_as_if_it_had_not_been(tmp_path, undisturbed, seed):
    random = Random(seed)
    folder = tmp_path / "run"
    for _ in range(2):
        live(folder, dies_after=random.randint(1, 6))

    live(folder)

    run = open_run(folder)
    assert told(run) == told(undisturbed[0])
    assert same(weights(run), weights(undisturbed[0]))


def test_a_training_that_was_killed_while_it_saved_goes_on_as_if_it_had_not_been(tmp_path, undisturbed):
    folder = tmp_path / "run"
    # Twice the run is made; then each save is of metrics, weights and state, in this order.
    live(folder, dies_at=2)
    assert not folder.exists()
    live(folder, dies_at=2 + 3 + 3)
    assert (open_run(folder).step, told(open_run(folder))[-1][0]) == (2, 4)
    live(folder, dies_at=1 + 3)
    assert (open_run(folder).step, told(open_run(folder))[-1][0]) == (4, 6)

    live(folder)

    run = open_run(folder)
    assert run.finished
    assert told(run) == told(undisturbed[0])
    assert same(weights(run), weights(undisturbed[0]))


def test_a_training_of_a_learners_own_parts_that_was_killed_goes_on_as_if_it_had_not_been(tmp_path):
    events = list(start(tmp_path / "one", settings_of(12), CORPUS, sitting.make_of_own_parts, rhythm=quiet()))
    live(tmp_path / "two", dies_after=7, own=True)

    live(tmp_path / "two", own=True)

    assert told(open_run(tmp_path / "two")) == [(step.number, step.loss) for step in steps(events)]
    assert same(weights(open_run(tmp_path / "two")), weights(open_run(tmp_path / "one")))


def live(folder, dies_after=None, dies_at=0, *, own=False):
    """One sitting in a process of its own, which is killed when it has told of so many steps, if at all."""
    program = [sys.executable, sitting.__file__, folder, "12", "2", str(dies_at), *(["OWN"] if own else [])]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(Path(__file__).parents[3])}
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True, env=environment) as process:
        heard = 0
        for line in process.stdout:
            heard += line.startswith("Step")
            if heard == dies_after:
                os.kill(process.pid, signal.SIGKILL)
                break
    assert process.returncode == (-signal.SIGKILL if dies_after or dies_at else 0)


def test_a_training_killed_before_it_was_ever_saved_begins_anew(tmp_path, undisturbed):
    events = start(tmp_path / "run", settings_of(12), CORPUS, make, rhythm=quiet())
    next(events)
    (tmp_path / "copy").mkdir()
    for file in (tmp_path / "run").iterdir():
        (tmp_path / "copy" / file.name).write_bytes(file.read_bytes())

    again = list(resume(tmp_path / "copy", CORPUS, make, rhythm=quiet()))

    assert losses(again) == losses(undisturbed[1])


def test_an_interrupt_within_a_step_saves_what_was_learned_before(tmp_path, undisturbed):
    def interrupt(trainee, batch, calls=[]):  # noqa: B006
        calls.append(1)
        if len(calls) == 9:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(start(tmp_path / "run", settings_of(12), CORPUS, breaking(interrupt), rhythm=quiet()))
    # Two calls are those that measure the pace.
    assert open_run(tmp_path / "run").step == 6
    list(resume(tmp_path / "run", CORPUS, make, rhythm=quiet()))

    assert told(open_run(tmp_path / "run")) == told(undisturbed[0])


def test_an_interrupt_within_an_update_comes_after_it_and_its_step_is_told_of(tmp_path, undisturbed):
    class Interrupting(sitting.TinyTrainee):
        updates = 0

        def updated(self):
            self.updates += 1
            if self.updates == 7:
                signal.raise_signal(signal.SIGINT)

    def interrupted(settings, source, target, device):
        return Interrupting(sitting.untrained(settings, source, target))

    with pytest.raises(KeyboardInterrupt):
        list(start(tmp_path / "run", settings_of(12), CORPUS, interrupted, rhythm=quiet()))
    assert open_run(tmp_path / "run").step == 7
    list(resume(tmp_path / "run", CORPUS, make, rhythm=quiet()))

    assert told(open_run(tmp_path / "run")) == told(undisturbed[0])


def test_a_mistake_of_the_model_itself_saves_what_was_learned_before(tmp_path):
    def fail(trainee, batch, calls=[]):  # noqa: B006
        calls.append(1)
        if len(calls) == 6:
            raise NameError("scores")

    with pytest.raises(NameError):
        list(start(tmp_path / "run", settings_of(12), CORPUS, breaking(fail), rhythm=quiet()))

    assert open_run(tmp_path / "run").step == 3


def test_a_loss_that_is_not_finite_stops_before_the_update_and_says_where(tmp_path, undisturbed):
    def poison(trainee, batch, calls=[]):  # noqa: B006
        calls.append(1)
        if len(calls) == 9:
            trainee.model.decoder_norm.register_forward_hook(lambda module, inputs, answer: answer / 0)

    with pytest.raises(Diverged, match=r"at step 7, with a learning rate of .*: decoder_norm was the first") as raised:
        list(start(tmp_path / "run", settings_of(12), CORPUS, breaking(poison), rhythm=quiet()))

    assert "--learning-rate" in raised.value.remedy
    assert open_run(tmp_path / "run").step == 6
    assert told(open_run(tmp_path / "run")) == told(undisturbed[0])[:6]


def test_where_memory_runs_out_batches_are_halved_and_learn_the_same(tmp_path, undisturbed):
    def small_memory(trainee, batch):
        if batch.source.shape[0] > 9:
            raise torch.cuda.OutOfMemoryError("CUDA out of memory")

    recipe = replace(sitting.RECIPE, dropout=0.0)
    plenty = list(start(tmp_path / "plenty", settings_of(6, recipe=recipe), CORPUS, make, rhythm=quiet()))
    scarce = list(
        start(tmp_path / "scarce", settings_of(6, recipe=recipe), CORPUS, breaking(small_memory), rhythm=quiet())
    )

    assert {step.pieces for step in steps(scarce)} >= {4} or any(isinstance(event, Halved) for event in scarce)
    for one, other in zip(steps(plenty), steps(scarce)):
        assert other.loss == pytest.approx(one.loss, rel=1e-4)
        assert other.tokens == one.tokens


def test_a_training_in_pieces_goes_on_in_pieces(tmp_path):
    def small_memory(trainee, batch):
        if batch.source.shape[0] > 9:
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 1 bytes")

    whole = list(start(tmp_path / "one", settings_of(8), CORPUS, breaking(small_memory), rhythm=quiet()))
    events = start(tmp_path / "two", settings_of(8), CORPUS, breaking(small_memory), rhythm=quiet())
    before = list(taken(events, 4))
    events.close()
    # More memory now, but the digits of sums depend on the pieces.
    after = list(resume(tmp_path / "two", CORPUS, make, rhythm=quiet()))

    assert losses(before) + losses(after) == losses(whole)


def test_where_not_even_a_sentence_fits_it_says_so_and_keeps_what_was_learned(tmp_path):
    def no_memory(trainee, batch, calls=[]):  # noqa: B006
        calls.append(1)
        if len(calls) > 5:
            raise MemoryError

    with pytest.raises(MemoryRanOut, match="at step 4 memory ran out even for"):
        list(start(tmp_path / "run", settings_of(12), CORPUS, breaking(no_memory), rhythm=quiet()))

    assert open_run(tmp_path / "run").step == 3


def test_minutes_end_in_time_and_the_rate_falls_without_a_jump(tmp_path):
    clock = ticking(0.05)
    rhythm = quiet(save=6.0, first=2.0)

    events = list(start(tmp_path / "run", settings_of(minutes=1.0), CORPUS, make, rhythm=rhythm, clock=clock))

    rates = [step.rate for step in steps(events)]
    saved = [event.steps for event in events if isinstance(event, Saved)]
    assert 50 < events[-1].seconds < 63
    assert len(saved) > 5
    assert rates[-1] < 0.02 * max(rates)
    assert all(later < earlier * 1.02 for earlier, later in zip(rates[60:], rates[61:]))


def test_minutes_end_in_time_on_a_machine_that_becomes_slow(tmp_path):
    ticks = count()
    seconds = [0.0]

    def slowing():
        seconds[0] += 0.05 if next(ticks) < 400 else 0.15
        return seconds[0]

    rhythm = quiet(save=30.0, first=8.0, share=1.0)
    events = list(start(tmp_path / "run", settings_of(minutes=1.0), CORPUS, make, rhythm=rhythm, clock=slowing))

    assert 55 < events[-1].seconds < 64


def test_minutes_go_on_with_the_plan_that_was_kept(tmp_path):
    rhythm = quiet(save=6.0, first=2.0)
    start_it = lambda name, clock: start(  # noqa: E731
        tmp_path / name, settings_of(minutes=0.5), CORPUS, make, rhythm=rhythm, clock=clock
    )
    undisturbed = list(taken(start_it("one", ticking(0.05)), 20))
    events = start_it("two", ticking(0.05))
    before = list(taken(events, 10))
    events.close()

    after = list(taken(resume(tmp_path / "two", CORPUS, make, rhythm=rhythm, clock=ticking(0.0)), 20))

    assert losses(before) + losses(after) == losses(undisturbed)
    assert after[0].seconds == steps(before)[-1].seconds


def test_saving_takes_no_more_than_its_share_of_the_time(tmp_path):
    clock = ticking(1.0)
    rhythm = Rhythm(sample=1e9, validate=1e9, save=1.0, share=0.1)

    events = list(start(tmp_path / "run", settings_of(40), CORPUS, make, rhythm=rhythm, clock=clock))

    saved = [event.took for event in events if isinstance(event, Saved)]
    assert sum(saved) < 0.2 * events[-1].seconds


def test_a_full_disk_is_told_and_the_last_state_kept_is_untouched(tmp_path):
    resource = pytest.importorskip("resource")
    folder = tmp_path / "run"
    events = start(folder, settings_of(12), CORPUS, make, rhythm=quiet(save_steps=2))
    list(taken(events, 5))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, before[1]))

    try:
        with pytest.raises(CannotWrite, match="could not be written: file too large; step 4 is the last one kept"):
            list(events)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)

    assert open_run(folder).step == 4
    assert [name for name in os.listdir(folder) if name.endswith(".part")] == []
    assert steps(resume(folder, CORPUS, make, rhythm=quiet()))[0].number == 5


def test_a_disk_with_too_little_room_is_told_before_the_first_step(tmp_path, monkeypatch):
    usage = namedtuple("usage", "free")(1000)
    monkeypatch.setattr("shutil.disk_usage", lambda folder: usage)

    with pytest.raises(CannotWrite, match=r"has room for 0\.0 MB; to save this training takes"):
        next(start(tmp_path / "run", settings_of(), CORPUS, make))


def test_what_a_killed_process_left_half_written_is_cleared_away(tmp_path):
    events = start(tmp_path / "run", settings_of(), CORPUS, make, rhythm=quiet())
    list(taken(events, 2))
    events.close()
    (tmp_path / "run" / ".state.safetensors.1234.part").write_bytes(b"half")

    list(resume(tmp_path / "run", CORPUS, make, rhythm=quiet()))

    assert not list((tmp_path / "run").glob(".*.part"))


def test_validation_tells_the_bleu_of_an_evaluation(undisturbed):
    run, events = undisturbed
    *_, validated = (event for event in events if isinstance(event, Validated))

    evaluation = evaluate(run.translator(), run, CORPUS, "val")

    assert validated.bleu == pytest.approx(evaluation.bleu)
    assert validated.sentences == 6


def test_how_its_attention_aligns_best_is_kept_where_there_is_gold(undisturbed):
    run = undisturbed[0]
    source, target = CORPUS.vocabularies

    assert Alignment.of(run.alignment) == choose_alignment(run.translator(), CORPUS.pairs("val"), source, target)


def test_a_run_that_cannot_be_made_leaves_nothing_behind(tmp_path):
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(CannotWrite):
        start(tmp_path / "file" / "run", settings_of(), CORPUS, make)
    assert os.listdir(tmp_path) == ["file"]


def test_a_folder_that_holds_something_is_not_trained_in(tmp_path):
    (tmp_path / "letter.txt").write_text("dear")

    with pytest.raises(WrongUsage, match="is not empty"):
        start(tmp_path, settings_of(), CORPUS, make)


def test_two_trainings_do_not_share_a_folder(tmp_path):
    first = start(tmp_path / "run", settings_of(), CORPUS, make, rhythm=quiet())
    next(first)

    with pytest.raises(WrongUsage, match="another process is training in"):
        next(resume(tmp_path / "run", CORPUS, make))
    first.close()

    assert isinstance(next(resume(tmp_path / "run", CORPUS, make)), Started)


def test_a_finished_run_is_not_trained_again(undisturbed):
    with pytest.raises(WrongUsage, match="all 12 steps are done"):
        resume(undisturbed[0].folder, CORPUS, make)


class Changed(Small):
    fingerprint = "another"


def test_a_corpus_that_has_changed_is_told_and_the_run_still_translates(tmp_path):
    events = start(tmp_path / "run", settings_of(), CORPUS, make, rhythm=quiet())
    list(taken(events, 2))
    events.close()

    with pytest.raises(AttnlabError, match=r"the corpus grammar is not what .* was trained on") as raised:
        resume(tmp_path / "run", Changed(), make)

    assert "still translates" in raised.value.remedy
    assert open_run(tmp_path / "run").translator()


def test_the_callers_random_numbers_and_threads_are_left_alone(tmp_path):
    torch.manual_seed(1)
    wanted, threads = torch.rand(3), torch.get_num_threads()
    torch.manual_seed(1)

    events = start(tmp_path / "run", settings_of(3), CORPUS, make, rhythm=quiet())
    list(events)

    assert torch.equal(torch.rand(3), wanted)
    assert torch.get_num_threads() == threads


def test_a_state_of_another_version_is_refused_and_left_untouched(tmp_path, monkeypatch):
    folder = tmp_path / "run"
    events = start(folder, settings_of(), CORPUS, make, rhythm=quiet())
    list(taken(events, 2))
    monkeypatch.setattr("attnlab.translation.runs.state.FORMAT", 2)
    events.close()
    monkeypatch.undo()
    before = (folder / "state.safetensors").read_bytes()

    with pytest.raises(NewerFormat, match=r"state.safetensors is of format 2; this attnlab knows up to 1"):
        next(resume(folder, CORPUS, make))

    assert (folder / "state.safetensors").read_bytes() == before


@pytest.mark.parametrize("left", [0, 7, 100, -1])
def test_a_state_that_is_cut_short_is_told_and_left_untouched(tmp_path, left):
    folder = tmp_path / "run"
    events = start(folder, settings_of(), CORPUS, make, rhythm=quiet())
    list(taken(events, 2))
    events.close()
    whole = (folder / "state.safetensors").read_bytes()
    (folder / "state.safetensors").write_bytes(whole[:left])

    with pytest.raises(NotThere, match=r"state.safetensors cannot be understood"):
        next(resume(folder, CORPUS, make))

    assert (folder / "state.safetensors").read_bytes() == whole[:left]
