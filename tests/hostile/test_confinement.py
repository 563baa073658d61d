"""What a confined worker cannot reach: other processes, other students, the machine, what comes after it."""

from __future__ import annotations

import os
import sys
import textwrap
from pathlib import Path

import pytest

from attnlab.content import Library, Limits
from attnlab.grading import Verdict

RIGHT = "def double(numbers):\n    return numbers + numbers\n"
REFUSED = ("PermissionError", "FileNotFoundError", "OSError", "ValueError", "ProcessLookupError")
ROOT = Path(__file__).parents[2]
KERNEL = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
X86 = os.uname().machine == "x86_64"
def kernel(outcome):
    if outcome == -1 or outcome == 2**64 - 1: raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
"""

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux confines")


@pytest.fixture(autouse=True)
def confined(layers):
    if not {"landlock", "seccomp"} <= layers:
        pytest.skip("this machine has no Landlock or no seccomp")


@pytest.fixture
def marker(tmp_path):
    """A file of the judge's own user, looked at again when the submission is through."""
    file = tmp_path / "marker"
    file.write_text("untouched")
    file.chmod(0o640)
    before = file.stat()
    yield file
    after = file.stat()
    assert file.read_text() == "untouched"
    assert (before.st_mode, before.st_mtime_ns, before.st_uid) == (after.st_mode, after.st_mtime_ns, after.st_uid)
    assert list(tmp_path.iterdir()) == [file]


def importing(body: str) -> str:
    return KERNEL + textwrap.dedent(body).strip() + "\n" + RIGHT


def calling(body: str) -> str:
    return f"{KERNEL}def double(numbers):\n{textwrap.indent(body.strip(), '    ')}\n    return numbers + numbers\n"


def worst(report):
    return next((check.verdict for check in report.checks if not check.passed), Verdict.PASSED)


TALK = {
    "an abstract socket": "import socket; socket.socket(socket.AF_UNIX).bind(b'\\0attnlab')",
    "a pair of sockets": "import socket; socket.socketpair()",
    "a packet socket": "import socket; socket.socket(socket.AF_PACKET, socket.SOCK_RAW)",
    "a netlink socket": "import socket; socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)",
    "a name looked up": "import socket; socket.getaddrinfo('example.org', 80)",
    "System V shared memory": "kernel(libc.shmget(4711, 4096, 0o1666))",
    "a System V semaphore": "kernel(libc.semget(4711, 1, 0o1666))",
    "a System V message queue": "kernel(libc.msgget(4711, 0o1666))",
    "a POSIX message queue": "kernel(libc.mq_open(b'/attnlab', 0o102, 0o666, None))",
    "a POSIX semaphore": "import multiprocessing; multiprocessing.Semaphore()",
    "a file in /dev/shm": "open('/dev/shm/attnlab', 'w')",
    "a secret memory file": "os.memfd_create('x')",
    "a named pipe": "os.mkfifo('pipe')",
    "a lock on a file that everybody reads": "import fcntl; fcntl.lockf(open(os.__file__), fcntl.LOCK_SH)",
    "an old lock on such a file": "import fcntl; fcntl.flock(open(os.__file__), fcntl.LOCK_SH)",
    "a look at others' locks": "import fcntl, struct; fcntl.fcntl(open(os.__file__), fcntl.F_GETLK, bytes(32))",
    "a lease on a file": "import fcntl; fcntl.fcntl(open('x', 'w'), 1024, 1)",
    "a watch on a folder": "kernel(libc.inotify_init())",
    "the other folders of this class": "os.listdir('..')",
}

OTHERS = {
    "the list of processes": "os.listdir('/proc')",
    "the first process's command line": "open('/proc/1/cmdline').read()",
    "its own descriptors": "os.listdir('/proc/self/fd')",
    "its own memory as a file": "open('/proc/self/mem', 'rb').read(1)",
    "its own memory's map": "open('/proc/self/maps').read()",
    "being traced": "kernel(libc.ptrace(0, 0, 0, 0))",
    "tracing the first process": "kernel(libc.ptrace(16, 1, 0, 0))",
    "reading another's memory": "kernel(libc.process_vm_readv(1, None, 0, None, 0, 0))",
    "a handle on another process": "os.pidfd_open(1)",
    "a signal to the first process": "os.kill(1, 9)",
    "a signal to its group": "os.killpg(0, 9)",
    "a signal to everybody": "os.kill(-1, 15)",
    "a signal to a thread of another": "kernel(libc.syscall(234 if X86 else 131, 1, 1, 9))",
    "a group of its own": "os.setpgid(0, 0)",
    "a session of its own": "os.setsid()",
    "forking twice": "if os.fork() == 0 and os.fork() == 0: os._exit(0)",
    "a fork past libc": "kernel(libc.syscall(56 if X86 else 220, 17, 0, 0, 0, 0))",
    "spawning": "os.posix_spawn('/bin/true', ['true'], {})",
    "a pool of processes": "import multiprocessing; multiprocessing.get_context('fork').Process(target=print).start()",
    "a terminal": "os.open('/dev/tty', os.O_RDWR)",
    "being less nice": "os.setpriority(os.PRIO_PROCESS, 0, -5)",
    "making others of its user wait": "os.setpriority(os.PRIO_USER, os.getuid(), 19)",
    "real-time scheduling": "os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))",
    "a processor of its own": "os.sched_setaffinity(0, {0})",
    "being dumpable again": "kernel(libc.prctl(4, 1, 0, 0, 0))",
    "outliving the judge": "kernel(libc.prctl(1, 0, 0, 0, 0))",
    "new privileges": "os.setuid(0); os.setgroups([0])",
}

MACHINE = {
    "a new user namespace": "kernel(libc.unshare(0x10000000))",
    "another's namespace": "kernel(libc.setns(0, 0))",
    "a mount": "kernel(libc.mount(b'x', b'.', b'tmpfs', 0, None))",
    "an unmount": "kernel(libc.umount2(b'.', 2))",
    "another root": "os.chroot('.')",
    "a device": "import stat; os.mknod('null', stat.S_IFCHR | 0o666, os.makedev(1, 3))",
    "a link to a file outside": "os.symlink('/etc/passwd', 'link')",
    "the clock": "import time; time.clock_settime(time.CLOCK_REALTIME, 0)",
    "the host's name": "import socket; socket.sethostname('attnlab')",
    "the libraries written to": "open(os.__file__, 'a')",
    "the libraries made shorter": "os.truncate(os.__file__, 0)",
    "the libraries moved": "os.rename(os.__file__, 'os.py')",
    "the file modes of the libraries": "os.chmod(os.__file__, 0o777)",
    "the times of the libraries": "os.utime(os.__file__)",
    "the owner of the libraries": "os.chown(os.__file__, 65534, -1)",
    "a compiled file where Python looks": "open(os.path.dirname(os.__file__) + '/sitecustomize.py', 'w')",
    "a program of its own in its folder": "open('x', 'w').write('#!/bin/sh'); os.execv('./x', ['x'])",
    "the tool's own package": f"os.listdir({str(ROOT / 'attnlab')!r})",
    "that a solution is there": f"os.stat({str(ROOT / 'tests/mini_course/solutions/01-doubling/double')!r})",
    "the checkout": f"os.listdir({str(ROOT / '.git')!r})",
    "the grammar of the corpus": "import attnlab.translation.grammar",
    "the checks": "import attnlab.content",
    "its control groups": "open('/proc/self/cgroup').read()",
    "the kernel's log": "kernel(libc.klogctl(3, None, 0))",
    "a performance counter": "kernel(libc.syscall(298 if X86 else 241, None, 0, -1, -1, 0))",
}


@pytest.mark.parametrize("attempt", TALK.values(), ids=TALK)
def test_nothing_can_be_said_to_anybody(grade, marker, attempt):
    report = grade(importing(attempt))

    assert worst(report) is Verdict.FAILED
    assert any(error in report.first_failure.failure.problem for error in (*REFUSED, "gaierror")), report.first_failure


@pytest.mark.parametrize("attempt", OTHERS.values(), ids=OTHERS)
def test_no_other_process_can_be_seen_joined_or_hurt(grade, marker, attempt):
    report = grade(importing(attempt))

    assert worst(report) is Verdict.FAILED
    assert any(error in report.first_failure.failure.problem for error in REFUSED), report.first_failure


@pytest.mark.parametrize("attempt", MACHINE.values(), ids=MACHINE)
def test_the_machine_stays_as_it_is(grade, marker, attempt):
    report = grade(importing(attempt))

    assert worst(report) is Verdict.FAILED
    errors = (*REFUSED, "ModuleNotFoundError", "ImportError")
    assert any(error in report.first_failure.failure.problem for error in errors), report.first_failure


CHANGES = (
    "os.chmod({!r}, 0)", "os.utime({!r}, (0, 0))", "os.chown({!r}, 65534, 65534)", "os.setxattr({!r}, 'user.x', b'1')",
    "os.truncate({!r}, 0)", "os.remove({!r})", "os.rename({!r}, 'mine')", "os.link({!r}, 'mine')", "open({!r}).read()",
)  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_a_file_of_the_judges_own_user_stays_as_it_is(grade, marker, change):
    report = grade(importing(change.format(str(marker))))

    assert worst(report) is Verdict.FAILED
    assert "Error" in report.first_failure.failure.problem


LINGER = {
    "ignoring every signal and never ending": (
        calling(
            "import signal\nfor s in set(range(1, 32)) - {9, 19}: signal.signal(s, signal.SIG_IGN)\nwhile True: pass"
        ),
        (Verdict.TIMED_OUT,),
    ),
    "an alarm of its own": (
        calling("import signal, time\nsignal.setitimer(signal.ITIMER_REAL, 0.2); time.sleep(5)"), (Verdict.CRASHED,),
    ),
    "handling the end of its processor time": (
        calling("import signal\nsignal.signal(signal.SIGXCPU, lambda *a: None)\nwhile True: pass"),
        (Verdict.TIMED_OUT,),
    ),
    "a thread that writes over the channel afterwards": (
        "import os, threading\ndef shout():\n    while True:\n        os.write(60, b'ATN1' + bytes(60))\n"
        "def double(numbers):\n    threading.Thread(target=shout, daemon=True).start()\n    return numbers[0]\n",
        (Verdict.CRASHED, Verdict.FAILED),
    ),
    "a channel of its own put in the way": (
        calling("r, w = os.pipe(); os.dup2(w, 60)"), (Verdict.TIMED_OUT, Verdict.CRASHED),
    ),
    "every descriptor closed": (calling("os.closerange(0, 4096)"), (Verdict.CRASHED,)),
    "all its inodes taken": (
        calling("n = 0\nwhile True:\n    open(str(n), 'w').close(); n += 1"), (Verdict.FAILED, Verdict.TIMED_OUT),
    ),
    "recursion in a traceback": (
        calling("class E(Exception):\n    def __str__(self): return str(self)\nraise E"),
        (Verdict.FAILED, Verdict.CRASHED),
    ),
    "an error whose text never comes": (
        calling("class E(Exception):\n    def __str__(self):\n        while True: pass\nraise E"), (Verdict.TIMED_OUT,),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("source", "verdicts"), LINGER.values(), ids=LINGER)
def test_what_does_not_want_to_end_is_ended(course, judge, marker, source, verdicts):
    soon = Limits(seconds=0.3, memory_mb=512, output_kb=64)

    report = judge.grade(course.exercise("double"), source.encode(), seed=5, limits=soon)

    assert worst(report) in verdicts
    assert report.points == 0


HARMLESS = {
    "a thread that never ends": "import threading; threading.Thread(target=threading.Event().wait).start()",
    "folders nested without end": "for _ in range(1500):\n    os.mkdir('a'); os.chdir('a')",
    "files named like libraries beside it": (
        "for name in ('json', 'numpy', 'torch', 'sitecustomize', 'conftest'):\n"
        "    open(name + '.py', 'w').write('raise SystemExit')\n"
        "import sys; sys.modules.pop('json', None); import json; json.dumps([])"
    ),
    "a handler for every signal": (
        "import signal\nfor s in set(range(1, 32)) - {9, 19}: signal.signal(s, lambda *a: None)"
    ),
    "a timer far away": "import signal; signal.setitimer(signal.ITIMER_REAL, 1000)",
    "its own limits looked at": "import resource; resource.getrlimit(resource.RLIMIT_AS)",
    "the processor's description": "assert open('/proc/cpuinfo').read()",
    "another current folder": "os.mkdir('b'); os.chdir('b')",
    "its output closed": "os.close(1); os.close(2)",
}


@pytest.mark.parametrize("oddity", HARMLESS.values(), ids=HARMLESS)
def test_what_hurts_nobody_keeps_its_points_and_is_gone_afterwards(grade, judge, marker, oddity):
    report = grade(importing(oddity))

    judge._workers.settle()

    assert report.passed, report.first_failure
    sessions = [folder for folder in os.scandir(judge._workers._scratch_root()) if list(os.scandir(folder.path))]
    assert sessions == []


def test_what_one_submission_writes_the_next_does_not_find(grade):
    leaving = grade(importing("open('note', 'w').write('the answer is 42'); import numpy; numpy.note = 42"))

    report = grade("import numpy, os\nprint(os.listdir('.'), hasattr(numpy, 'note'))\n" + RIGHT)

    assert leaving.passed
    assert report.output.split("\n")[0] == "[] False"


def test_a_worker_finds_nothing_of_the_judges_among_its_descriptors_and_its_environment(grade, monkeypatch):
    monkeypatch.setenv("ATTNLAB_SECRET", "12345")

    report = grade(
        "import os, ctypes\n"
        "print([fd for fd in range(3, 1024) if ctypes.CDLL(None).fcntl(fd, 1) >= 0])\n"
        "print(sorted(os.environ))\n" + RIGHT
    )

    descriptors, environment = report.output.splitlines()[:2]
    assert descriptors == "[60]"
    assert "SECRET" not in environment
    assert "HOME" not in environment
    assert "PATH'" not in environment.replace("LIBRARY_PATH'", "")


def test_nothing_a_worker_has_imported_knows_an_answer(grade):
    report = grade("import sys\nprint(sorted(name for name in sys.modules if name.startswith('attnlab.')))\n" + RIGHT)

    rooms = {name.strip("[]' ").split(".")[1] for name in report.output.splitlines()[0].split(",")}
    assert rooms <= {"wire", "stage", "worker"}


def test_no_process_is_left_when_the_judge_is_gone(course, grade, judge):
    grade(importing("import threading; threading.Thread(target=threading.Event().wait).start()"))
    zygote = judge._workers._zygotes[Library.NUMPY]

    judge._workers.settle()

    children = Path(f"/proc/{zygote._process.pid}/task/{zygote._process.pid}/children").read_text().split()
    # Spares, and the first process of the workers' own namespace.
    assert len(children) <= 3
