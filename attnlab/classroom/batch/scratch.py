"""The folder in which a class's files lie while they are judged; what a killed command left behind is cleared away."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from attnlab import files
from attnlab.errors import CannotWrite

_PREFIX = "attnlab-grade-"
# Held as long as the folder is used; the system lets it go when its holder dies, however that happens.
_HELD = "held"
_FILES = "files"


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """An empty folder among the system's temporary ones, removed at the end.

    Raises:
        CannotWrite: there is no room, or no right, to make it.
    """
    try:
        made = Path(tempfile.mkdtemp(prefix=_PREFIX))
    except OSError as error:
        raise CannotWrite(
            f"no folder for temporary files could be made: {error.strerror or error}",
            remedy="make room there, or name another place by the variable TMPDIR",
        ) from error
    _clear_left_behind(made)
    try:
        with files.locked(made / _HELD, patience=0.0):
            inner = made / _FILES
            files.make_folder(inner)
            yield inner
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _clear_left_behind(own: Path) -> None:
    """Remove the folders of commands that were killed: those whose lock nobody holds."""
    for other in own.parent.glob(f"{_PREFIX}*"):
        lock = other / _HELD
        # Without a lock it may have been made this very moment; another user's cannot be opened.
        with suppress(CannotWrite, OSError):
            if other != own and not other.is_symlink() and lock.is_file():
                with files.locked(lock, patience=0.0):
                    shutil.rmtree(other, ignore_errors=True)
