import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Typed:
    """What a command ended with and said."""

    returncode: int
    stdout: str
    stderr: str


class Typist:
    """Types commands in this process, which has torch by now; outside of any workspace, with a small corpus."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"

    def types(self, *arguments: str, stdin: str | None = None, **environment: str) -> Typed:
        import contextlib
        import io

        from attnlab.cli import main

        said, talked = io.StringIO(), io.StringIO()
        kept = {"ATTNLAB_DATA": str(self.data), "COLUMNS": "80", "ATTNLAB_COURSE": str(MINI_COURSE), **environment}
        with pytest.MonkeyPatch.context() as patch, contextlib.ExitStack() as stack:
            patch.chdir(self.folder)
            for name, value in kept.items():
                patch.setenv(name, value)
            if stdin is not None:
                file = self.folder / ".stdin"
                file.write_bytes(stdin.encode())
                patch.setattr("sys.stdin", stack.enter_context(file.open(encoding="utf-8")))
            stack.enter_context(contextlib.redirect_stdout(said))
            stack.enter_context(contextlib.redirect_stderr(talked))
            code = main(list(arguments))
        return Typed(code, said.getvalue(), talked.getvalue())


@pytest.fixture
def typist(tmp_path: Path) -> Typist:
    return Typist(tmp_path)


TINY = ("--layers", "1", "--heads", "2", "--d-model", "16", "--d-ff", "16", "--batch-tokens", "60", "--dropout", "0")
_NOUNS = {"dog": "chien", "cat": "chat", "bird": "oiseau", "king": "roi", "boy": "garçon"}
_VERBS = {"sleeps": "dort", "eats": "mange", "laughs": "rit", "sings": "chante"}
_WHICH = {"the": "le", "this": "ce", "a": "un"}


@pytest.fixture(scope="session")
def trained(tmp_path_factory) -> Iterator[Typist]:
    """Two small runs, `runs/one` and `runs/two`, on a corpus of sixty pairs; nobody may change them."""
    from attnlab.study.collecting import add

    torch = pytest.importorskip("torch")
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    typist = Typist(tmp_path_factory.mktemp("translator"))
    pairs = [
        (f"{which} {noun} {verb} right now", f"{_WHICH[which]} {_NOUNS[noun]} {_VERBS[verb]} en ce moment")
        for which in _WHICH
        for noun in _NOUNS
        for verb in _VERBS
    ]
    for split, chosen in (("train", pairs), ("val", pairs[::7]), ("test", pairs[3::7])):
        for side in (0, 1):
            (typist.folder / f"{split}.{side}").write_text("".join(f"{pair[side]}\n" for pair in chosen))
        add("animals", typist.folder / f"{split}.0", typist.folder / f"{split}.1", typist.data, split=split)
    common = ("train", "--corpus", "animals", "--device", "cpu", *TINY)
    for done in (
        typist.types(*common, "--steps", "300", "--learning-rate", "0.02", "--run", "runs/two"),
        typist.types(*common, "--steps", "3", "--run", "runs/one"),
    ):
        assert done.returncode == 0, done.stderr
    typist.told = done
    yield typist
    torch.set_num_threads(threads)
