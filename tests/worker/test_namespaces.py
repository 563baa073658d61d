"""A zygote leaves the judge's namespaces once, for all its children; where it may not, it says why."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from pathlib import Path

import pytest

from attnlab.content import Library, Limits, read_course
from attnlab.grading import Isolation, Judge
from attnlab.grading.processes import FORKS, NEEDED, Workers

COURSE = Path(__file__).parents[1] / "mini_course"
LIMITS = Limits(seconds=2.0, memory_mb=256, output_kb=16)
RIGHT = "def double(numbers):\n    return numbers + numbers\n"
STARTING = "; from attnlab.worker.__main__ import main"
REFUSING = "\nimport attnlab.worker.zygote as z\ndef refuse(*a): raise PermissionError(1, 'not for you')\n"

pytestmark = pytest.mark.skipif(not FORKS, reason="children cannot be forked here")


@pytest.fixture
def exercise():
    return read_course(COURSE).exercise("double")


@pytest.fixture
def zygote_of():
    opened = []

    def zygote_of(*, confined=True):
        opened.append(Workers((COURSE,), confined=confined))
        opened[-1].missing(Library.NUMPY)
        return opened[-1], opened[-1]._zygotes[Library.NUMPY]

    yield zygote_of
    for workers in opened:
        workers.close()


def namespaces(pid: int) -> dict[str, str]:
    return {name: os.readlink(f"/proc/{pid}/ns/{name}") for name in ("mnt", "net", "ipc", "uts", "pid_for_children")}


def started_with(monkeypatch, line: str) -> None:
    """Zygotes of this test run a line of ours first: it is their system that is another then."""
    from attnlab.grading import processes

    before, after = processes._BOOT.split("; from")
    monkeypatch.setattr(processes, "_BOOT", f"{before}\n{REFUSING}{line}\nfrom{after}")


def test_workers_share_no_namespace_with_the_judge(zygote_of):
    _, zygote = zygote_of()
    if "namespaces" in zygote.missing():
        pytest.skip(zygote.missing()["namespaces"])

    own, theirs = namespaces(os.getpid()), namespaces(zygote._process.pid)

    assert not {*own.values()} & {*theirs.values()}


def test_without_isolation_a_zygote_stays_where_it_is(zygote_of):
    _, zygote = zygote_of(confined=False)

    assert namespaces(zygote._process.pid) == namespaces(os.getpid())
    assert zygote.layers() == ()


def test_everything_ends_with_the_zygote(zygote_of):
    workers, zygote = zygote_of()
    with workers.process(Library.NUMPY, LIMITS):
        children = Path(f"/proc/{zygote._process.pid}/task/{zygote._process.pid}/children").read_text().split()
        handles = [os.pidfd_open(int(child)) for child in children]

        zygote._process.kill()

        ended = [bool(select.select([handle], [], [], 60)[0]) for handle in handles]
        for handle in handles:
            os.close(handle)
        assert ended == [True] * len(children)
        assert ended


JUDGING = """
import sys
from attnlab.content import Library, Limits
from attnlab.grading.processes import Workers
workers = Workers(())
with workers.process(Library.NUMPY, Limits(seconds=60, memory_mb=256, output_kb=16)) as worker:
    print(workers._zygotes[Library.NUMPY]._process.pid, worker.pid, flush=True)
    sys.stdin.read()
"""


def test_nothing_outlives_a_judge_that_is_killed():
    judge = subprocess.Popen([sys.executable, "-c", JUDGING], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    handles = [os.pidfd_open(int(pid)) for pid in judge.stdout.readline().split()]

    judge.kill()

    judge.wait()
    ended = [bool(select.select([handle], [], [], 60)[0]) for handle in handles]
    for handle in handles:
        os.close(handle)
    judge.stdin.close()
    judge.stdout.close()
    assert ended == [True, True]


def test_where_namespaces_are_refused_the_others_stand_and_the_reason_is_told(monkeypatch, exercise):
    started_with(monkeypatch, "z.leave_namespaces = refuse")

    with Judge(read_course(COURSE), isolation=Isolation.STRICT) as judge:
        report = judge.grade(exercise, b"open('x', 'w')\n" + RIGHT.encode(), seed=1)
        missing = judge._workers.missing(Library.NUMPY)
        judge._workers.settle()
        left = [name for _, _, files in os.walk(judge._workers._scratch_root()) for name in files]

    assert report.passed
    assert set(NEEDED) <= set(report.isolation)
    assert "namespaces" not in report.isolation
    assert "not for you" in missing["namespaces"]
    assert left == []


def test_process_numbers_alone_may_be_refused(monkeypatch, exercise):
    started_with(monkeypatch, "z.leave_process_numbers = refuse")

    with Judge(read_course(COURSE)) as judge:
        report = judge.grade(exercise, RIGHT.encode(), seed=1)

    assert report.passed


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root becomes somebody else")
@pytest.mark.parametrize("elsewhere", ["", "z.leave_namespaces = refuse"], ids=["namespaces", "none"])
def test_roots_workers_are_nobody_and_own_their_folder(monkeypatch, exercise, elsewhere):
    started_with(monkeypatch, f"z.why_not_nobody = lambda needed: None\n{elsewhere}")
    asking = "import os\nprint(os.getresuid(), os.getresgid(), os.getgroups())\nopen('mine', 'w').write('x')\n"

    with Judge(read_course(COURSE)) as judge:
        report = judge.grade(exercise, (asking + RIGHT).encode(), seed=1)

    assert report.passed, report.first_failure
    assert "user" in report.isolation
    assert report.output.splitlines()[0] == "(65534, 65534, 65534) (65534, 65534, 65534) []"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root becomes somebody else")
def test_a_library_that_only_root_can_read_is_named(tmp_path):
    from attnlab.worker.confinement.user import why_not_nobody

    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    (closed / "library.py").write_text("")

    reason = why_not_nobody([str(closed / "library.py")])

    assert reason is not None
    assert reason.startswith("user 65534 cannot read /")
    assert os.geteuid() == 0
    assert why_not_nobody([sys.prefix[:1]]) is None
