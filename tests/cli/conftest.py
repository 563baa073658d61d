import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

MINI_COURSE = Path(__file__).parents[1] / "mini_course"


class Learner:
    """Types commands in a folder, as a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {
            **os.environ,
            "ATTNLAB_COURSE": str(MINI_COURSE),
            "COLUMNS": "80",
            "PYTHONIOENCODING": "utf-8",
        }

    def types(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "attnlab", *arguments],
            cwd=self.folder,
            env={**self.environment, **environment},
            capture_output=True,
            encoding="utf-8",
            stdin=subprocess.DEVNULL,
        )

    def shell(self, line: str, before: str = "") -> subprocess.CompletedProcess[str]:
        """Types a line with redirections of a POSIX shell."""
        return subprocess.run(
            f"{before} {shlex.quote(sys.executable)} -m attnlab {line}",
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            encoding="utf-8",
            stdin=subprocess.DEVNULL,
            shell=True,
        )


@pytest.fixture
def outside(tmp_path: Path) -> Learner:
    return Learner(tmp_path)


@pytest.fixture
def learner(tmp_path: Path) -> Learner:
    learner = Learner(tmp_path)
    learner.types("init", "work")
    learner.folder = tmp_path / "work"
    return learner
