"""A verdict on every save, and single keys for what one wants next."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Annotated

import typer

from attnlab.cli.desk import Desk, desk_of
from attnlab.cli.keys import Keys
from attnlab.cli.names import AsJson, ExerciseName
from attnlab.errors import AttnlabError
from attnlab.study.watching_saves import DEBOUNCE

if TYPE_CHECKING:
    from attnlab.content import Exercise
    from attnlab.study import Checked
    from attnlab.study.watching import Happening, Judged, Watching

_KEYS = (
    ("n", "next", "the next open exercise"),
    ("h", "hint", "one more hint"),
    ("l", "list", "all exercises, and how far you are"),
    ("r", "read", "the lesson"),
    ("e", "edit", "open the file in $VISUAL or $EDITOR"),
    ("c", "check", "judge again without a save"),
    ("R", "reset", "start over; your file is kept"),
    ("q", "quit", "stop watching"),
    ("?", "", "this"),
)
# Seconds without a verdict after which the learner is told that judging goes on.
_QUIET = 0.5


def watch(
    context: typer.Context,
    exercise: ExerciseName = None,
    debounce: Annotated[
        int, typer.Option("--debounce", metavar="MS", min=0, help="How long a burst of file events may take to settle.")
    ] = DEBOUNCE,
    as_json: AsJson = False,
) -> None:
    """Judge your work on every save.

    Whichever exercise you save is judged; ? shows the keys. With --json every report is one line.
    """
    from attnlab.grading import Judge
    from attnlab.study.browsing import named_exercise

    desk = desk_of(context)
    first = named_exercise(desk.workspace, exercise, desk.progress)
    with _ending_well(), Judge(desk.workspace.course) as judge:
        from attnlab.study.watching import Watching

        happenings: SimpleQueue[Happening | str] = SimpleQueue()
        watching = Watching(desk.workspace, judge, deliver=happenings.put, now=lambda: desk.now, debounce=debounce)
        with watching, Keys(happenings.put) as keys:
            _Session(desk, watching, keys, first, as_json).run(happenings)
    raise typer.Exit(0)


class _Session:
    """Shows what happens and does what the keys say; `exercise` is the one in hand."""

    def __init__(self, desk: Desk, watching: Watching, keys: Keys, exercise: Exercise, as_json: bool) -> None:
        self.desk, self.watching, self.keys, self.exercise, self.as_json = desk, watching, keys, exercise, as_json
        self._judging: Exercise | None = None
        self._asked_to_reset = False
        self._actions: dict[str, Callable[[], None]] = {
            "n": self._next,
            "h": self._hint,
            "l": self._list,
            "r": self._read,
            "e": self._edit,
            "c": self._check,
            "R": self._ask_to_reset,
            "?": self._help,
        }

    def run(self, happenings: SimpleQueue[Happening | str]) -> None:
        self._begin()
        while True:
            try:
                happening = happenings.get(timeout=_QUIET)
            except Empty:
                self._reassure()
                continue
            if happening == "q":
                return
            try:
                self._press(happening) if isinstance(happening, str) else self._show(happening)
            except AttnlabError as error:
                self.desk.terminal.complain(error)
            sys.stdout.flush()

    def _begin(self) -> None:
        from attnlab.study.workspace import is_untouched

        keys = "; ? shows the keys" if self.keys.on else ""
        self._talk(f"watching {self.desk.workspace.relative(self.exercise)} and all others; every save is judged{keys}")
        self.watching.warm(self.exercise)
        if self.as_json or not is_untouched(self.desk.workspace, self.exercise, self.desk.progress):
            self._check()
        else:
            self._show_exercise()

    def _show(self, happening: Happening) -> None:
        from attnlab.study.watching import Broke, Judged, Judging, Missing, Polling

        match happening:
            case Judging(exercise):
                self._judging = exercise
            case Judged():
                self._judging = None
                self._show_verdict(happening)
            case Missing(exercise):
                self._judging = None
                file = self.desk.workspace.relative(exercise)
                self._talk(f"{file} is gone; it is judged once it is back, and R lays the starter out again")
            case Polling(reason):
                self._talk(f"{reason}, so the files are looked at ten times a second instead")
            case Broke(error):
                self._judging = None
                raise error

    def _show_verdict(self, judged: Judged) -> None:
        checked = judged.checked
        self.exercise = checked.exercise
        if self.as_json:
            import json

            print(json.dumps(checked.report.to_json()))
        else:
            self._print_verdict(checked)
        if checked.forgotten:
            self.desk.terminal.complain(checked.forgotten)

    def _print_verdict(self, checked: Checked) -> None:
        from attnlab.cli.views_report import checked_view

        terminal, workspace = self.desk.terminal, self.desk.workspace
        at = f"{self.desk.now:%H:%M:%S}  {workspace.relative(checked.exercise)}"
        terminal.show("", terminal.rule(), terminal.paint(at, "dim"), *checked_view(checked, workspace, terminal))
        self._keys_line()

    def _reassure(self) -> None:
        if self._judging is not None:
            self._talk(f"still judging {self._judging.id}; saving again starts afresh")
            self._judging = None

    def _press(self, key: str) -> None:
        if self._asked_to_reset:
            self._asked_to_reset = False
            self._reset() if key in "yY" else self._talk("nothing was reset")
        elif action := self._actions.get(key):
            action()

    def _next(self) -> None:
        from attnlab.study.browsing import open_exercises

        course = self.desk.workspace.course
        still_open = open_exercises(course, self.desk.progress)
        place = course.exercises.index(self.exercise)
        later = [each for each in still_open if course.exercises.index(each) > place]
        ahead = (later or [each for each in still_open if each != self.exercise])[:1]
        if not ahead:
            self._talk("no other exercise is open" if still_open else "every exercise is done")
            return
        self.exercise = ahead[0]
        self.watching.warm(self.exercise)
        self._show_exercise()

    def _hint(self) -> None:
        from attnlab.cli.views import hint_view
        from attnlab.study import next_hint

        given = next_hint(self.desk.workspace, self.exercise, now=self.desk.now)
        self.desk.terminal.show("", *hint_view(given, self.desk.terminal))

    def _list(self) -> None:
        from attnlab.cli.views import listing_view
        from attnlab.study import listing

        shown = listing(self.desk.workspace.course, self.desk.progress)
        self.desk.terminal.show("", *listing_view(shown, self.desk.terminal, in_workspace=True))

    def _read(self) -> None:
        from attnlab.cli.read import read_on

        with self.keys.paused():
            read_on(self.desk, self.exercise.lesson)
        self._keys_line()

    def _edit(self) -> None:
        from attnlab.study.doctor import editor_command

        editor = editor_command()
        if not editor:
            self._talk("neither VISUAL nor EDITOR is set, so there is no editor to open")
            return
        file = self.desk.workspace.file(self.exercise)
        try:
            with self.keys.paused(), _interrupts_left_to_the_editor():
                subprocess.run([*editor, str(file)], cwd=self.desk.workspace.root, check=False)
        except OSError as error:
            self._talk(f"{editor[0]} does not start: {error.strerror or error}")

    def _check(self) -> None:
        self.watching.check([self.exercise])

    def _ask_to_reset(self) -> None:
        self._asked_to_reset = True
        self._talk(f"put the starter of {self.exercise.id} back? your file is kept; y does it, any other key does not")

    def _reset(self) -> None:
        from attnlab.cli.views_keep import undone_view
        from attnlab.study import reset

        undone = reset(self.desk.workspace, self.exercise, now=self.desk.now)
        self.desk.terminal.show(*undone_view(undone, self.desk.workspace, self.desk.terminal))

    def _help(self) -> None:
        self.desk.terminal.show("", *(f"  {key}  {does}" for key, name, does in _KEYS))

    def _show_exercise(self) -> None:
        from attnlab.cli.views import next_view
        from attnlab.study.timekeeping import looked

        looked(self.desk.workspace, self.desk.now)
        if not self.as_json:
            workspace, terminal = self.desk.workspace, self.desk.terminal
            terminal.show("", terminal.rule(), *next_view(workspace, self.exercise, terminal))
            self._keys_line()

    def _keys_line(self) -> None:
        if self.keys.on:
            terminal = self.desk.terminal
            line = "  ".join(f"[{key}]{name.removeprefix(key.lower())}" for key, name, _ in _KEYS)
            terminal.show("", *(terminal.paint(part, "dim") for part in terminal.wrap(line)))

    def _talk(self, *lines: str) -> None:
        terminal = self.desk.terminal
        terminal.talk(*(part for line in lines for part in terminal.wrap(line)))


@contextmanager
def _ending_well() -> Iterator[None]:
    """Let a request to end unwind like Ctrl-C does, so that the terminal and the workers are left in order."""

    def end(number: int, frame: object) -> None:
        raise SystemExit(128 + number)

    wanted = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {number: signal.signal(number, end) for number in wanted}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _interrupts_left_to_the_editor() -> Iterator[None]:
    """Ctrl-C in the editor is the editor's; a handler, since an ignored signal would stay ignored in it."""
    before = signal.signal(signal.SIGINT, lambda number, frame: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
