"""What you type: the door of the command line, and the only place where an unforeseen error is caught."""

from __future__ import annotations

import errno
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import TextIO

from attnlab.errors import AttnlabError

DONE, SOME_FAILED, WRONG_USAGE, COULD_NOT, INTERRUPTED = 0, 1, 2, 3, 130
_OUTPUT_FULL = {errno.ENOSPC, errno.EFBIG, errno.EIO}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    0 done, 1 some work failed, 2 wrong usage, 3 the tool could not, 130 interrupted.
    """
    own_process = arguments is None
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    _stand_in_for_closed_streams()
    for stream in (sys.stdout, sys.stderr):
        # A character that the terminal cannot show is no reason to fail.
        with suppress(AttributeError, ValueError, OSError):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    told = False
    try:
        code = _run(arguments)
        # A command that ends so of itself, as a training does, has said what became of it.
        told = code == INTERRUPTED
        sys.stdout.flush()
    except BrokenPipeError:
        _close_quietly(sys.stdout)
        code = DONE
    except KeyboardInterrupt:
        code = INTERRUPTED
    except AttnlabError as error:
        _say(error.problem, error.remedy)
        code = error.exit_code
    except Exception as error:
        code = _refused(error)
    if own_process:
        # All is said and done; a Ctrl-C while the interpreter takes itself apart has nothing left to stop.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    if code == INTERRUPTED and not told:
        _talk("\ninterrupted; nothing was lost")
    return code


def _run(arguments: list[str]) -> int:
    from attnlab.cli.app import Interrupted, ReaderGone, command

    try:
        returned = command().main(arguments, prog_name="attnlab", standalone_mode=False)
    except ReaderGone as error:
        raise BrokenPipeError from error
    except Interrupted as error:
        raise KeyboardInterrupt from error
    return returned if isinstance(returned, int) else DONE


def _refused(error: Exception) -> int:
    import typer

    if isinstance(error, typer.Abort):
        return INTERRUPTED
    # The class of all usage errors has no public name of its own in typer.
    usage = typer.BadParameter.__mro__[1]
    if isinstance(error, usage):
        from attnlab.cli.usage import usage_in_words

        _say(*usage_in_words(error))
        return WRONG_USAGE
    if isinstance(error, OSError) and error.errno in _OUTPUT_FULL and error.filename is None:
        _close_quietly(sys.stdout)
        _say(f"the output could not be written: {(error.strerror or '').lower()}", "make room where it goes")
        return COULD_NOT
    saved = _save_traceback(error)
    _say(
        f"attnlab itself failed: {type(error).__name__}: {error}",
        f"this is no fault of yours; please send the course's maintainers {saved}",
    )
    return COULD_NOT


def _say(problem: str, remedy: str) -> None:
    try:
        sys.stdout.flush()
    except OSError:
        _close_quietly(sys.stdout)
    _talk(f"attnlab: {problem}\n  {remedy}")


def _talk(words: str) -> None:
    try:
        print(words, file=sys.stderr, flush=True)
    except OSError:
        _close_quietly(sys.stderr)


def _save_traceback(error: Exception) -> str:
    import tempfile
    import traceback

    told = "".join(traceback.format_exception(error))
    try:
        with tempfile.NamedTemporaryFile("w", prefix="attnlab-", suffix=".txt", delete=False, encoding="utf-8") as file:
            file.write(told)
    except OSError:
        return "this sentence and what you typed"
    return f"the file {file.name}"


def _stand_in_for_closed_streams() -> None:
    # Closed by the shell (`>&-`), its number would go to the next file opened, and our words into that file.
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            descriptor = os.open(os.devnull, os.O_RDWR)
            if descriptor != number:
                os.dup2(descriptor, number)
                os.close(descriptor)
            setattr(sys, name, open(number, "w" if number else "r", encoding="utf-8"))  # noqa: SIM115


def _close_quietly(stream: TextIO) -> None:
    # Python flushes its streams once more at its end and would complain there.
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
