"""Files that are hard to read, and submissions at each other's throats: still a verdict, and only one's own."""

from __future__ import annotations

import threading

import pytest

from attnlab.content import Limits
from attnlab.grading import Verdict

RIGHT = b"def double(numbers):\n    return numbers + numbers\n"
LIMITS = Limits(seconds=2.5, memory_mb=512, output_kb=64)

READABLE = {
    "a byte-order mark": b"\xef\xbb\xbf" + RIGHT,
    "Windows's line ends": RIGHT.replace(b"\n", b"\r\n"),
    "tabs": RIGHT.replace(b"    ", b"\t"),
    "latin-1, said so": b"# coding: latin-1\n# gr\xfc\xdfe\n" + RIGHT,
    "no line end at the end": RIGHT.rstrip(),
    "a page feed": b"\x0c\n" + RIGHT,
    "another name for the same letters": "ｄｏｕｂｌｅ = lambda numbers: numbers + numbers\n".encode(),
    "what runs as a script only": RIGHT + b"if __name__ == '__main__':\n    raise SystemExit(1)\n",
}

UNREADABLE = {
    "UTF-16": RIGHT.decode().encode("utf-16"),
    "a coding line that lies": b"# coding: utf-8\nx = '\xfc'\n" + RIGHT,
    "a coding that there is not": b"# coding: klingon\n" + RIGHT,
    "null bytes": RIGHT + b"\0",
    "only null bytes": b"\0" * 1000,
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
    "nothing": b"",
    "tabs and spaces mixed": b"def double(numbers):\n\tif True:\n        return numbers\n",
    "a notebook's magic": b"%matplotlib inline\n" + RIGHT,
    "a shell's escape": b"!pip install answers\n" + RIGHT,
    "a million bytes and more": b"#" * (2 << 20) + b"\n" + RIGHT,
    "a constant that takes for ever": b"x = " + b"9" * 100_000 + b"\n" + RIGHT,
    "a thousand nested lists": b"x = " + b"[" * 3000 + b"]" * 3000 + b"\n" + RIGHT,
    "a relative import": b"from . import answers\n" + RIGHT,
    "a star import of nothing": b"from answers import *\n" + RIGHT,
    "a question to the user": b"n = input('how many? ')\n" + RIGHT,
    "a breakpoint": b"breakpoint()\n" + RIGHT,
    "a download": b"import urllib.request\nurllib.request.urlopen('http://example.org')\n" + RIGHT,
}


@pytest.fixture
def grade(course, judge):
    def grade(source: bytes):
        return judge.grade(course.exercise("double"), source, seed=5, limits=LIMITS)

    return grade


@pytest.mark.parametrize("source", READABLE.values(), ids=READABLE)
def test_what_python_can_read_is_judged_like_any_other(grade, source):
    report = grade(source)

    assert report.passed, report.first_failure


@pytest.mark.parametrize("source", UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_run_fails_with_a_reason(grade, source):
    report = grade(source)

    first = next(check for check in report.checks if not check.passed)
    assert first.verdict in (Verdict.FAILED, Verdict.CRASHED)
    assert first.failure is not None
    assert first.failure.problem.isprintable()
    assert report.points == 0


STRANGE = {
    "escapes for letters": b"# coding: unicode_escape\n\\u0069mport os\n" + RIGHT,
    "a coding for names of hosts": b"# coding: idna\n" + RIGHT,
    "a coding of bytes to bytes": b"# coding: hex\n" + RIGHT.hex().encode(),
    "a comment in latin-1, not said so": b"# gr\xfc\xdfe\n" + RIGHT,
}


@pytest.mark.parametrize("source", STRANGE.values(), ids=STRANGE)
def test_what_one_python_reads_and_another_does_not_still_gets_a_verdict(grade, source):
    report = grade(source)

    assert all(check.verdict is not Verdict.NOT_JUDGED for check in report.checks)


def test_whoever_fills_a_folder_fills_only_their_own(course, judge):
    if "namespaces" not in judge.layers(course.exercise("double").library):
        pytest.skip("folders are on the same disk here")
    filling = (
        b"def double(numbers):\n    try:\n        with open('x', 'wb') as file:\n"
        b"            while True: file.write(bytes(1 << 20))\n    except OSError: pass\n"
        b"    n = 0\n    while True: n += 1\n"
    )
    writing = b"open('y', 'wb').write(bytes(30 << 20))\n" + RIGHT
    soon = Limits(seconds=0.5, memory_mb=512, output_kb=64)
    exercise = course.exercise("double")
    busy = threading.Thread(target=lambda: judge.grade(exercise, filling, seed=5, limits=soon))
    busy.start()

    reports = [judge.grade(exercise, writing, seed=5, limits=LIMITS) for _ in range(3)]

    busy.join()
    assert all(report.passed for report in reports), reports[0].first_failure
