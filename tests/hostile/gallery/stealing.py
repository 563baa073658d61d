"""What looks for the answer instead of giving one: in frames, in memory, on the disk, in other processes."""

from __future__ import annotations

from pathlib import Path

from gallery.records import FAILED, STOPPED, Case, calling, importing, refused, source, summing

ROOT = Path(__file__).parents[3]
SOLUTION = ROOT / "tests/mini_course/solutions/01-doubling/double"


def reading(file: Path | str) -> Case:
    """Reads a file and hands in what is there."""
    return refused(f"print(open({str(file)!r}).read())")


def cases(class_folder: Path, book: Path) -> dict[str, Case]:
    """Those of a class that lies there and is graded into that book."""
    return {
        **CASES,
        "reads-a-neighbour": reading(class_folder / "ada" / "double.py"),
        "lists-the-class": refused(f"import os; os.listdir({str(class_folder)!r})"),
        "reads-the-gradebook": reading(book),
        "writes-the-gradebook": refused(f"open({str(book)!r}, 'ab').write(b'passed')"),
        "removes-the-gradebook": refused(f"import os; os.remove({str(book)!r})"),
        "reads-the-assignment": reading(class_folder.parent / "assignment.toml"),
        "changes-a-neighbours-work": refused(f"open({str(class_folder / 'bob' / 'double.py')!r}, 'w')"),
    }


FRAMES = """
import sys
def double(numbers):
    frame = sys._getframe()
    while frame:
        for name, value in list(frame.f_locals.items()):
            if value is not numbers and getattr(value, 'shape', None) == numbers.shape: return value
        frame = frame.f_back
    return numbers
"""
COLLECTED = """
import gc
def double(numbers):
    for thing in gc.get_objects():
        if callable(thing) and getattr(thing, '__name__', '') == 'double' and thing is not double:
            return thing(numbers)
    for thing in gc.get_objects():
        if getattr(thing, 'shape', None) == numbers.shape and thing is not numbers: return thing
    return numbers
"""
CACHED = """
import glob, os, sys
def double(numbers):
    found = [f for folder in sys.path for f in glob.glob(folder + '/**/reference*.pyc', recursive=True)]
    if found: raise LookupError(found)
    return numbers
"""
GUESSED = """
import numpy
def double(numbers):
    for seed in range(2000):
        if numpy.array_equal(numpy.random.default_rng(seed).standard_normal(numbers.shape), numbers): return 2 * numbers
    return numbers
"""
FREED = """
def double_sum(numbers):
    return torch.empty(numbers.shape[0], dtype=numbers.dtype)
"""
LEFT_IN_MEMORY = """
import gc
def double_sum(numbers):
    left = [t for t in gc.get_objects() if isinstance(t, torch.Tensor) and t is not numbers]
    left = [t for t in left if t.shape == numbers.shape[:1] and t.dtype == numbers.dtype]
    return left[0] if left else torch.zeros(numbers.shape[0], dtype=numbers.dtype)
"""

CASES = {
    "callers-frames": source(FRAMES, points=1.0),
    "collected-objects": source(COLLECTED, points=1.0),
    "imports-the-judge": refused("import attnlab.grading"),
    "imports-the-content": refused("from attnlab.content import read_course"),
    "imports-the-solution": importing("from solutions import reference", FAILED, "Error"),
    "reads-the-solution": reading(SOLUTION / "reference.py"),
    "reads-the-checks": reading(SOLUTION / "checks.py"),
    "reads-the-real-solutions": refused(f"import os; os.listdir({str(ROOT / 'solutions')!r})"),
    "reads-the-checkout": refused(f"import os; os.listdir({str(ROOT / '.git')!r})"),
    "reads-a-compiled-solution": reading(SOLUTION / "__pycache__" / "reference.cpython-312.pyc"),
    "looks-for-compiled-solutions": source(CACHED, FAILED | STOPPED, points=1.0),
    "climbs-to-the-solution": refused("print(open('../' * 20 + 'etc/hostname').read())"),
    "environment-of-its-parent": refused("import os; open(f'/proc/{os.getppid()}/environ').read()"),
    "environment-of-its-own": refused("open('/proc/self/environ').read()"),
    "command-lines": refused("open('/proc/1/cmdline').read()"),
    "descriptors-of-its-parent": refused("import os; os.listdir(f'/proc/{os.getppid()}/fd')"),
    "memory-of-its-parent": refused("import os; open(f'/proc/{os.getppid()}/mem', 'rb')"),
    "memory-of-its-own": refused("open('/proc/self/mem', 'rb').read(1)"),
    "list-of-processes": refused("import os; os.listdir('/proc')"),
    "home-of-the-instructor": refused("import os, pathlib; os.listdir(pathlib.Path.home())"),
    "home-by-name": refused("import os; os.listdir('/root'); os.listdir('/home')"),
    "password-file": reading("/etc/passwd"),
    "traces-its-parent": refused(
        "import ctypes, os\nif ctypes.CDLL(None).ptrace(16, os.getppid(), 0, 0) != 0: raise PermissionError"
    ),
    "reads-anothers-memory": refused(
        "import ctypes, os\nif ctypes.CDLL(None).process_vm_readv(os.getppid(), 0, 0, 0, 0, 0): raise PermissionError"
    ),
    "freed-memory": summing(FREED, points=1.0),
    "tensors-left-in-memory": summing(LEFT_IN_MEMORY, points=1.0),
    "guessed-seed": source(GUESSED, FAILED | STOPPED, points=1.0),
    "inputs-in-the-error": calling("raise ValueError(numbers.tolist())", FAILED, "ValueError"),
    "inputs-in-the-output": source(
        "def double(numbers):\n    print(numbers.tolist())\n    return numbers\n", points=1.0
    ),
}
