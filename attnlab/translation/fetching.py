"""Downloads that go on where they broke off: by themselves a few times, later by the same call once more."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import requests

from attnlab.errors import CannotWrite, NotThere
from attnlab.translation.shelf import reason

ATTEMPTS = 4
_PATIENCE = (10.0, 30.0)
# What has come of a chunk is lost when the connection breaks within it.
_CHUNK = 1 << 12
_WORTH_ANOTHER_TRY = {408, 425, 429, 500, 502, 503, 504}

# Hears how many bytes have come, and of how many where that is known.
Heard = Callable[[int, int | None], None]


class NotFetched(NotThere):
    """What was asked for did not come; what has come so far is kept for the next time."""


def download(
    url: str,
    file: Path,
    *,
    heard: Heard = lambda come, of: None,
    attempts: int = ATTEMPTS,
    pause: Callable[[float], None] = time.sleep,
) -> None:
    """Bring what is at `url` into `file`, of which the beginning may be there from an earlier time.

    Args:
        attempts: how often in a row to try without a single new byte.
        pause: waits so many seconds between two tries.

    Raises:
        NotFetched: there is no connection, or the server has no such file.
        CannotWrite: the disk is full and the like.
    """
    failures = 0
    with requests.Session() as session:
        while True:
            before = _size(file)
            try:
                if _go_on(session, url, file, heard):
                    return
                why = "it ended too early"
            except requests.RequestException as error:
                why = _in_words(error)
            failures = 1 if _size(file) > before else failures + 1
            if failures >= attempts:
                raise NotFetched(
                    f"{url} could not be fetched: {why}",
                    remedy="look at your connection, then type the same again: it goes on where it stopped",
                )
            pause(2.0 ** (failures - 1))


def _go_on(session: requests.Session, url: str, file: Path, heard: Heard) -> bool:
    """Ask for what is missing and append it; true when all of it is there."""
    have = _size(file)
    # Identity: of a body packed for the way, the bytes asked for would be counted packed and come unpacked.
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    with closing(session.get(url, headers=headers, stream=True, timeout=_PATIENCE)) as answer:
        if answer.status_code in _WORTH_ANOTHER_TRY:
            raise requests.ConnectionError(f"the server answers {answer.status_code}")
        first, of = _range(answer)
        if answer.status_code == 416:
            if of == have:
                return True
            file.unlink(missing_ok=True)  # longer than all there is: not the beginning of this
            return False
        if answer.status_code == 206 and first != have:
            file.unlink(missing_ok=True)
            return False
        if answer.status_code not in (200, 206):
            raise NotFetched(
                f"{url} could not be fetched: the server answers {answer.status_code}",
                remedy="'--from DIR' takes files that you have got otherwise",
            )
        come = have if answer.status_code == 206 else 0
        if of is None and (length := answer.headers.get("Content-Length", "")).isdecimal():
            of = come + int(length)
        heard(come, of)
        for count in _appending(answer, file, fresh=not come):
            come += count
            heard(come, of)
        return of is None or come == of


def _appending(answer: requests.Response, file: Path, *, fresh: bool) -> Iterator[int]:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        opened = file.open("wb" if fresh else "ab")
    except OSError as error:
        raise _cannot(file, error) from error
    with opened:
        for chunk in answer.iter_content(_CHUNK):
            try:
                opened.write(chunk)
                opened.flush()
            except OSError as error:
                raise _cannot(file, error) from error
            yield len(chunk)


def _range(answer: requests.Response) -> tuple[int | None, int | None]:
    """The first byte of a partial answer and the size of the whole, where they are told."""
    told = re.fullmatch(r"bytes (?:(\d+)-\d+|\*)/(\d+|\*)", answer.headers.get("Content-Range", "").strip())
    if not told:
        return None, None
    first, of = told.groups()
    return int(first) if first else None, int(of) if of.isdecimal() else None


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0


def _in_words(error: requests.RequestException) -> str:
    match error:
        case requests.exceptions.SSLError():
            return "the server's certificate cannot be verified"
        case requests.exceptions.ProxyError():
            return "the proxy gives no connection"
        case requests.Timeout():
            return "no answer in time"
        case requests.exceptions.ChunkedEncodingError():
            return "the connection broke off"
        case requests.ConnectionError() if str(error).startswith("the server answers"):
            return str(error)
        case requests.ConnectionError():
            return "there is no connection to the server"
    return type(error).__name__


def _cannot(file: Path, error: OSError) -> CannotWrite:
    return CannotWrite(
        f"{file} could not be written: {reason(error)}",
        remedy="make room there, or name another folder with --data or ATTNLAB_DATA",
    )
