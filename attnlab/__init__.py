"""attnlab: learn neural attention in a terminal by writing it, judged at once.

The plain Python door is `attnlab.grade(exercise, path_or_source)`; in a notebook it is `check_cell(exercise)`, or
`%load_ext attnlab` and then `%%check exercise`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from attnlab.cli.cell import check_cell, load_ipython_extension
    from attnlab.grading import Report

__version__ = "0.1.0"
__all__ = ["__version__", "check_cell", "grade", "load_ipython_extension"]


def __getattr__(name: str) -> Any:
    # Only a notebook pays for what only a notebook needs.
    if name in ("check_cell", "load_ipython_extension"):
        from attnlab.cli import cell

        return getattr(cell, name)
    raise AttributeError(f"module 'attnlab' has no attribute '{name}'")


def grade(exercise: str, path_or_source: Path | str, *, seed: int | None = None, course: Path | None = None) -> Report:
    """Judge one file for one exercise and return the report that every other door shows too.

    Files beside it that are named after exercises can be imported by it, as in a workspace.

    Args:
        exercise: the exercise's name, as 'softmax'.
        path_or_source: a file; or the source itself, which is any text with a line break in it.
        seed: of the inputs; the report tells which was drawn when none is given.
        course: a folder with another course than ours.

    Raises:
        UnknownName: there is no such exercise.
        NotThere: there is no such file.
        ToolFault: no worker could be started.
    """
    from attnlab.content import read_course
    from attnlab.errors import NotThere
    from attnlab.grading import Judge
    from attnlab.paths import course_root

    found = read_course(course_root(course))
    wanted = found.exercise(exercise)
    siblings: dict[str, bytes] = {}
    filename = None
    if isinstance(path_or_source, str) and "\n" in path_or_source:
        source = path_or_source.encode()
    else:
        file = Path(path_or_source)
        filename = file.name
        try:
            source = file.read_bytes()
        except OSError as error:
            raise NotThere(f"{file} cannot be read: {error.strerror}", remedy="name a file that exists") from error
        known = {other.id: file.parent / f"{other.id}.py" for other in found.exercises if other.id != wanted.id}
        siblings = {name: path.read_bytes() for name, path in known.items() if path.is_file()}
    with Judge(found) as judge:
        return judge.grade(wanted, source, filename=filename, siblings=siblings, seed=seed)
