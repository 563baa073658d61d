"""What every command finds on its desk: the course, the workspace, the progress, the terminal and the time."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attnlab.cli.terminal import Terminal
from attnlab.errors import NotThere

if TYPE_CHECKING:
    from attnlab.content import Course
    from attnlab.study import Progress, Workspace


class Desk:
    """Everything is fetched when it is first asked for; a command that needs no course reads none."""

    def __init__(self, course_option: Path | None, terminal: Terminal, folder: Path | None = None) -> None:
        self.course_option = course_option
        self.terminal = terminal
        self._folder = folder

    @cached_property
    def folder(self) -> Path:
        try:
            return self._folder or Path.cwd()
        except FileNotFoundError:
            raise NotThere("the folder you are in has been removed", remedy="go to one that is there") from None

    @cached_property
    def course(self) -> Course:
        from attnlab.content import read_course
        from attnlab.paths import course_root

        return read_course(course_root(self.course_option))

    @cached_property
    def workspace(self) -> Workspace:
        """The workspace around the current folder; a damaged progress file is set aside on the way, with a word."""
        from attnlab.study.progress import mend_progress
        from attnlab.study.workspace import open_workspace

        workspace = open_workspace(self.folder, self.course)
        if mended := mend_progress(workspace):
            self.terminal.talk(f"attnlab: {mended}")
        return workspace

    @cached_property
    def workspace_or_none(self) -> Workspace | None:
        from attnlab.study.workspace import find_workspace

        return self.workspace if find_workspace(self.folder) else None

    @property
    def progress(self) -> Progress:
        """The progress as it is now; an empty one outside of a workspace."""
        from attnlab.study.progress import Progress, read_progress

        return read_progress(self.workspace_or_none) if self.workspace_or_none else Progress()

    @property
    def now(self) -> datetime:
        return datetime.now().astimezone()

    def print_json(self, value: Any) -> None:
        import json

        print(json.dumps(value, indent=2))


def desk_of(context: Any) -> Desk:
    """The desk that the shared options laid out."""
    desk = context.find_root().obj
    assert isinstance(desk, Desk)
    return desk
