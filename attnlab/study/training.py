"""Trains a translator: what was wished for becomes a plan, the plan a run in a folder, followed event by event."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attnlab import files
from attnlab.errors import AttnlabError, CannotWrite, NotThere, WrongUsage
from attnlab.study.following import Story
from attnlab.study.trained import runs_folder
from attnlab.study.wishing import FAST, MINE, REFERENCE, TRANSFORMER, Wishes, check_wishes, settings_for
from attnlab.study.workspace import Workspace
from attnlab.translation.corpora import open_corpus

if TYPE_CHECKING:
    from attnlab.content import Course
    from attnlab.translation.corpora import Corpus
    from attnlab.translation.parts import Part, Selection
    from attnlab.translation.runs import Event, Run, RunSettings

_CURVE_POINTS = 60
# Settings that are measured, not wished for.
_MEASURED = {"precision", "threads"}


@dataclass(frozen=True)
class Planned:
    """A training that can begin.

    Args:
        folder: where the run is kept; `why_there` is told where it is not the usual place.
        goes_on: whether it was begun earlier.
        is_elsewhere: whether it has to be named to be found again.
        selection: the parts; None where attnlab's own layers are used.
    """

    folder: Path
    settings: RunSettings
    corpus: Corpus
    device: str
    goes_on: bool = False
    selection: Selection | None = None
    why_there: str = ""
    is_elsewhere: bool = False

    @property
    def shown_folder(self) -> str:
        return files.shown(self.folder)


@dataclass(frozen=True)
class Done:
    """A training that has come to its end; `incomplete` says what could not be saved besides the run."""

    planned: Planned
    story: Story
    pictures: tuple[Path, ...] = ()
    incomplete: AttnlabError | None = None


def prepare() -> None:
    """Set what must be set before torch is imported."""
    from attnlab.translation import machine

    machine.prepare()


def plan(
    wishes: Wishes,
    *,
    course: Callable[[], Course],
    workspace: Workspace | None,
    folder: Path,
    heard: Callable[[str], None] = lambda doing: None,
) -> Planned:
    """What these wishes come to.

    Args:
        course: asked for where parts are needed.
        heard: told what takes a moment.

    Raises:
        UnknownName: there is no such corpus or kind.
        NotThere: the corpus has not been fetched yet.
        WrongUsage: the wishes contradict each other, or the run that was named.
    """
    check_wishes(wishes)
    named = _named(wishes.run, workspace, folder)
    if named is not None and (begun := _begun(named)) is not None:
        return _going_on(begun, wishes, course, _is_elsewhere(begun.folder, workspace, folder))
    settings = settings_for(wishes, workspace)
    corpus = open_corpus(
        settings.corpus, wishes.data, subwords=settings.recipe.subwords, lower_case=settings.recipe.lower_case
    )
    selection = _selection(settings, course, workspace, heard)
    if selection:
        settings = replace(settings, origins={part.name: str(part.origin) for part in selection.parts})
    if named is None:
        place, goes_on, why = _place(settings, selection, runs_folder(workspace, folder))
    else:
        place, goes_on, why = named, False, ""
    elsewhere = _is_elsewhere(place, workspace, folder)
    return Planned(place, settings, corpus, wishes.device, goes_on, selection, why, elsewhere)


def recall(planned: Planned, story: Story) -> None:
    """Let the story begin with what earlier sittings told."""
    if planned.goes_on:
        from attnlab.translation.runs import open_run

        run = open_run(planned.folder)
        story.recall(run.metrics(), until=run.step)


def train(planned: Planned) -> Generator[Event, None, None]:
    """The training, event by event; closing it keeps what was done.

    Raises:
        AttnlabError: as the run itself does: the loss is no number, the disk is full, the corpus has changed.
    """
    from attnlab.translation import machine, runs

    # The first to import torch, and it knows how.
    chosen = machine.choose(planned.device)
    make = _maker(planned)
    if planned.goes_on:
        yield from runs.resume(planned.folder, planned.corpus, make, device=chosen.device)
        return
    # Measured: the small products of recurrent steps lose a quarter of their speed in half precision.
    precision = chosen.precision if planned.settings.kind == TRANSFORMER else "float32"
    settings = replace(planned.settings, precision=precision, threads=chosen.threads)
    kept = {_kept_name(part): part.source for part in _mine(planned.selection)}
    yield from runs.start(planned.folder, settings, planned.corpus, make, keep=kept, device=chosen.device)


def settled(planned: Planned, story: Story) -> Done:
    """The end of a training: its curves are saved as PNG.

    What cannot be written is told; the run is safe.
    """
    try:
        return Done(planned, story, tuple(_drawn(planned, story)))
    except (NotThere, CannotWrite) as error:
        return Done(planned, story, incomplete=error)


def _drawn(planned: Planned, story: Story) -> Iterator[Path]:
    from attnlab.pictures import curve_png

    title = f"{planned.settings.kind} on {planned.corpus.name}"
    curves = [("loss.png", "loss per token, in nats", {"loss": story.losses.thinned(_CURVE_POINTS)})]
    if len(story.bleu) > 1:
        curves.append(("bleu.png", "BLEU on val", {"BLEU": story.bleu}))
    for name, label, series in curves:
        files.write(planned.folder / name, curve_png(title, "step", label, series))
        yield planned.folder / name


def _maker(planned: Planned) -> Any:
    from attnlab.translation.parts import assemble
    from attnlab.translation.trainees import make

    parts = assemble(planned.selection) if planned.selection else None
    return partial(make, parts=parts)


def _selection(
    settings: RunSettings,
    course: Callable[[], Course],
    workspace: Workspace | None,
    heard: Callable[[str], None],
) -> Selection | None:
    """The parts where the model is made of the course's; None where attnlab's own layers are enough."""
    if settings.kind != TRANSFORMER or settings.parts == FAST:
        return None
    if settings.parts == REFERENCE or workspace is None:
        from attnlab.translation.parts import select

        return select(course())
    from attnlab.grading import Judge
    from attnlab.study.parts import choose_parts

    with Judge(workspace.course) as judge:
        return choose_parts(workspace, judge, heard=lambda exercise: heard(f"judging {exercise}"))


def _named(run: Path | None, workspace: Workspace | None, folder: Path) -> Path | None:
    """The folder of the run that was named: a name alone may be one of those in `runs`, as it is everywhere else."""
    if run is None:
        return None
    from attnlab.translation.runs import is_run

    among = runs_folder(workspace, folder) / run
    return among if is_run(among) and not (folder / run).exists() else folder / run


def _is_elsewhere(place: Path, workspace: Workspace | None, folder: Path) -> bool:
    return place.resolve().parent != runs_folder(workspace, folder).resolve()


def _begun(place: Path) -> Run | None:
    """The run in this folder, or None where there is nothing yet."""
    from attnlab.translation.runs import open_run

    try:
        empty = not place.exists() or (place.is_dir() and not any(place.iterdir()))
    except OSError:
        empty = False
    return None if empty else open_run(place)


def _going_on(run: Run, wishes: Wishes, course: Callable[[], Course], elsewhere: bool) -> Planned:
    """The run that was named, if the wishes do not contradict it."""
    settings, place = run.settings, files.shown(run.folder)
    if run.finished:
        raise WrongUsage(
            f"the run in {place} is finished, at step {run.step:,}",
            remedy=f"name another folder; 'attnlab evaluate {place}' tells how good it is",
        )
    told = {
        "model": (wishes.kind, settings.kind),
        "corpus": (wishes.corpus, settings.corpus),
        "parts": (wishes.made_of, settings.parts),
        "minutes": (wishes.minutes, settings.minutes),
        "steps": (wishes.steps, settings.steps),
        "seed": (wishes.seed, settings.seed),
        **{name.replace("_", "-"): (value, getattr(settings.recipe, name, None)) for name, value in wishes.sizes},
    }
    for name, (wanted, found) in told.items():
        if wanted is not None and wanted != found:
            raise WrongUsage(
                f"the run in {place} was begun with {'no ' if found is None else ''}--{name}"
                f"{'' if found is None else f' {found}'}, not {wanted}",
                remedy=f"'attnlab train --run {place}' alone goes on with it as it was begun; or name another folder",
            )
    recipe = settings.recipe
    corpus = open_corpus(settings.corpus, wishes.data, subwords=recipe.subwords, lower_case=recipe.lower_case)
    selection = kept_selection(run, course)
    return Planned(run.folder, settings, corpus, wishes.device, True, selection, is_elsewhere=elsewhere)


def kept_selection(run: Run, course: Callable[[], Course]) -> Selection | None:
    """The parts the run was begun with, the learner's as they were then; None where it was made of attnlab's own."""
    if run.settings.kind != TRANSFORMER or run.settings.parts == FAST:
        return None
    from attnlab.translation.parts import Origin, Selection, select

    now = select(course())

    def as_then(part: Part) -> Part:
        name = _kept_name(part)
        if not (run.folder / name).is_file():
            return part
        return replace(part, origin=Origin.MINE, source=run.kept(name), filename=str(run.folder / name), note="")

    return Selection(tuple(as_then(part) for part in now.parts), tuple(as_then(part) for part in now.besides))


def _place(settings: RunSettings, selection: Selection | None, home: Path) -> tuple[Path, bool, str]:
    """Where a run with these settings is kept, whether it goes on there, and why it is there and not in the usual."""
    from attnlab.translation.runs import open_run

    name = f"{settings.corpus}-{settings.kind}"
    number, why = 1, ""
    while True:
        place = home / (name if number == 1 else f"{name}-{number}")
        if not place.exists():
            return place, False, why
        try:
            run = open_run(place)
            other = set(settings.differences(run.settings)) - _MEASURED
            if run.finished:
                reason = "is finished"
            elif other - {"origins"}:
                reason = "was begun with other settings"
            elif other or not _same_sources(run, selection):
                reason = "was begun with other parts"
            else:
                return place, True, why
        except AttnlabError:
            reason = "cannot be read"
        why = f"{place.name} {reason} and stays as it is"
        number += 1


def _same_sources(run: Run, selection: Selection | None) -> bool:
    try:
        return all(run.kept(_kept_name(part)) == part.source for part in _mine(selection))
    except AttnlabError:
        return False


def _mine(selection: Selection | None) -> list[Part]:
    """The learner's own files; what is the course's is found there again."""
    return [part for part in (*selection.parts, *selection.besides) if part.origin == MINE] if selection else []


def _kept_name(part: Part) -> str:
    return f"parts/{part.exercise}.py"
