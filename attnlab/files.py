"""Every write that matters: beside, then renamed, so that a full disk or a kill leaves what was there before."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from attnlab.errors import CannotWrite, NotThere

_PATIENCE = 10.0
_PAUSE = 0.02


def write(file: Path, content: bytes | str | Iterator[str]) -> None:
    """Put `content` in `file`, whole or not at all; folders on the way are made.

    Args:
        content: text becomes UTF-8; in pieces where it is too much to be held at once.

    Raises:
        CannotWrite: the disk is full, the folder read-only and the like; what was there is untouched.
    """
    # A link the learner made is written through, not replaced by a plain file.
    target = Path(os.path.realpath(file))
    beside = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            with beside.open("wb") as opened:
                for part in (content,) if isinstance(content, bytes | str) else content:
                    opened.write(part.encode() if isinstance(part, str) else part)
            os.replace(beside, target)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise _cannot(file, error) from error


def move(file: Path, target: Path) -> None:
    """Rename `file` to `target`, which must not exist yet."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        os.rename(file, target)
    except OSError as error:
        raise _cannot(target, error) from error


def make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _cannot(folder, error) from error


def read(file: Path, *, remedy: str) -> bytes:
    """The bytes of a file that has to be there.

    Raises:
        NotThere: it is not, or cannot be read; `remedy` says what to do then.
    """
    try:
        return file.read_bytes()
    except FileNotFoundError:
        raise NotThere(f"{shown(file)} is missing", remedy=remedy) from None
    except OSError as error:
        raise NotThere(f"{shown(file)} cannot be read: {_reason(error)}", remedy=remedy) from error


def read_if_there(file: Path) -> bytes | None:
    """The bytes of a file, or None where there is no such file.

    Raises:
        NotThere: something is there and cannot be read.
    """
    try:
        return file.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise NotThere(
            f"{shown(file)} cannot be read: {_reason(error)}",
            remedy="move it away, or give yourself the right to read it",
        ) from error


@contextmanager
def locked(file: Path, patience: float = _PATIENCE) -> Iterator[None]:
    """Hold the lock `file`, which only one process at a time can; its holder's death frees it.

    Raises:
        CannotWrite: another command held it for longer than `patience` seconds, or it cannot be made.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o644)
    except OSError as error:
        raise _cannot(file, error) from error
    try:
        deadline = time.monotonic() + patience
        while not _try_lock(descriptor):
            if time.monotonic() >= deadline:
                raise CannotWrite(
                    f"another attnlab command has been busy here for {patience:.0f} seconds",
                    remedy="wait for it to end, then try again",
                )
            time.sleep(_PAUSE)
        yield
    finally:
        # Closing the descriptor lets the lock go, on every system.
        os.close(descriptor)


def shown(file: Path) -> str:
    """A path as short as it can be told: from the current folder where it lies below it."""
    try:
        return str(file.relative_to(Path.cwd()))
    except (ValueError, OSError):
        return str(file)


def _try_lock(descriptor: int) -> bool:
    # filelock does the same and more, but costs 25 ms to import, a fifth of a whole `attnlab hint`.
    if os.name == "nt":
        import msvcrt

        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        except OSError:
            return False
        return True
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _cannot(file: Path, error: OSError) -> CannotWrite:
    return CannotWrite(
        f"{shown(file)} could not be written: {_reason(error)}",
        remedy="make room or give yourself the right to write there; what was there is untouched",
    )


def _reason(error: OSError) -> str:
    return (error.strerror or type(error).__name__).lower()
