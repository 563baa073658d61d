"""Training in a folder: a generator of events that saves as it goes, and goes on exactly from where it was saved."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from time import perf_counter

import torch
from torch import Tensor

from attnlab.errors import AttnlabError, CannotWrite, WrongUsage
from attnlab.translation import loop
from attnlab.translation.batching import Batches, number
from attnlab.translation.corpora import Corpus, TextCorpus
from attnlab.translation.corpus import Split
from attnlab.translation.loop import State, rehearsed, training
from attnlab.translation.plan import Plan, Step
from attnlab.translation.prefetching import Ahead
from attnlab.translation.runs.events import Event, Finished, Halved, Saved, Started, Validated, told
from attnlab.translation.runs.folder import METRICS, MODEL, NO_ROOM, STATE, Run, create, held, make_room, open_run
from attnlab.translation.runs.metrics import Metrics
from attnlab.translation.runs.observing import Observer
from attnlab.translation.runs.settings import RunSettings
from attnlab.translation.runs.state import read_state, write_state
from attnlab.translation.runs.weights import write_model
from attnlab.translation.trainee import Trainee

# Makes what is to be trained: of these settings, vocabularies of so many tokens, on this device.
Make = Callable[[RunSettings, int, int, torch.device], Trainee]

# The rate rises during a quarter of a short training at most.
_RISING = 4
# Over how many steps the loss is told at the end.
_RECENT = 50
# After so many seconds whoever reads along in the metrics sees the next lines.
_FLUSHED = 1.0
_UNKNOWN = 1_000_000
# Seconds; nearer to its end than that a training is not planned anew.
_SOON = 2.0
# Bytes a weight takes in the folder: five numbers of four bytes, of which four lie there twice while they are written.
_PLACE = 4 * (5 + 4)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often what is done besides training, in seconds; and the most of all time that each may take.

    Args:
        first: a training that has to end in time is planned anew this early, when its pace is known better.
        save_steps: save after so many steps as well, whatever the time.
    """

    sample: float = 10.0
    validate: float = 60.0
    save: float = 30.0
    first: float = 8.0
    save_steps: int | None = None
    share: float = 0.02


def start(
    folder: Path,
    settings: RunSettings,
    corpus: Corpus,
    make: Make,
    *,
    keep: Mapping[str, bytes] | None = None,
    rhythm: Rhythm | None = None,
    clock: Callable[[], float] = perf_counter,
    device: torch.device | str = "cpu",
) -> Generator[Event, None, None]:
    """Make a run and train it. Closing the events, or an interrupt, saves what was learned.

    Args:
        make: makes the model in training.
        keep: further files for the folder, such as the learner's parts, by names like `parts/SelfAttention.py`.
        rhythm: how often it saves, samples and validates.

    Raises:
        WrongUsage: the folder holds something already, or another process trains in it.
        CannotWrite: the disk is full and the like; what was saved before is untouched.
        Diverged: the loss is not finite any more; what was learned before is saved.
        MemoryRanOut: not even one sentence at a time fits; what was learned before is saved.
    """
    settings = replace(settings, fingerprint=corpus.fingerprint)
    subwords = corpus.subwords.model if isinstance(corpus, TextCorpus) else None
    run = create(folder, settings, corpus.vocabularies, subwords, keep or {})
    return _Training(run, corpus, make, rhythm or Rhythm(), clock, torch.device(device)).events()


def resume(
    folder: Path,
    corpus: Corpus,
    make: Make,
    *,
    rhythm: Rhythm | None = None,
    clock: Callable[[], float] = perf_counter,
    device: torch.device | str = "cpu",
) -> Generator[Event, None, None]:
    """Go on with a run from where it was saved: its losses are those of a training that never stopped.

    Raises:
        As `start` does, and:
        NotThere: there is no run, or a file of it cannot be understood.
        NewerFormat: a later attnlab made it; it is left untouched.
        AttnlabError: the corpus is not the same any more.
    """
    run = open_run(folder)
    if run.settings.fingerprint != corpus.fingerprint or run.settings.corpus != corpus.name:
        raise AttnlabError(
            f"the corpus {corpus.name} is not what {folder} was trained on: it has changed since",
            remedy="train anew, in another folder named with --run; this one still translates",
        )
    if run.finished:
        raise WrongUsage(f"{folder} is finished: all {run.steps} steps are done", remedy="name another with --run")
    return _Training(run, corpus, make, rhythm or Rhythm(), clock, torch.device(device)).events()


class _Training:
    """One sitting of a run."""

    def __init__(
        self, run: Run, corpus: Corpus, make: Make, rhythm: Rhythm, clock: Callable[[], float], device: torch.device
    ) -> None:
        self._run = run
        self._settings = run.settings
        self._corpus = corpus
        self._make = make
        self._rhythm = rhythm
        self._clock = clock
        self._device = device
        self._metrics = Metrics(run.folder / METRICS, remedy=NO_ROOM)
        self._losses: deque[tuple[float, int]] = deque(maxlen=_RECENT)
        self._bleu: float | None = None

    def events(self) -> Generator[Event, None, None]:
        with ExitStack() as stack:
            stack.enter_context(held(self._run.folder))
            stack.enter_context(_threads(self._settings.threads))
            started = self._prepare()
            stack.callback(self._metrics.close)
            stack.push(self._leave)
            batches: loop.Batches = self._batches
            if self._device.type == "cuda":
                batches = ahead = Ahead(self._batches, pinned=True)
                stack.callback(ahead.close)
            for event in stack.enter_context(closing(self._all(started, batches))):
                self._tell(event)
                yield event

    def _prepare(self) -> Started:
        settings, corpus = self._settings, self._corpus
        source, target = corpus.vocabularies
        pairs = corpus.pairs(Split.TRAIN)
        self._trainee = self._make(settings, len(source), len(target), self._device)
        self._batches = Batches(number(pairs, source, target), tokens=settings.recipe.batch_tokens, seed=settings.seed)
        kept = read_state(self._run.folder / STATE, self._trainee)
        self._state = kept or State.fresh(self._trainee, _plan(settings))
        make_room(self._run.folder, _PLACE * len(self._trainee.flat.values))
        self._metrics.cut_back(self._state.step)
        self._observer = Observer(settings, corpus, self._trainee.flat, self._device)
        state = self._state
        if kept is None or not state.step:
            pace = rehearsed(self._trainee, self._batches, state, seed=settings.seed, clock=self._clock)
            if settings.minutes is not None:
                state.plan = _in_time(state, settings.minutes * 60, pace, settings)
        else:
            pace = state.seconds / state.step
        self._saved = self._told = state.step
        self._planned = (state.step, state.seconds)
        self._flushed = self._clock()
        return Started(
            self._run.folder,
            settings,
            str(self._device),
            len(self._trainee.flat.values),
            len(pairs),
            self._batches.tokens_per_epoch,
            self._batches.per_epoch,
            torch.get_num_threads(),
            state.step,
            state.seconds,
            pace * (state.plan.steps - state.step),
            state.plan,
        )

    def _all(self, started: Started, batches: loop.Batches) -> Generator[Event, None, None]:
        yield started
        state, rhythm = self._state, self._rhythm
        yield self._observer.sample(state.step, self._weights)
        samples, validations = self._due(rhythm.sample), self._due(rhythm.validate)
        saves = self._due(self._until_planned_anew(rhythm.first if not state.step else rhythm.save))
        pieces = state.pieces
        for step in training(self._trainee, batches, state, seed=self._settings.seed, clock=self._clock):
            yield step
            if step.pieces > pieces:
                pieces = step.pieces
                yield Halved(step.number, pieces)
            if state.step >= state.plan.steps:
                break
            if samples.now():
                with samples.taking_time():
                    sampled = self._observer.sample(state.step, self._weights)
                yield sampled
            if self._observer.validates and validations.now():
                with validations.taking_time():
                    validated = self._validate()
                yield validated
            if saves.now() or (rhythm.save_steps and state.step % rhythm.save_steps == 0):
                with saves.taking_time():
                    self._plan_anew(samples.cost + validations.cost + saves.cost)
                    saved = self._save()
                    saves.every = self._until_planned_anew(rhythm.save)
                yield saved
        yield self._observer.sample(state.step, self._weights)
        if self._observer.validates:
            yield self._validate()
        alignment = self._observer.align(self._weights)
        if alignment is not None:
            self._run.remember(alignment=asdict(alignment))
        yield self._save()
        yield Finished(self._run.folder, state.step, state.seconds, self._loss(), state.tokens, self._bleu)

    @property
    def _weights(self) -> Tensor:
        """Those the run is going to be used with."""
        average = self._state.average
        return self._trainee.flat.values if average is None else average

    def _validate(self) -> Validated:
        validated = self._observer.validate(self._state.step, self._weights)
        self._bleu = validated.bleu
        return validated

    def _plan_anew(self, reserved: float) -> None:
        """Where time is limited: as many steps as there is time for, at the pace since it was last planned."""
        state, minutes = self._state, self._settings.minutes
        step, seconds = self._planned
        if minutes is not None and state.step > step:
            pace = (state.seconds - seconds) / (state.step - step)
            state.plan = _in_time(state, minutes * 60 - reserved, pace, self._settings)
            self._planned = (state.step, state.seconds)

    def _until_planned_anew(self, usual: float) -> float:
        """After how many seconds to save again: where time is limited, at half of what is left, to end in time."""
        minutes = self._settings.minutes
        if minutes is None:
            return self._rhythm.save
        return min(usual, max(_SOON, (minutes * 60 - self._state.seconds) / 2))

    def _save(self) -> Saved:
        began, state, folder = self._clock(), self._state, self._run.folder
        steps = state.plan.steps
        with self._telling_what_is_kept():
            # The metrics first: what they tell beyond the state is cut back, what they lack is gone.
            self._metrics.flush(durably=True)
            write_model(folder / MODEL, self._trainee.flat, self._weights, step=state.step, steps=steps, remedy=NO_ROOM)
            write_state(folder / STATE, self._trainee, state, remedy=NO_ROOM)
        self._saved = state.step
        return Saved(state.step, steps, self._clock() - began)

    def _tell(self, event: Event) -> None:
        if isinstance(event, Step):
            self._told = event.number
            self._losses.append((event.loss, event.tokens))
        self._metrics.add(told(event))
        if self._clock() - self._flushed >= _FLUSHED:
            with self._telling_what_is_kept():
                self._metrics.flush()
            self._flushed = self._clock()

    @contextmanager
    def _telling_what_is_kept(self) -> Iterator[None]:
        try:
            yield
        except CannotWrite as error:
            raise CannotWrite(f"{error.problem}; step {self._saved} is the last one kept", remedy=NO_ROOM) from error

    def _leave(self, kind: type[BaseException] | None, error: BaseException | None, *rest: object) -> None:
        """Save what was learned since the last time, whyever the training ends; but do not try a full disk again."""
        state = self._state
        if isinstance(error, CannotWrite) or not state.whole:
            return
        # An interrupt may have come when the step was done and nobody had heard of it.
        if state.last is not None and state.last.number > self._told:
            self._tell(state.last)
        if state.step > self._saved:
            self._save()
        self._metrics.flush()

    def _loss(self) -> float:
        tokens = sum(tokens for _, tokens in self._losses)
        return sum(loss * tokens for loss, tokens in self._losses) / max(1, tokens)

    def _due(self, every: float) -> _Due:
        return _Due(every, self._rhythm.share, self._clock)


class _Due:
    """Says when it is time again: after so many seconds, and never so often that it takes more than its share."""

    def __init__(self, every: float, share: float, clock: Callable[[], float]) -> None:
        self.every = every
        self._share = share
        self._clock = clock
        self._next = clock() + every
        self.cost = 0.0

    def now(self) -> bool:
        return self._clock() >= self._next

    @contextmanager
    def taking_time(self) -> Iterator[None]:
        began = self._clock()
        yield
        ended = self._clock()
        self.cost = ended - began
        self._next = ended + max(self.every, self.cost / self._share)


def _plan(settings: RunSettings) -> Plan:
    """The plan of a run that names steps; where it names minutes, its end is not known before a step was measured."""
    recipe, steps = settings.recipe, settings.steps or _UNKNOWN
    return Plan(
        steps,
        recipe.learning_rate,
        _warmup(settings, steps),
        recipe.clip,
        recipe.decay,
        recipe.averaging,
        betas=(0.9, recipe.beta2),
    )


def _in_time(state: State, seconds: float, pace: float, settings: RunSettings) -> Plan:
    """The plan with as many steps in all as fit into so many seconds in all."""
    left = max(0.0, seconds - state.seconds) / max(pace, 1e-6)
    steps = max(state.step + round(left), 1)
    return state.plan.replanned(state.step, steps, _warmup(settings, steps))


def _warmup(settings: RunSettings, steps: int) -> int:
    return min(settings.recipe.warmup, steps // _RISING)


@contextmanager
def _threads(count: int) -> Iterator[None]:
    """On so many threads; 0 leaves it to torch."""
    before = torch.get_num_threads()
    if count:
        torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)
