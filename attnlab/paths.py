"""Where the course lies: an option, then the environment, then a checkout, then the packaged copy."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from attnlab.errors import NotThere

COURSE_VARIABLE = "ATTNLAB_COURSE"
_PACKAGE = Path(__file__).parent


def course_root(option: Path | None, environment: Mapping[str, str] = os.environ) -> Path:
    """The folder that holds `course/`, `exercises/` and `solutions/`.

    Raises:
        NotThere: the folder asked for holds no course.
    """
    if option is not None:
        return _checked(option, "the folder given with --course")
    if named := environment.get(COURSE_VARIABLE):
        return _checked(Path(named), f"the folder named by {COURSE_VARIABLE}")
    checkout = _PACKAGE.parent
    if (checkout / "course" / "course.toml").is_file():
        return checkout
    return _checked(_PACKAGE / "_course", "this installation")


def _checked(folder: Path, described: str) -> Path:
    if (folder / "course" / "course.toml").is_file():
        return folder.resolve()
    raise NotThere(
        f"{described} holds no course: {folder / 'course' / 'course.toml'} is missing",
        remedy="name a folder that has course/, exercises/ and solutions/ in it",
    )
