"""What takes all there is: time, memory, processes, descriptors, the disk, the judge's patience."""

from __future__ import annotations

from gallery.records import (
    CRASHED,
    ENDED,
    FAILED,
    MEMORY,
    PASSED,
    REFUSED,
    RIGHT,
    SHOUTED,
    STOPPED,
    calling,
    importing,
    right,
    source,
    summing,
)

CASES = {
    "fork-bomb": calling("import os\nwhile True: os.fork()", FAILED, *REFUSED),
    "fork-bomb-quiet": calling(
        "import os\nfor _ in range(500):\n    try: os.fork()\n    except OSError: pass", PASSED, points=3.0
    ),
    "memory-bomb": calling("x = [0]\nwhile True: x = x + x", MEMORY | STOPPED),
    "memory-bomb-of-bytes": calling("x = []\nwhile True: x.append(bytes(10**6))", MEMORY | STOPPED),
    "memory-bomb-caught": calling(
        "x = [0]\nwhile True:\n    try: x = x + x\n    except MemoryError: pass", STOPPED | MEMORY
    ),
    "huge-array": calling("import numpy; numpy.ones(10**11)", MEMORY),
    "huge-tensor": summing("def double_sum(numbers):\n    return torch.ones(10**11)\n", MEMORY),
    "loop": calling("while True: pass", STOPPED),
    "loop-of-low-priority": calling("import os\nos.nice(19)\nwhile True: pass", STOPPED | FAILED),
    "loop-under-another-name": calling(
        "import ctypes\nctypes.CDLL(None).prctl(15, b') R 0 0 0 0 0 0', 0, 0, 0)\nwhile True: pass", STOPPED
    ),
    "loop-in-many-threads": calling(
        "import threading\ndef spin():\n    while True: pass\n"
        "for _ in range(8): threading.Thread(target=spin, daemon=True).start()\nthreading.Event().wait()",
        STOPPED,
    ),
    "loop-at-import": importing("while True: pass", STOPPED),
    "loop-in-one-call": calling("pow(7, 10**9)", STOPPED),
    "loop-in-torch": summing(
        "def double_sum(numbers):\n    big = torch.ones(3000, 3000)\n    return torch.linalg.matrix_power(big,"
        " 10**6)\n",
        STOPPED,
    ),
    "sleep": calling("import time; time.sleep(10**6)", STOPPED),
    "sleep-at-import": importing("import threading; threading.Event().wait()", STOPPED),
    "waits-for-itself": calling("import threading\nlock = threading.Lock()\nlock.acquire(); lock.acquire()", STOPPED),
    "recursion": calling("double(numbers)", FAILED, "RecursionError"),
    "recursion-limit-raised": calling("import sys; sys.setrecursionlimit(10**9); double(numbers)", ENDED),
    "segfault": calling("import ctypes; ctypes.string_at(0)", CRASHED, "segmentation"),
    "segfault-at-import": importing("import ctypes; ctypes.string_at(0)", CRASHED),
    "shouts": calling("while True: print('x' * 999)", SHOUTED),
    "shouts-without-a-newline": calling("while True: print('x' * 10**6, end='')", SHOUTED),
    "shouts-on-standard-error": calling("import sys\nwhile True: sys.stderr.write('x' * 10**6)", SHOUTED),
    "shouts-past-python": calling("import os\nwhile True: os.write(1, b'x' * 10**6)", SHOUTED),
    "huge-result": source(
        "import numpy\ndef double(numbers): return numpy.broadcast_to(numbers[0, 0], (10**5, 10**5))\n", ENDED
    ),
    "huge-result-for-real": source(
        "import numpy\ndef double(numbers): return numpy.zeros((2, 80_000_000), dtype='uint8')\n", ENDED
    ),
    "endless-result": source("import itertools\ndef double(numbers): return itertools.count()\n", ENDED),
    "deep-result": source(
        "def double(numbers):\n    nested = []\n    for _ in range(10**5): nested = [nested]\n    return nested\n",
        ENDED,
    ),
    "cyclic-result": source("def double(numbers):\n    loop = []\n    loop.append(loop)\n    return loop\n", ENDED),
    "integer-without-end": source("def double(numbers): return 7 ** 10**6\n", ENDED),
    "lying-header": source(
        "import os, struct\ndef double(numbers):\n"
        "    for size in (2**31, 2**63 - 1):\n        os.write(60, b'ATN1' + struct.pack('<II', 16, size % 2**32))\n"
        "    os.write(60, b'ATN1' + b'\\xff' * 60)\n    return numbers\n",
        CRASHED | FAILED,
    ),
    "disk-full": calling("with open('x', 'wb') as f:\n    while True: f.write(bytes(10**7))", ENDED),
    "inodes-gone": calling("n = 0\nwhile True:\n    open(str(n), 'w').close(); n += 1", ENDED),
    "descriptors-gone": calling("import os\nwhile True: os.dup(0)", FAILED, "OSError"),
    "descriptors-gone-and-kept": calling(
        "import os\ntry:\n    while True: os.dup(0)\nexcept OSError: pass", PASSED | ENDED, points=3.0
    ),
    "thread-for-ever": right("import threading; threading.Thread(target=threading.Event().wait).start()"),
    "thread-that-computes-for-ever": importing(
        "import threading\ndef spin():\n    while True: pass\nthreading.Thread(target=spin, daemon=True).start()",
        PASSED | STOPPED,
        points=3.0,
    ),
    "threads-512": calling(
        "import threading, time\nfor _ in range(512):\n"
        "    threading.Thread(target=time.sleep, args=(999,), daemon=True).start()",
        PASSED | ENDED,
        points=3.0,
    ),
    "exit-handler-hangs": right("import atexit, time; atexit.register(time.sleep, 1000)"),
    "finaliser-hangs": right("import time\nclass F:\n    def __del__(self): time.sleep(1000)\nkept = F()"),
    "finaliser-of-the-result-hangs": source(
        "import time, numpy\nclass F(numpy.ndarray):\n    def __del__(self): time.sleep(1000)\n"
        "def double(numbers): return (numbers * 2).view(F)\n",
        ENDED,
    ),
    "collector-off": right("import gc; gc.disable(); gc.freeze()"),
    "source-too-large": source(b"#" * (1 << 20) + b"\n" + RIGHT.encode(), frozenset({"missing"}), "more than 1 MiB"),
    "source-just-small-enough": source(RIGHT.encode() + b"#" * ((1 << 20) - 200), PASSED, points=3.0),
    "deep-parentheses": source("x = " + "(" * 100_000 + ")" * 100_000 + "\n" + RIGHT, ENDED),
    "deep-lists": source("x = " + "[" * 5_000 + "]" * 5_000 + "\n" + RIGHT, ENDED),
    "deep-minus-signs": source("x = " + "-" * 200_000 + "1\n" + RIGHT, ENDED | PASSED, points=3.0),
    "deep-default": source(f"def double(numbers, y={'-' * 800}1):\n    return numbers * 2\n", PASSED, points=3.0),
    "deep-default-that-has-to-be-told": source(
        f"def double(n, y={'-' * 800}1):\n    return n * 2\n", ENDED | PASSED, points=3.0
    ),
    "dense-source": source(b"a = 1\n" + b"a\n" * 500_000 + RIGHT.encode(), ENDED | PASSED, points=3.0),
    "deep-attributes": source("x = 1" + ".real" * 100_000 + "\n" + RIGHT, ENDED | PASSED, points=3.0),
    "huge-constant": importing("x = 2 ** 10 ** 10", ENDED),
    "huge-constant-folded": importing("x = 2 ** 10 ** 9", ENDED | PASSED, points=3.0),
    "huge-string-folded": importing("x = 'a' * 10 ** 11", ENDED),
    "error-text-without-end": calling(
        "class E(Exception):\n    def __str__(self):\n        while True: pass\nraise E", STOPPED
    ),
    "error-text-of-gigabytes": calling("raise ValueError('x' * 10**8)", ENDED),
    "error-in-the-error": calling("class E(Exception):\n    def __str__(self): return str(self)\nraise E", ENDED),
    "chain-of-errors": calling(
        "e = None\nfor n in range(10**5):\n    new = ValueError(n); new.__cause__ = e; e = new\nraise e", ENDED
    ),
    "name-without-end": source(
        f"def double({'n' * 10**5}):\n    return {'n' * 10**5} * 2\n", FAILED | PASSED, points=3.0
    ),
}
