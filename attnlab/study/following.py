"""A training as it is followed: what it has told so far, condensed for whoever shows it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from attnlab.translation.plan import Step
    from attnlab.translation.runs.events import Event, Started, Translation

# Steps over which the loss is averaged to be shown.
_RECENT = 40
# Points a curve is kept in: twice as many at most, then neighbours are put together.
_POINTS = 120

Points = list[tuple[float, float]]


@dataclass(slots=True)
class Curve:
    """Numbers over steps in a bounded number of points, each the mean of equally many steps."""

    points: Points = field(default_factory=list)
    _together: int = 1
    _open: Points = field(default_factory=list)

    def add(self, step: int, value: float) -> None:
        self._open.append((float(step), value))
        if len(self._open) < self._together:
            return
        self.points.append(_mean(self._open))
        self._open.clear()
        if len(self.points) >= 2 * _POINTS:
            self.points = [_mean(self.points[at : at + 2]) for at in range(0, len(self.points), 2)]
            self._together *= 2

    def thinned(self, most: int) -> Points:
        """The curve in at most so many points."""
        together = -(-len(self.points) // max(most, 1)) or 1
        return [_mean(self.points[at : at + together]) for at in range(0, len(self.points), together)]


@dataclass(slots=True)
class Story:
    """What a training has told so far.

    Args:
        started: what was going to be done.
        latest: the last step done in this sitting.
        of: how many steps there are going to be, as far as is known.
        bleu: quality on the split val, by step.
        translations: the fixed sentences as they are translated by now.
        finished: whether it came to its end.
    """

    started: Started | None = None
    latest: Step | None = None
    of: int = 0
    losses: Curve = field(default_factory=Curve)
    bleu: Points = field(default_factory=list)
    translations: tuple[Translation, ...] = ()
    tokens: int = 0
    finished: bool = False
    _recent: deque[tuple[float, int]] = field(default_factory=lambda: deque(maxlen=_RECENT))

    def hear(self, event: Event) -> None:
        from attnlab.translation.plan import Step
        from attnlab.translation.runs import events

        match event:
            case events.Started():
                self.started, self.of = event, event.plan.steps
            case Step():
                self.latest, self.of = event, event.of
                self.losses.add(event.number, event.loss)
                self._recent.append((event.loss, event.tokens))
                self.tokens += event.tokens
            case events.Sampled():
                self.translations = event.translations
            case events.Validated():
                self.bleu.append((float(event.step), event.bleu))
            case events.Saved():
                self.of = event.steps
            case events.Finished():
                self.of, self.finished = event.step, True

    def recall(self, metrics: Iterable[Mapping[str, Any]], *, until: int) -> None:
        """What earlier sittings told, as a run keeps it, up to and with this step."""
        for table in metrics:
            match table:
                case {"event": "step", "number": int(number), "loss": float(loss), "tokens": int(tokens)}:
                    if number <= until:
                        self.losses.add(number, loss)
                        self.tokens += tokens
                case {"event": "validated", "step": int(step), "bleu": float(bleu)} if step <= until:
                    self.bleu.append((float(step), bleu))

    @property
    def step(self) -> int:
        """The last step done, in this sitting or an earlier one."""
        return self.latest.number if self.latest else self.started.step if self.started else 0

    @property
    def seconds(self) -> float:
        """Those of the whole training, earlier sittings included."""
        return self.latest.seconds if self.latest else self.started.seconds if self.started else 0.0

    @property
    def loss(self) -> float | None:
        """The mean of the latest steps, in nats a token; None before the first."""
        tokens = sum(count for _, count in self._recent)
        return sum(loss * count for loss, count in self._recent) / tokens if tokens else None


def _mean(points: Points) -> tuple[float, float]:
    return sum(step for step, _ in points) / len(points), sum(value for _, value in points) / len(points)
