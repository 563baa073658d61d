"""What you type: the door of the command line, and the only place where an unforeseen error is caught."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress

from attnlab.errors import AttnlabError

DONE, SOME_FAILED, WRONG_USAGE, COULD_NOT, INTERRUPTED = 0, 1, 2, 3, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    0 done, 1 some work failed, 2 wrong usage, 3 the tool could not, 130 interrupted.
    """
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        # A character that the terminal cannot show is no reason to fail.
        with suppress(AttributeError, ValueError, OSError):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    try:
        code = _run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        _close_quietly()
        code = DONE
    except KeyboardInterrupt:
        code = INTERRUPTED
    except AttnlabError as error:
        _say(error.problem, error.remedy)
        code = error.exit_code
    except Exception as error:
        code = _refused(error)
    if code == INTERRUPTED:
        print("\ninterrupted; nothing was lost", file=sys.stderr)
    return code


def _run(arguments: list[str]) -> int:
    from attnlab.cli.app import ReaderGone, command

    try:
        returned = command().main(arguments, prog_name="attnlab", standalone_mode=False)
    except ReaderGone as error:
        raise BrokenPipeError from error
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
    saved = _save_traceback(error)
    _say(
        f"attnlab itself failed: {type(error).__name__}: {error}",
        f"this is no fault of yours; please send the course's maintainers the file {saved}",
    )
    return COULD_NOT


def _say(problem: str, remedy: str) -> None:
    sys.stdout.flush()
    print(f"attnlab: {problem}\n  {remedy}", file=sys.stderr)


def _save_traceback(error: Exception) -> str:
    import tempfile
    import traceback

    with tempfile.NamedTemporaryFile("w", prefix="attnlab-", suffix=".txt", delete=False, encoding="utf-8") as file:
        file.write("".join(traceback.format_exception(error)))
    return file.name


def _close_quietly() -> None:
    # Python flushes stdout once more at its end and would complain there.
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
