"""What would speak to others: over the network, through the kernel, on the disk, and to whoever reads the results."""

from __future__ import annotations

from gallery.records import FAILED, PASSED, Case, calling, importing, refused, right, source

KERNEL = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
def kernel(outcome):
    if outcome == -1: raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
"""


def kernel(call: str) -> Case:
    return refused(f"{KERNEL}kernel({call})")


MARKUP = "<script>document.title = 'owned'</script><img src=x onerror=alert(1)>"
ESCAPES = "\\x1b[2J\\x1b]0;owned\\x07\\x1b[31m[bold red]all passed[/bold red]\\u202e\\u2066"

CASES = {
    "tcp": refused("import socket; socket.create_connection(('127.0.0.1', 22), 1)"),
    "tcp-server": refused("import socket; socket.create_server(('127.0.0.1', 0))"),
    "udp": refused("import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', 9))"),
    "dns": importing(
        "import socket; socket.getaddrinfo('example.org', 80)", FAILED, "gaierror", "PermissionError", "OSError"
    ),
    "https": importing("import urllib.request; urllib.request.urlopen('http://127.0.0.1:9/')", FAILED, "Error"),
    "unix-socket": refused("import socket; socket.socket(socket.AF_UNIX).bind('socket')"),
    "abstract-socket": refused("import socket; socket.socket(socket.AF_UNIX).bind(b'\\0attnlab')"),
    "pair-of-sockets": refused("import socket; socket.socketpair()"),
    "shared-memory": refused(
        "from multiprocessing import shared_memory; shared_memory.SharedMemory('attnlab', create=True, size=10)"
    ),
    "shared-memory-file": refused("open('/dev/shm/attnlab', 'w')"),
    "system-v-memory": kernel("libc.shmget(4711, 4096, 0o1666)"),
    "system-v-queue": kernel("libc.msgget(4711, 0o1666)"),
    "posix-queue": kernel("libc.mq_open(b'/attnlab', 0o102, 0o666, None)"),
    "memory-file": refused("import os; os.memfd_create('x')"),
    "lock-on-a-library": refused("import fcntl, os; fcntl.flock(open(os.__file__), fcntl.LOCK_EX)"),
    "posix-lock-on-a-library": refused("import fcntl, os; fcntl.lockf(open(os.__file__), fcntl.LOCK_SH)"),
    "writes-to-home": refused("import os, pwd; open(pwd.getpwuid(os.getuid()).pw_dir + '/.attnlab-escaped', 'w')"),
    "writes-to-a-cache": refused("import os; os.makedirs('/root/.cache/attnlab-escaped')"),
    "writes-to-tmp": refused("open('/tmp/attnlab-escaped', 'w')"),
    "writes-to-site-packages": refused(
        "import numpy, os; open(os.path.dirname(numpy.__file__) + '/attnlab-escaped.py', 'w')"
    ),
    "writes-to-the-library": refused("import os; open(os.__file__, 'a')"),
    "lowers-a-files-rights": refused("import os; os.chmod(os.__file__, 0o777)"),
    "terminal": refused("import os; os.open('/dev/tty', os.O_RDWR)"),
    "notes-for-the-next": right("open('note', 'w').write('the answer is times two')"),
    "looks-for-notes": source(
        "import glob\nnotes = [f for p in ('*', '../*', '../*/*', '/tmp/*') for f in glob.glob(p)]\n"
        "def double(numbers):\n    if notes: raise LookupError(notes)\n    return numbers * 2\n",
        PASSED,
        points=3.0,
    ),
    "escapes-in-the-output": importing(f"print('{ESCAPES}')\nprint('\\r' * 200)", PASSED, points=3.0),
    "escapes-in-the-error": calling(f"raise ValueError('{ESCAPES}')", FAILED, "ValueError"),
    "escapes-in-the-name-of-an-error": calling(f"raise type('{ESCAPES}', (Exception,), {{}})('x')", FAILED),
    "half-a-surrogate": importing(
        "import sys\nsys.stdout.buffer.write(b'\\xff\\xfe\\x00\\xed\\xa0\\x80')", PASSED, points=3.0
    ),
    "half-a-surrogate-in-the-error": calling("raise ValueError('\\ud800\\x00')", FAILED, "ValueError"),
    "markup-in-the-output": importing(f"print({MARKUP!r})", PASSED, points=3.0),
    "markup-in-the-error": calling(f"raise ValueError({MARKUP!r})", FAILED, "ValueError"),
    "markup-in-the-source": source(f"# {MARKUP}\ndef double(numbers):\n    return {MARKUP!r} + 1  # {MARKUP}\n"),
    "rich-markup-in-the-error": calling(
        "raise ValueError('[/red][link=file:///etc]x[/link][nothing')", FAILED, "[/red]"
    ),
    "formula-in-the-error": calling("raise ValueError('=cmd|\\' /C calc\\'!A1')", FAILED, "ValueError"),
    "=HYPERLINK(1)": right("pass"),
    "+1+cmd": right("pass"),
    "@SUM(1)": right("pass"),
    "-1+2": right("pass"),
    "<script>alert(1)<": right("pass"),
    "[bold]rich[": right("pass"),
    "{{ 7 * 7 }}": right("pass"),
    "null": right("pass"),
    "1e5": right("pass"),
    "0042": right("pass"),
}
