"""Keys arrive one by one, and the terminal is given back as it was found, however it ends."""

import os
import pty
import signal
import sys
import termios
from contextlib import suppress
from queue import Queue

import pytest

from attnlab.cli.keys import Keys

PATIENCE = 20
pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")


@pytest.fixture
def terminal():
    """The keyboard's end of a terminal and the program's end as a stream."""
    keyboard, screen = pty.openpty()
    with os.fdopen(screen, "r") as stream:
        yield keyboard, stream
    os.close(keyboard)


def takes_lines(stream):
    return bool(termios.tcgetattr(stream)[3] & termios.ICANON and termios.tcgetattr(stream)[3] & termios.ECHO)


def test_a_key_arrives_without_enter(terminal):
    keyboard, stream = terminal
    pressed = Queue()

    with Keys(pressed.put, stream):
        os.write(keyboard, b"nR")

        assert [pressed.get(timeout=PATIENCE) for _ in range(2)] == ["n", "R"]


def test_arrow_and_function_keys_are_no_letters(terminal):
    keyboard, stream = terminal
    pressed = Queue()

    with Keys(pressed.put, stream):
        os.write(keyboard, b"a\x1b[A\x1b[1;5C\x1bOP\x1b[15~b")

        assert [pressed.get(timeout=PATIENCE) for _ in range(2)] == ["a", "b"]


def test_the_end_of_input_means_quit(terminal):
    keyboard, stream = terminal
    pressed = Queue()

    with Keys(pressed.put, stream):
        os.write(keyboard, b"\x04")

        assert pressed.get(timeout=PATIENCE) == "q"


def test_the_terminal_is_given_back_after_an_exception(terminal):
    _, stream = terminal

    with suppress(KeyboardInterrupt), Keys(print, stream):
        assert not takes_lines(stream)
        raise KeyboardInterrupt

    assert takes_lines(stream)


def test_the_terminal_is_somebody_elses_while_paused(terminal):
    keyboard, stream = terminal
    pressed = Queue()

    with Keys(pressed.put, stream) as keys:
        with keys.paused():
            assert takes_lines(stream)
            os.write(keyboard, b"theirs\n")
            assert os.read(stream.fileno(), 100) == b"theirs\n"
        os.write(keyboard, b"o")
        assert pressed.get(timeout=PATIENCE) == "o"


def test_signal_handlers_are_put_back(terminal):
    before = signal.getsignal(signal.SIGTSTP), signal.getsignal(signal.SIGCONT)

    with Keys(print, terminal[1]):
        assert signal.getsignal(signal.SIGCONT) != before[1]

    assert (signal.getsignal(signal.SIGTSTP), signal.getsignal(signal.SIGCONT)) == before


def test_the_terminal_is_taken_again_when_the_program_is_continued(terminal):
    _, stream = terminal
    found = termios.tcgetattr(stream)

    with Keys(print, stream):
        termios.tcsetattr(stream, termios.TCSANOW, found)
        os.kill(os.getpid(), signal.SIGCONT)

        assert not takes_lines(stream)


def test_keys_are_off_where_stdin_is_no_terminal(tmp_path):
    (tmp_path / "file").write_text("q")

    with (tmp_path / "file").open() as stream, Keys(print, stream) as keys:
        assert not keys.on


def test_keys_are_off_where_stdin_is_closed(monkeypatch):
    stream = open(os.devnull)  # noqa: SIM115
    stream.close()

    with Keys(print, stream) as keys:
        assert not keys.on
    assert sys.stdin is not stream
