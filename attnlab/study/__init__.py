"""The learner's verbs: start, read, check, test out, hint, reveal, reset, undo, update, experiment; files and progress.

Each verb takes an open `Workspace` and returns a frozen record; nothing here prints.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from attnlab.study.browsing import Listing, Whereabouts, current_exercise, listing, next_exercise, whereabouts
    from attnlab.study.checking import Checked, Submission, check, record_report, submission, submission_of
    from attnlab.study.experimenting import Outcome, all_experiments, find_experiment, run_experiment, with_pictures
    from attnlab.study.hinting import Hint, Revealed, next_hint, solution
    from attnlab.study.inputs import save_inputs
    from attnlab.study.keeping import Difference, Undone, difference, kept_files, reset, undo
    from attnlab.study.progress import Entry, Progress, Status, mend_progress, read_progress
    from attnlab.study.reading import Page, note_screen, page
    from attnlab.study.testing_out import LessonTried, Placed, Tried, answer_file, judge_lesson, lay_out
    from attnlab.study.updating import Update, needs_update, update
    from attnlab.study.workspace import Started, Workspace, find_workspace, open_workspace, start_workspace

_ROOMS = {
    "browsing": "Listing Whereabouts current_exercise listing next_exercise whereabouts",
    "checking": "Checked Submission check record_report submission submission_of",
    "experimenting": "Outcome all_experiments find_experiment run_experiment with_pictures",
    "hinting": "Hint Revealed next_hint solution",
    "inputs": "save_inputs",
    "keeping": "Difference Undone difference kept_files reset undo",
    "progress": "Entry Progress Status mend_progress read_progress",
    "reading": "Page note_screen page",
    "testing_out": "LessonTried Placed Tried answer_file judge_lesson lay_out",
    "updating": "Update needs_update update",
    "workspace": "Workspace Started find_workspace open_workspace start_workspace",
}
_HOME = {name: file for file, names in _ROOMS.items() for name in names.split()}

__all__ = [
    "Checked", "Difference", "Entry", "Hint", "LessonTried", "Listing", "Outcome", "Page", "Placed", "Progress",
    "Revealed", "Started", "Status", "Submission", "Tried", "Undone", "Update", "Whereabouts", "Workspace",
    "all_experiments", "answer_file", "check", "current_exercise", "difference", "find_experiment", "find_workspace",
    "judge_lesson", "kept_files", "lay_out", "listing", "mend_progress", "needs_update", "next_exercise", "next_hint",
    "note_screen", "open_workspace", "page", "read_progress", "record_report", "reset", "run_experiment",
    "save_inputs", "solution", "start_workspace", "submission", "submission_of", "undo", "update", "whereabouts",
    "with_pictures",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    # One verb's file is loaded when that verb is used: a command pays for nothing else.
    if name in _HOME:
        return getattr(import_module(f"attnlab.study.{_HOME[name]}"), name)
    raise AttributeError(name)
