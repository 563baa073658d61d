"""What comes back is compared as plain numbers: a tensor that lies, a patched library, memory of before."""

from __future__ import annotations

from pathlib import Path

import pytest

from attnlab.content import Limits
from attnlab.grading import Judge, Verdict

REFERENCE = (Path(__file__).parents[1] / "mini_course/solutions/01-doubling/double/reference.py").read_bytes()
LIMITS = Limits(seconds=2.5, memory_mb=512, output_kb=64)
RIGHT = "import torch\ndef double_sum(numbers):\n    return (2 * numbers).sum(dim=-1)\n"


@pytest.fixture(scope="module")
def judge(course):
    pytest.importorskip("torch")
    with Judge(course) as judge:
        yield judge


@pytest.fixture
def summed(course, judge):
    """Grade a file for the exercise that computes with torch."""

    def summed(source: str):
        exercise = course.exercise("double_sum")
        return judge.grade(exercise, source.encode(), siblings={"double": REFERENCE}, seed=5, limits=LIMITS)

    return summed


def returning(expression: str) -> str:
    return f"import torch\ndef double_sum(numbers):\n    right = (2 * numbers).sum(dim=-1)\n    return {expression}\n"


WRONG_KIND = {
    "not a number anywhere": "right * float('nan')",
    "not a number in one place": "right.index_fill(0, torch.tensor([0]), float('nan'))",
    "infinity": "right + float('inf')",
    "half precision": "right.half()",
    "another precision": "right.double() if right.dtype is torch.float32 else right.float()",
    "complex numbers": "right.to(torch.complex64)",
    "truth values": "right.bool()",
    "whole numbers": "right.long()",
    "an axis too many in front": "right[None]",
    "an axis too many behind": "right[:, None]",
    "one number spread over all by a stride of nothing": "right[:1].expand(right.shape)",
    "a sparse tensor of something else": "(right * 0).to_sparse()",
    "a tensor without numbers": "right.to('meta')",
    "a quantised tensor": "torch.quantize_per_tensor(right.float(), 10.0, 0, torch.quint8)",
    "nested tensors": "torch.nested.nested_tensor([right, right])",
    "a list": "right.tolist()",
    "a tuple of tensors": "tuple(right)",
    "a generator": "(value for value in right)",
    "a single number": "right.sum()",
    "the function itself": "double_sum",
    "the numbers handed back": "numbers",
    "an array of objects": "__import__('numpy').array(right.tolist(), dtype=object)",
    "nothing": "None",
    "an empty tensor": "right[:0]",
    "a shape of a billion rows": "torch.zeros(1).expand(10**9)",
}

LYING = {
    "a tensor that equals everything": (
        "import torch\nclass Liar(torch.Tensor):\n    def __eq__(self, other): return True\n"
        "    def __torch_function__(self, *a, **k): return True\n"
        "def double_sum(numbers): return torch.zeros(numbers.shape[0]).as_subclass(Liar)\n"
    ),
    "a tensor that answers every question itself": (
        "import torch\nclass Liar(torch.Tensor):\n    @classmethod\n"
        "    def __torch_function__(cls, function, types, args=(), kwargs=None): return args[0]\n"
        "def double_sum(numbers): return numbers.sum(dim=-1).as_subclass(Liar)\n"
    ),
    "a number that is any number": (
        "class Any(float):\n    def __eq__(self, other): return True\n    def __sub__(self, other): return 0.0\n"
        "def double_sum(numbers): return [Any(0.0) for _ in numbers]\n"
    ),
    "an object that looks like a tensor": (
        "class Like:\n    def __init__(self, t): self.t = t\n"
        "    def __getattr__(self, name): return getattr(self.t, name)\n"
        "def double_sum(numbers): return Like((2 * numbers).sum(dim=-1))\n"
    ),
    "comparisons patched": (
        "import torch\ntorch.equal = torch.allclose = torch.isclose = lambda *a, **k: True\n"
        "torch.testing.assert_close = lambda *a, **k: None\n"
        "torch.Tensor.__eq__ = torch.Tensor.eq = lambda *a: True\n"
        "def double_sum(numbers): return numbers.sum(dim=-1)\n"
    ),
    "sums patched after the fact": (
        "import torch\ntorch.Tensor.numpy = lambda self, **k: __import__('numpy').zeros(3)\n"
        "def double_sum(numbers): return numbers.sum(dim=-1)\n"
    ),
    "the worker's way to bytes patched": (
        "import attnlab.wire as wire, attnlab.stage as stage, sys\n"
        "for module in [m for n, m in sys.modules.items() if n.startswith('attnlab.')]:\n"
        "    for name in {'encode', 'Returned', 'crossing'} & set(dir(module)):\n"
        "        try: setattr(module, name, lambda *a, **k: b'ATN1' + bytes(60))\n        except Exception: pass\n"
        "def double_sum(numbers): return numbers.sum(dim=-1)\n"
    ),
    "freshly freed memory": (
        "import torch\ndef double_sum(numbers):\n    del_ = [torch.empty(n) for n in (1, 8, 64, 4096)]\n"
        "    return torch.empty(numbers.shape[0], dtype=numbers.dtype)\n"
    ),
    "every tensor that is left in memory": (
        "import gc, torch\ndef double_sum(numbers):\n"
        "    left = [t for t in gc.get_objects() if isinstance(t, torch.Tensor) and t is not numbers]\n"
        "    left = [t for t in left if t.shape == numbers.shape[:1] and t.dtype == numbers.dtype]\n"
        "    return left[0] if left else torch.zeros(numbers.shape[0], dtype=numbers.dtype)\n"
    ),
    "the caller's frames": (
        "import sys, torch\ndef double_sum(numbers):\n    frame = sys._getframe()\n    while frame:\n"
        "        for value in list(frame.f_locals.values()):\n"
        "            if isinstance(value, torch.Tensor) and value.shape == numbers.shape[:1]: return value\n"
        "        frame = frame.f_back\n    return numbers[:, 0]\n"
    ),
    "right by the seed it has guessed": (
        "import torch\ndef double_sum(numbers):\n    torch.manual_seed(5)\n"
        "    return (2 * torch.randn(numbers.shape, dtype=numbers.dtype)).sum(dim=-1)\n"
    ),
    "a value that would run when unpickled": (
        "import os\nclass Run:\n    def __reduce__(self): return (os._exit, (0,))\n"
        "def double_sum(numbers): return Run()\n"
    ),
    "the numbers passed in changed": (
        "def double_sum(numbers):\n    numbers *= 2\n    return numbers.sum(dim=-1)\n"
    ),
    "the numbers changed a little later": (
        "import threading, torch\ndef double_sum(numbers):\n"
        "    numbers.mul_(2); right = numbers.sum(dim=-1)\n"
        "    threading.Timer(0.0, lambda: numbers.div_(2)).start()\n    return right * 3\n"
    ),
}  # fmt: skip

ODD_BUT_RIGHT = {
    "another default precision": "torch.set_default_dtype(torch.float16)",
    "gradients switched off": "torch.set_grad_enabled(False)",
    "a seed of its own": "torch.manual_seed(0)",
    "deterministic algorithms": "torch.use_deterministic_algorithms(True)",
    "more threads": "torch.set_num_threads(4)",
    "warnings as errors": "import warnings; warnings.simplefilter('error')",
    "another locale": "import locale\ntry: locale.setlocale(locale.LC_ALL, 'de_DE.UTF-8')\nexcept locale.Error: pass",
    "numbers printed shortly": "torch.set_printoptions(precision=1)",
    "a hook for uncaught errors": "import sys; sys.excepthook = lambda *a: None",
}


def worst(report):
    return next((check.verdict for check in report.checks if not check.passed), Verdict.PASSED)


@pytest.mark.parametrize("expression", WRONG_KIND.values(), ids=WRONG_KIND)
def test_a_result_of_another_kind_does_not_pass(summed, expression):
    report = summed(returning(expression))

    assert not report.passed
    assert worst(report) in (Verdict.FAILED, Verdict.CRASHED, Verdict.OUT_OF_MEMORY)


@pytest.mark.parametrize("source", LYING.values(), ids=LYING)
def test_a_result_that_lies_does_not_pass(summed, source):
    report = summed(source)

    assert not report.passed
    assert worst(report) not in (Verdict.PASSED, Verdict.NOT_JUDGED)


@pytest.mark.parametrize("oddity", ODD_BUT_RIGHT.values(), ids=ODD_BUT_RIGHT)
def test_what_a_submission_sets_for_everyone_costs_it_nothing_and_stays_its_own(summed, oddity):
    odd = summed(RIGHT.replace("\n", f"\n{oddity}\n", 1))

    after = summed(RIGHT)

    assert odd.passed, odd.first_failure
    assert after.passed


def test_a_right_result_that_carries_a_gradient_of_its_own_making_passes_on_its_value(summed):
    report = summed(
        "import torch\nclass Fake(torch.autograd.Function):\n"
        "    @staticmethod\n    def forward(ctx, x): return (2 * x).sum(dim=-1)\n"
        "    @staticmethod\n    def backward(ctx, g): return None\n"
        "def double_sum(numbers): return Fake.apply(numbers.requires_grad_())\n"
    )

    assert worst(report) is not Verdict.NOT_JUDGED
