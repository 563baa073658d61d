"""What ends before it is asked, or ends others, or does not want to be ended."""

from __future__ import annotations

from gallery.records import CRASHED, ENDED, FAILED, PASSED, STOPPED, calling, importing, refused, source

LEFT = "class Away(BaseException): ..."

CASES = {
    "exit-at-import": importing("import sys; sys.exit(0)"),
    "exit-in-the-call": calling("import sys; sys.exit(0)"),
    "os-exit-at-import": importing("import os; os._exit(0)", CRASHED, "exit code 0"),
    "os-exit-in-the-call": calling("import os; os._exit(0)", CRASHED, "exit code 0"),
    "exit-past-python": calling("import ctypes; ctypes.CDLL(None)._exit(0)", CRASHED),
    "aborts": calling("import os; os.abort()", CRASHED),
    "system-exit": calling("raise SystemExit('passed')"),
    "keyboard-interrupt": calling("raise KeyboardInterrupt"),
    "keyboard-interrupt-at-import": importing("raise KeyboardInterrupt"),
    "own-base-exception": calling(f"{LEFT}\nraise Away"),
    "generator-exit": calling("raise GeneratorExit"),
    "stop-iteration": calling("raise StopIteration"),
    "exception-that-is-no-class": calling("raise 'nothing'"),
    "kills-itself": calling("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", ENDED),
    "terminates-itself": calling("import os, signal; os.kill(os.getpid(), signal.SIGTERM); numbers.rest()", ENDED),
    "stops-itself": calling("import os, signal; os.kill(os.getpid(), signal.SIGSTOP)", STOPPED),
    "kills-its-parent": refused("import os, signal; os.kill(os.getppid(), signal.SIGKILL)"),
    "kills-its-siblings": refused("import os\nfor pid in range(2, 40000): os.kill(pid, 9)"),
    "kills-its-group": refused("import os; os.killpg(0, 9)"),
    "kills-everything": refused("import os, signal; os.kill(-1, signal.SIGKILL)"),
    "kills-what-it-may": importing(
        "import os\nfor pid in [-1, 0, *range(2, 40000)]:\n    if pid != os.getpid():\n"
        "        try: os.kill(pid, 9)\n        except OSError: pass",
        PASSED | CRASHED,
        points=3.0,
    ),
    "ignores-signals": calling(
        "import signal\nfor s in set(range(1, 32)) - {9, 19}: signal.signal(s, signal.SIG_IGN)\nwhile True: pass",
        STOPPED,
    ),
    "handles-its-time-limit": calling(
        "import signal\nsignal.signal(signal.SIGXCPU, lambda *a: None)\nwhile True: pass", STOPPED
    ),
    "sets-an-alarm": calling("import signal, time\nsignal.setitimer(signal.ITIMER_REAL, 0.1); time.sleep(5)", ENDED),
    "blocks-signals": calling(
        "import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, range(1, 64))\nwhile True: pass", STOPPED
    ),
    "takes-its-death-signal-back": refused(
        "import ctypes\nif ctypes.CDLL(None).prctl(1, 0, 0, 0, 0) != 0: raise PermissionError"
    ),
    "execs": refused("import os; os.execv('/bin/true', ['true'])"),
    "starts-a-program": refused("import subprocess; subprocess.run(['true'])"),
    "starts-a-shell": calling(
        "import os\nif os.system('true') != 0: raise PermissionError('no shell')", FAILED, "PermissionError"
    ),
    "forks-twice": refused("import os\nif os.fork() == 0 and os.fork() == 0: os._exit(0)"),
    "leaves-its-session": refused("import os; os.setsid()"),
    "lifts-its-limits": refused("import resource; resource.setrlimit(resource.RLIMIT_AS, (-1, -1))"),
    "generator-for-a-function": source("def double(numbers):\n    yield numbers * 2\n"),
    "coroutine-for-a-function": source("async def double(numbers):\n    return numbers * 2\n"),
    "defines-nothing": source("doubled = 2\n"),
    "deletes-the-function": source("def double(numbers):\n    return numbers * 2\ndel double\n"),
}
