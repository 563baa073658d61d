"""The attack gallery: what a hostile submission tries, and the verdict it must get."""

from __future__ import annotations

import os
import textwrap
from pathlib import Path

import pytest

from attnlab.grading import Verdict

RIGHT = "def double(numbers):\n    return numbers + numbers\n"
CONFINED = pytest.mark.usefixtures("confined")
ROOT = Path(__file__).parents[2]


@pytest.fixture
def confined(layers):
    if not {"landlock", "seccomp"} <= layers:
        pytest.skip("this machine has no Landlock or no seccomp")


def calling(body: str) -> str:
    """A submission that does something in the call and then answers rightly."""
    return (
        "def double(numbers):\n"
        + textwrap.indent(textwrap.dedent(body).strip(), "    ")
        + "\n    return numbers + numbers\n"
    )


def importing(body: str) -> str:
    """A submission that does something when it is loaded."""
    return textwrap.dedent(body).strip() + "\n" + RIGHT


def worst(report):
    return next((check.verdict for check in report.checks if not check.passed), Verdict.PASSED)


EXHAUST = {
    "a loop at import": (importing("while True: pass"), Verdict.TIMED_OUT),
    "a loop in the call": (calling("while True: pass"), Verdict.TIMED_OUT),
    "a loop inside one library call": (calling("pow(7, 10**9)"), Verdict.TIMED_OUT),
    "sleeping for ever": (calling("import time; time.sleep(10**6)"), Verdict.TIMED_OUT),
    "a memory bomb in Python": (calling("x = [0]\nwhile True: x = x + x"), Verdict.OUT_OF_MEMORY),
    "one huge array": (calling("import numpy; numpy.ones(10**11)"), Verdict.OUT_OF_MEMORY),
    "endless recursion": (calling("double(numbers)"), Verdict.FAILED),
    "a raised recursion limit": (calling("import sys; sys.setrecursionlimit(10**9); double(numbers)"), None),
    "a segmentation fault": (calling("import ctypes; ctypes.string_at(0)"), Verdict.CRASHED),
    "gigabytes on standard output": (calling("while True: print('x' * 10**6, end='')"), Verdict.TOO_MUCH_OUTPUT),
    "gigabytes on standard error": (
        calling("import sys\nwhile True: sys.stderr.write('x' * 10**6)"), Verdict.TOO_MUCH_OUTPUT,
    ),
    "a result larger than a frame": (
        "import numpy\ndef double(numbers): return numpy.zeros((2, 40_000_000), dtype='uint8')\n",
        Verdict.CRASHED,
    ),
    "five hundred threads": (
        calling("import threading, time\nsleep = lambda: time.sleep(100)\n"
                "for _ in range(512): threading.Thread(target=sleep, daemon=True).start()"),
        None,
    ),
    "deep parentheses": ("(" * 100_000 + ")" * 100_000 + "\n" + RIGHT, None),
    "a constant of a billion bits": (importing("x = 2 ** 10 ** 10"), None),
    "an exit handler that hangs": (importing("import atexit, time; atexit.register(time.sleep, 1000)"), Verdict.PASSED),
    "a finaliser that hangs": (
        importing("import time\nclass F:\n    def __del__(self): time.sleep(1000)\nkept = F()"), Verdict.PASSED,
    ),
    "all descriptors taken": (calling("import os\nwhile True: os.dup(0)"), Verdict.FAILED),
    "a full disk": (calling("with open('x', 'wb') as f:\n    while True: f.write(bytes(10**7))"), None),
}  # fmt: skip

LEAVE = {
    "sys.exit at import": (importing("import sys; sys.exit(0)"), Verdict.FAILED),
    "sys.exit in the call": (calling("import sys; sys.exit(0)"), Verdict.FAILED),
    "os._exit at import": (importing("import os; os._exit(0)"), Verdict.CRASHED),
    "os._exit in the call": (calling("import os; os._exit(0)"), Verdict.CRASHED),
    "KeyboardInterrupt": (calling("raise KeyboardInterrupt"), Verdict.FAILED),
    "a BaseException of its own": (calling("class Away(BaseException): ...\nraise Away"), Verdict.FAILED),
    "killing itself": (calling("import os, signal; os.kill(os.getpid(), signal.SIGTERM); numbers.sleep()"), None),
}

DENIED = {
    "fork": "import os; os.fork()",
    "exec": "import os; os.execv('/bin/true', ['true'])",
    "a subprocess": "import subprocess; subprocess.run(['true'])",
    "killing its parent": "import os, signal; os.kill(os.getppid(), signal.SIGKILL)",
    "killing everything": "import os, signal; os.kill(-1, signal.SIGKILL)",
    "a TCP socket": "import socket; socket.socket()",
    "a UDP socket": "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
    "a Unix socket": "import socket; socket.socket(socket.AF_UNIX)",
    "a memfd": "import os; os.memfd_create('x')",
    "shared memory": "from multiprocessing import shared_memory; shared_memory.SharedMemory(create=True, size=10)",
    "lifting its limits": "import resource; resource.setrlimit(resource.RLIMIT_AS, (-1, -1))",
    "a new session": "import os; os.setsid()",
    "its parent's environment": "import os; open(f'/proc/{os.getppid()}/environ').read()",
    "its own environment by /proc": "open('/proc/self/environ').read()",
    "the reference": f"open({str(ROOT / 'tests/mini_course/solutions/01-doubling/double/reference.py')!r}).read()",
    "the course's real solutions": f"__import__('os').listdir({str(ROOT / 'solutions')!r})",
    "the engine's own files": f"__import__('os').listdir({str(ROOT / 'attnlab')!r})",
    "the judge's code": "import attnlab.grading",
    "somebody's home": "import os, pathlib; os.listdir(pathlib.Path.home())",
    "the password file": "open('/etc/passwd').read()",
    "a file outside its folder": "open('/tmp/attnlab-escaped', 'w')",
    "the folder above its own": "__import__('os').listdir('..')",
    "a hard link": "import os; open('a', 'w').close(); os.link('a', 'b')",
    "a pipe made larger": "import fcntl, os; fcntl.fcntl(os.pipe()[0], 1031, 1 << 20)",
    "taking its death signal back": "import ctypes, os\nif ctypes.CDLL(None).prctl(1, 0) != 0: raise PermissionError",
}

LIES = {
    "an always-equal object": "class A:\n    def __eq__(self, o): return True\ndef double(numbers): return A()\n",
    "an array that answers for itself": (
        "import numpy\nclass A(numpy.ndarray):\n    def __eq__(self, o): return True\n    __array_priority__ = 1e9\n"
        "def double(numbers): return numpy.zeros_like(numbers).view(A)\n"
    ),
    "NaN as a wildcard": "def double(numbers): return numbers * float('nan')\n",
    "infinity": "def double(numbers): return numbers * float('inf')\n",
    "another dtype": "def double(numbers): return (numbers * 2).astype('float32')\n",
    "complex numbers": "def double(numbers): return (numbers * 2).astype(complex)\n",
    "objects": "def double(numbers): return (numbers * 2).astype(object)\n",
    "a broadcastable shape": "def double(numbers): return (numbers * 2)[None]\n",
    "a nested list": "def double(numbers): return (numbers * 2).tolist()\n",
    "a generator": "def double(numbers): return (row * 2 for row in numbers)\n",
    "nothing": "def double(numbers): numbers * 2\n",
    "right on the first call only": (
        "calls = []\ndef double(numbers):\n    calls.append(1)\n    return numbers * (2 if len(calls) == 1 else 3)\n"
    ),
    "patched comparisons": (
        "import numpy, math\nnumpy.allclose = numpy.testing.assert_allclose = math.isclose = lambda *a, **k: True\n"
        "def double(numbers): return numbers\n"
    ),
    "patched JSON": "import json\njson.dumps = lambda *a, **k: '{}'\ndef double(numbers): return numbers\n",
    "a replaced worker": (
        "import sys\nfor name in list(sys.modules):\n    if name.startswith('attnlab'): sys.modules[name] = None\n"
        "def double(numbers): return numbers\n"
    ),
    "a forged frame on every descriptor": (
        "import os\nfor fd in range(3, 64):\n    try: os.write(fd, b'ATN1' + bytes(12))\n    except OSError: pass\n"
        "def double(numbers): return numbers\n"
    ),
    "a passing report on standard output": (
        "print('{\"passed\": true, \"points\": 3}')\ndef double(numbers): return numbers\n"
    ),
    "the caller's frames": (
        "import sys\ndef double(numbers):\n    frame = sys._getframe()\n    while frame:\n"
        "        for value in frame.f_locals.values():\n            if 'expected' in str(type(value)): return value\n"
        "        frame = frame.f_back\n    return numbers\n"
    ),
}  # fmt: skip

ODD_BUT_RIGHT = {
    "prints to standard error": "import sys; sys.stderr.write('working\\n')",
    "warns": "import warnings; warnings.warn('careful')",
    "starts a thread that ends": "import threading; t = threading.Thread(target=print); t.start(); t.join()",
    "uses a temporary file": "import tempfile; tempfile.TemporaryFile(dir='.').close()",
    "changes the default seed": "import numpy; numpy.random.seed(1)",
    "switches the garbage collector off": "import gc; gc.disable()",
    "imports a large part of the library": "import numpy.linalg, numpy.fft, json, dataclasses, collections",
}


@pytest.mark.parametrize(("source", "verdict"), EXHAUST.values(), ids=EXHAUST)
def test_exhausting_the_machine_gets_its_verdict_and_no_points(grade, source, verdict):
    report = grade(source)

    if verdict is None:
        # The outcome depends on the limits' order; what counts is that it ends with a verdict of the closed set.
        assert worst(report) is not Verdict.NOT_JUDGED
    else:
        assert worst(report) is verdict
    assert worst(report) is Verdict.PASSED or report.points == 0


@pytest.mark.parametrize(("source", "verdict"), LEAVE.values(), ids=LEAVE)
def test_leaving_early_earns_nothing(grade, source, verdict):
    report = grade(source)

    assert not report.passed
    assert report.points == 0
    assert verdict in (None, worst(report))


@CONFINED
@pytest.mark.parametrize("attempt", DENIED.values(), ids=DENIED)
def test_what_a_submission_has_no_business_doing_is_denied(grade, attempt):
    report = grade(importing(attempt))

    assert worst(report) is Verdict.FAILED
    assert report.points == 0
    failure = report.first_failure.failure
    assert any(
        error in failure.problem
        for error in ("PermissionError", "ModuleNotFoundError", "FileNotFoundError", "ValueError", "OSError")
    ), failure
    assert not Path("/tmp/attnlab-escaped").exists()


@pytest.mark.parametrize("source", LIES.values(), ids=LIES)
def test_lying_with_values_or_forging_results_does_not_pass(grade, source):
    report = grade(source)

    assert not report.passed
    assert worst(report) is not Verdict.NOT_JUDGED


@pytest.mark.parametrize("oddity", ODD_BUT_RIGHT.values(), ids=ODD_BUT_RIGHT)
def test_a_right_answer_that_only_looks_odd_keeps_its_points(grade, oddity):
    report = grade(importing(oddity))

    assert report.passed, report.first_failure


def test_an_attack_changes_nobody_elses_result(grade):
    before = grade(RIGHT)
    for source, _ in (EXHAUST["a loop in the call"], LEAVE["os._exit in the call"]):
        grade(source)

    after = grade(RIGHT)

    assert before.to_json() | {"seconds": 0} == after.to_json() | {"seconds": 0}


def children_of(pid: int) -> list[str]:
    """What each child of a zygote is doing: a spare waits in recvmsg and has used next to no time."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    ticks = {
        child: sum(map(int, Path(f"/proc/{child}/stat").read_text().rsplit(")", 1)[1].split()[11:13]))
        for child in children
    }
    return ["spare" if used < 20 else "worker" for used in ticks.values()]


def test_no_child_is_left_behind(grade, judge, course):
    grade(EXHAUST["five hundred threads"][0])
    grade(EXHAUST["a loop in the call"][0])
    zygote = judge._workers._zygotes[course.exercise("double").library]

    judge._workers.settle()

    assert len(zygote._ended) == 0
    assert all(name == "spare" for name in children_of(zygote._process.pid))


def test_a_childs_memory_holds_no_environment_of_the_judges(grade, monkeypatch):
    monkeypatch.setenv("SECRET_SEED", "12345")

    report = grade("import os\nprint(sorted(os.environ))\n" + RIGHT)

    assert "SECRET_SEED" not in report.output
    assert os.environ["SECRET_SEED"] == "12345"
