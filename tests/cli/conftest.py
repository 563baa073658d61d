import os
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


@pytest.fixture
def outside(tmp_path: Path) -> Learner:
    return Learner(tmp_path)


@pytest.fixture
def learner(tmp_path: Path) -> Learner:
    learner = Learner(tmp_path)
    learner.types("init", "work")
    learner.folder = tmp_path / "work"
    return learner
