"""The course in three or four minutes, without a question asked."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from attnlab.cli.desk import Desk, desk_of

if TYPE_CHECKING:
    from attnlab.cli.terminal import Terminal
    from attnlab.study import Workspace
    from attnlab.study.tour import Answered, Measured, Measuring, Opened, Scene

# Seconds a line stays before the next scene, and the most a scene is given.
_PER_LINE = 0.2
_LONGEST = 6.0


def tour(
    context: typer.Context,
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="[DIR]", help="Keep the workspace of the tour here; without it none is left."),
    ] = None,
    fast: Annotated[bool, typer.Option("--fast", help="No pauses for reading.")] = False,
) -> None:
    """Play the course through in three or four minutes: a lesson, an exercise judged, experiments, a translator."""
    from attnlab.study.training import prepare

    prepare()
    from attnlab.cli.experiment import teller
    from attnlab.grading import Judge
    from attnlab.study import start_workspace
    from attnlab.study.tour import play

    desk = desk_of(context)
    with ExitStack() as stack:
        place = folder and desk.folder / folder
        if place is None:
            place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="attnlab-tour-"))) / "attention"
        workspace = start_workspace(place, desk.course).workspace
        judge = stack.enter_context(Judge(desk.course))
        if desk.course.tour:
            judge.warm(desk.course.exercise(desk.course.tour.exercise))
        _show(desk, *_welcome_view(desk, place), pause=None)
        pause = time.sleep if desk.terminal.interactive and not fast else None
        for scene in play(workspace, judge, tell=teller(desk), now=desk.now):
            _show(desk, *_scene_view(scene, desk.terminal), pause=pause)
        if desk.course.tour and desk.course.tour.sentences:
            _translator(desk, workspace, desk.course.tour.sentences, pause)
    _show(desk, *_goodbye_view(desk.terminal), pause=None)


def _translator(
    desk: Desk, workspace: Workspace, sentences: Sequence[str], pause: Callable[[float], None] | None
) -> None:
    """Train a translator before the visitor's eyes, and let it translate."""
    from attnlab.cli.train import follow
    from attnlab.cli.views_train import came_to_view
    from attnlab.cli.views_translate import looks_view
    from attnlab.study.tour import TOUR_LONGEST, plan_translator, translator
    from attnlab.study.training import settled

    terminal = desk.terminal
    planned = plan_translator(workspace)
    _show(
        desk,
        *_heading("In the end it translates", terminal),
        *terminal.wrap(
            "With the parts a learner has written a translator is trained: it sees sentences and their translations, "
            f"nothing else. Here attnlab's own parts stand in for them, and no sentence has more than {TOUR_LONGEST} "
            "words, so that less than a minute is enough."
        ),
        "",
        "  $ attnlab train",
        "",
        pause=pause,
    )
    story, code = follow(desk, planned)
    if code:
        desk.terminal.talk("stopped; nothing was lost")
        raise typer.Exit(code)
    _show(desk, *came_to_view(settled(planned, story), terminal), pause=pause)
    opened = translator(planned, workspace)
    for number, sentence in enumerate(sentences):
        (translated,) = opened.translate([sentence])
        drawn = looks_view(opened.looks(translated), terminal) if number == 0 else []
        show = " --show" if drawn else ""
        lines = [f'  $ attnlab translate{show} "{sentence}"', "", f"  {translated.renderings[0].text}", *drawn, ""]
        _show(desk, *lines, pause=pause)


def _show(desk: Desk, *lines: str, pause: Callable[[float], None] | None) -> None:
    desk.terminal.show(*lines)
    sys.stdout.flush()
    if pause:
        pause(min(len(lines) * _PER_LINE, _LONGEST))


def _welcome_view(desk: Desk, place: Path) -> list[str]:
    course, terminal = desk.course, desk.terminal
    counted = f"{len(course.lessons)} lessons and {len(course.exercises)} exercises"
    return [
        terminal.paint(terminal.words(course.title), "bold"),
        *terminal.wrap(f"{counted}. This is a tour: it plays by itself, and Ctrl-C ends it at any time."),
        "",
        *terminal.wrap("A learner works in a workspace, a folder with one file for every exercise:"),
        f"  $ attnlab init {place.name}",
        "",
    ]


def _scene_view(scene: Scene, terminal: Terminal) -> list[str]:
    from attnlab.study.tour import Answered, Measured, Measuring, Opened

    match scene:
        case Opened():
            return _opened_view(scene, terminal)
        case Answered():
            return _answered_view(scene, terminal)
        case Measuring():
            return _measuring_view(scene, terminal)
        case Measured():
            return _measured_view(scene, terminal)


def _opened_view(scene: Opened, terminal: Terminal) -> list[str]:
    from attnlab.cli.views_lesson import page_lines

    return [
        *_heading("Each lesson is read in short screens", terminal),
        f"  $ attnlab read {scene.lesson.number}",
        "",
        *(f"  {line}".rstrip() for line in page_lines(scene.screen, terminal)),
        "",
    ]


def _answered_view(scene: Answered, terminal: Terminal) -> list[str]:
    from attnlab.cli.views_report import report_view

    report = scene.checked.report
    name = scene.checked.exercise.id
    said = [f"  {terminal.paint('not attempted yet', 'bold')}: its gap is still open"]
    if report.attempted:
        said = report_view(report, terminal)
        end = "passed" if report.passed else f"{report.points:g} of {report.max_points:g} points"
        said += ["", f"  {terminal.paint(end, 'bold')}"]
    return [
        *_heading(f"{name}: {scene.described}", terminal),
        *(terminal.paint(f"    {line}".rstrip(), "dim") for line in scene.code.splitlines()),
        "",
        f"  $ attnlab check {name}",
        "",
        *said,
        "",
    ]


def _measuring_view(scene: Measuring, terminal: Terminal) -> list[str]:
    from attnlab.cli.views_experiment import duration

    experiment = scene.experiment
    return [
        *_heading(experiment.title, terminal),
        f"  $ attnlab experiment {experiment.name}",
        "",
        *terminal.wrap(f"Claim: {experiment.claim}.", "  ", "    "),
        *(terminal.paint(line, "dim") for line in terminal.wrap(experiment.source, "  ", "    ")),
        "",
        f"  It is measured now; that takes about {duration(experiment.seconds)}.",
        "",
    ]


def _measured_view(scene: Measured, terminal: Terminal) -> list[str]:
    from attnlab.cli.views_experiment import pictures_view

    findings = scene.outcome.findings
    return [*pictures_view(findings, terminal), *terminal.wrap(f"Seen: {findings.seen}", "  ", "    "), ""]


def _goodbye_view(terminal: Terminal) -> list[str]:
    first, second = _two_commands()
    return [
        *_heading("That was the tour. Two commands begin the course", terminal),
        f"  {terminal.paint(first, 'bold')}",
        f"  {terminal.paint(second, 'bold')}",
    ]


def _two_commands() -> tuple[str, str]:
    found = shutil.which("attnlab")
    ours = Path(sys.argv[0]).absolute()
    if found and Path(found).absolute() == ours:
        return "attnlab init attention", "cd attention && attnlab"
    activate = ours.with_name("activate")
    if os.name != "nt" and activate.is_file():
        return f". {_from_here(activate)}", "attnlab init attention"
    return f"{_from_here(ours)} init attention", f"cd attention && {ours}"


def _from_here(file: Path) -> Path:
    try:
        return file.relative_to(Path.cwd())
    except ValueError:
        return file


def _heading(words: str, terminal: Terminal) -> list[str]:
    return [terminal.rule(), terminal.paint(terminal.words(words), "bold"), ""]
