"""`attnlab watch` as it is run: piped, in a terminal, interrupted, ended."""

import json
import os
import pty
import select
import signal
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from attnlab.content import read_course
from attnlab.study import start_workspace

COURSE = Path(__file__).parents[1] / "mini_course"
RIGHT = "def double(numbers):\n    return numbers * 2\n"
SQUARED = "def double(numbers):\n    return numbers**2\n"
PATIENCE = 60
pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs signals and a pseudo-terminal")


@pytest.fixture
def workspace(tmp_path):
    return start_workspace(tmp_path / "attention", read_course(COURSE)).workspace


@pytest.fixture
def file(workspace):
    return workspace.file(workspace.course.exercise("double"))


@pytest.fixture
def attnlab(workspace):
    """Start a command in the workspace, as a function of its arguments."""
    started = []

    def start(*arguments, **options):
        command = [sys.executable, "-c", "import sys; from attnlab.cli import main; sys.exit(main())", *arguments]
        environment = {**os.environ, "ATTNLAB_COURSE": str(COURSE), "OMP_NUM_THREADS": "1"}
        process = subprocess.Popen(command, cwd=workspace.root, env=environment, **options)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        for stream in filter(None, (process.stdin, process.stdout, process.stderr)):
            stream.close()


@pytest.fixture
def piped(attnlab):
    return attnlab(
        "watch", "double", "--json",
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def save(file, text):
    beside = file.with_name("beside")
    beside.write_text(text)
    os.replace(beside, file)


class Screen:
    """The program's terminal, seen from the keyboard's end."""

    def __init__(self):
        self.keyboard, self.terminal = pty.openpty()
        self.seen = ""

    def wait_for(self, words):
        while words not in self.seen:
            assert select.select([self.keyboard], [], [], PATIENCE)[0], self.seen
            self.seen += os.read(self.keyboard, 65536).decode("utf-8", "replace")

    def press(self, key):
        os.write(self.keyboard, key.encode())

    @property
    def takes_lines(self):
        return bool(termios.tcgetattr(self.terminal)[3] & termios.ICANON)


@pytest.fixture
def screen():
    screen = Screen()
    yield screen
    os.close(screen.keyboard)
    os.close(screen.terminal)


def test_every_save_is_one_line_of_json_without_a_terminal(piped, file):
    assert json.loads(piped.stdout.readline())["attempted"] is False

    save(file, SQUARED)
    wrong = json.loads(piped.stdout.readline())
    save(file, RIGHT)
    right = json.loads(piped.stdout.readline())

    assert [check["failure"]["diagnosis"]["misconception"] for check in wrong["checks"] if check["failure"]] == [
        "squared"
    ]
    assert right["passed"] is True


def test_an_interrupt_ends_it_with_130_and_one_line(piped):
    piped.stdout.readline()

    piped.send_signal(signal.SIGINT)
    _, said = piped.communicate(timeout=PATIENCE)

    assert piped.returncode == 130
    assert said.strip().splitlines()[-1] == "interrupted; nothing was lost"
    assert "Traceback" not in said


def test_keys_do_what_they_say(attnlab, screen, file):
    process = attnlab("watch", "double", stdin=screen.terminal, stdout=screen.terminal, stderr=screen.terminal)
    screen.wait_for("[q]uit")

    screen.press("?")
    screen.wait_for("stop watching")
    screen.press("h")
    screen.wait_for("hint 1 of")
    screen.press("n")
    screen.wait_for("double_sum.py")
    screen.press("q")

    assert process.wait(timeout=PATIENCE) == 0
    assert screen.takes_lines


def test_a_reset_asks_first_and_keeps_what_was_there(attnlab, screen, file, workspace):
    save(file, SQUARED)
    process = attnlab("watch", "double", stdin=screen.terminal, stdout=screen.terminal, stderr=screen.terminal)
    screen.wait_for("You square every number")

    screen.press("Rn")
    screen.wait_for("nothing was reset")
    unchanged = file.read_text()
    screen.press("Ry")
    screen.wait_for("not attempted yet")

    assert unchanged == SQUARED
    assert "NotImplementedError" in file.read_text()
    assert any(kept.read_text() == SQUARED for kept in workspace.history.rglob("*.py"))
    screen.press("q")
    assert process.wait(timeout=PATIENCE) == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_request_to_end_gives_the_terminal_back(attnlab, screen, number):
    process = attnlab("watch", "double", stdin=screen.terminal, stdout=screen.terminal, stderr=screen.terminal)
    screen.wait_for("[q]uit")
    assert not screen.takes_lines

    process.send_signal(number)

    assert process.wait(timeout=PATIENCE) == 128 + number
    assert screen.takes_lines


def test_the_editor_gets_the_terminal_and_the_file(attnlab, screen, file, tmp_path, monkeypatch):
    editor = tmp_path / "editor.py"
    editor.write_text(f"import sys; open(sys.argv[1], 'w').write({RIGHT!r}); print('EDITED')")
    monkeypatch.setenv("VISUAL", f"{sys.executable} {editor}")
    process = attnlab("watch", "double", stdin=screen.terminal, stdout=screen.terminal, stderr=screen.terminal)
    screen.wait_for("[q]uit")

    screen.press("e")
    screen.wait_for("EDITED")
    screen.wait_for("passed")

    screen.press("q")
    assert process.wait(timeout=PATIENCE) == 0
