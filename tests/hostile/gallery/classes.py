"""Lays out a class on the disk and has it graded by the real command, watched from outside."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gallery import exhausting, forging, leaving, lying, notebooks, packing, siblings, stealing, talking
from gallery.records import Case

COURSE = Path(__file__).parents[2] / "mini_course"
_REAPING = Path(__file__).with_name("reaping.py")
_DEADLINE = 240.0
ASSIGNMENT = """
format_version = 1
title = "strangers"
secret = "a secret of the tests alone"

[[exercises]]
id = "double"
[exercises.limits]
seconds = 0.2
memory_mb = 256
output_kb = 16

[[exercises]]
id = "double_sum"
[exercises.limits]
seconds = 0.3
memory_mb = 512
output_kb = 16
"""


def hostile_cases(class_folder: Path, book: Path) -> dict[str, Case]:
    """All strangers, by the name of their folder."""
    found: dict[str, Case] = {}
    for cases in (
        exhausting.CASES, leaving.CASES, stealing.cases(class_folder, book), forging.CASES, lying.CASES, talking.CASES,
        packing.CASES, notebooks.CASES, siblings.CASES,
    ):  # fmt: skip
        assert not found.keys() & cases.keys()
        found |= cases
    return found


def lay(folder: Path, students: Mapping[str, Case]) -> None:
    """Write what they hand in, a folder or an archive each."""
    for name, case in students.items():
        for path, content in case.files.items():
            file = folder / f"{name}{path[1:]}" if path.startswith("/") else folder / name / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content() if callable(content) else content)
        if case.make:
            (folder / name).mkdir(parents=True)
            case.make(folder / name)


@dataclass(frozen=True)
class Run:
    """How a command went."""

    status: int
    out: str
    err: str
    left: list[str]
    seconds: float
    lingered: float


def attnlab(
    *arguments: str | Path,
    folder: Path,
    signal: int = 0,
    after: float = 0.0,
    before: str = "",
    temporary: Path | None = None,
) -> Run:
    """Type a command in `folder`.

    Args:
        signal: what it is sent `after` so many seconds, if it still runs.
        before: a line of Python that is run first.
        temporary: where temporary files go.
    """
    environment = {
        **os.environ,
        "ATTNLAB_COURSE": str(COURSE),
        "COLUMNS": "100",
        "PYTHONIOENCODING": "utf-8:surrogateescape",
        **({"TMPDIR": str(temporary)} if temporary else {}),
    }
    start = [sys.executable, "-m", "attnlab"]
    if before:
        start = [sys.executable, "-c", f"{before}\nimport sys\nfrom attnlab.cli import main\nsys.exit(main())"]
    watched = subprocess.run(
        [sys.executable, "-I", str(_REAPING), str(signal), str(after), *start, *map(os.fspath, arguments)],
        cwd=folder,
        env=environment,
        capture_output=True,
        timeout=_DEADLINE,
        check=False,
    )
    err, _, last = watched.stderr.decode(errors="surrogateescape").rstrip("\n").rpartition("\n")
    told = json.loads(last)
    return Run(out=watched.stdout.decode(errors="surrogateescape"), err=err, **told)


def rows_of(folder: Path, book: str) -> dict[tuple[str, str], dict]:
    """Every grade in a gradebook as the command exports it, by student and exercise."""
    run = attnlab("gradebook", "export", book, "--format", "json", folder=folder)
    assert run.status == 0, run.err
    return {(row["student"], row["exercise"]): row for row in json.loads(run.out)["grades"]}


def comparable(row: dict) -> dict:
    """A row without what may differ between two gradings of the same."""
    return {name: told for name, told in row.items() if name not in ("seconds", "graded_at")}
