"""Removes what a submission has left in its folder, however it was built."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress

_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0)


def clear_away(folder: str) -> None:
    """Remove a folder and all that is in it; what the system does not let go of stays behind.

    Nobody may be writing there any more.
    """
    if not {os.open, os.unlink, os.rmdir, os.chmod} <= os.supports_dir_fd:
        with suppress(RecursionError):
            shutil.rmtree(folder, ignore_errors=True)
        return
    with suppress(OSError):
        _clear(folder)
        os.rmdir(folder)


def _clear(folder: str) -> None:
    """Down and up again, one folder open at a time: a walk that calls itself ends a thousand folders down."""
    here = os.open(folder, _FOLDER)
    try:
        levels = [_without_files(here)]
        while levels:
            if levels[-1]:
                try:
                    os.chmod(levels[-1][-1], 0o700, dir_fd=here)
                    there = os.open(levels[-1][-1], _FOLDER, dir_fd=here)
                except OSError:
                    levels[-1].pop()
                    continue
                os.close(here)
                here = there
                levels.append(_without_files(here))
                continue
            levels.pop()
            if levels:
                there = os.open("..", _FOLDER, dir_fd=here)
                os.close(here)
                here = there
                with suppress(OSError):
                    os.rmdir(levels[-1].pop(), dir_fd=here)
    finally:
        os.close(here)


def _without_files(here: int) -> list[str]:
    """Remove the files of an open folder; the names of its folders."""
    folders: list[str] = []
    with os.scandir(here) as entries:
        for entry in entries:
            with suppress(OSError):
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.name)
                else:
                    os.unlink(entry.name, dir_fd=here)
    return folders
