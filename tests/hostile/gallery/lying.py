"""What hands back something that pretends to be the right value."""

from __future__ import annotations

from gallery.records import ENDED, FAILED, MEMORY, PASSED, Case, right, source, summing


def returning(expression: str) -> Case:
    return source(f"import numpy\ndef double(numbers):\n    return {expression}\n", FAILED | MEMORY, points=1.0)


def summed(expression: str) -> Case:
    return summing(
        f"def double_sum(numbers):\n    right = (2 * numbers).sum(dim=-1)\n    return {expression}\n", points=1.0
    )


def set_for_all(line: str) -> Case:
    return summing(f"{line}\ndef double_sum(numbers):\n    return (2 * numbers).sum(dim=-1)\n", PASSED, 3.0)


REMEMBERED = """
import numpy
first = []
def double(numbers):
    first.append(numbers.shape)
    return numbers * 2 if numbers.shape == (2, 3) else numpy.zeros(numbers.shape)
"""
LATER = """
import threading
def double(numbers):
    threading.Timer(0.0, lambda: numbers.__imul__(2)).start()
    return numbers
"""
BACK_AGAIN = """
def double(numbers):
    numbers *= 2
    copied = numbers.copy()
    numbers /= 2.0000001
    return copied
"""
TENSOR = """
class Liar(torch.Tensor):
    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None): return args[0]
    def __eq__(self, other): return True
def double_sum(numbers): return numbers.sum(dim=-1).as_subclass(Liar)
"""
GRADIENT = """
class Fake(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x): return x.sum(dim=-1)
    @staticmethod
    def backward(ctx, g): return torch.zeros(2, 3)
def double_sum(numbers): return Fake.apply(numbers.clone().requires_grad_())
"""

CASES = {
    "always-equal": source("class A:\n    def __eq__(self, o): return True\ndef double(numbers): return A()\n"),
    "equal-and-shaped": source(
        "class A:\n    def __init__(self, n): self.shape, self.dtype = n.shape, n.dtype\n"
        "    def __eq__(self, o): return True\n    def __array__(self, *a, **k): return self\n"
        "def double(numbers): return A(numbers)\n",
        ENDED,
    ),
    "int-of-its-own": source(
        "class I(int):\n    def __eq__(self, o): return True\n    def __index__(self): return 5\n"
        "def double(numbers): return [[I(1) for _ in row] for row in numbers]\n"
    ),
    "float-of-its-own": source(
        "class F(float):\n    def __eq__(self, o): return True\n    def __sub__(self, o): return 0.0\n"
        "def double(numbers): return [[F(1) for _ in row] for row in numbers]\n"
    ),
    "text-of-its-own": source(
        "class S(str):\n    def __eq__(self, o): return True\n    def __len__(self): return 3\n"
        "def double(numbers): return S('passed')\n"
    ),
    "dict-of-its-own": source(
        "class D(dict):\n    def __getitem__(self, k): return 2\n    def items(self):\n        while True: yield 1, 2\n"
        "def double(numbers): return D(a=1)\n",
        ENDED,
    ),
    "array-of-its-own": source(
        "import numpy\nclass A(numpy.ndarray):\n    def __eq__(self, o): return True\n    __array_priority__ = 1e9\n"
        "    def __array_ufunc__(self, *a, **k): return numpy.True_\n"
        "def double(numbers): return numpy.zeros_like(numbers).view(A)\n",
        points=1.0,
    ),
    "array-with-a-shape-of-its-own": source(
        "import numpy\nclass A(numpy.ndarray):\n    shape = property(lambda self: (2, 3))\n    nbytes = 10**9\n"
        "    def tobytes(self, *a): return b'x' * 10\n"
        "def double(numbers): return numpy.zeros(1).view(A)\n",
        ENDED,
    ),
    "tensor-of-its-own": summing(TENSOR, points=1.0),
    "not-a-number": returning("numbers * numpy.nan"),
    "not-a-number-once": source(
        "def double(numbers):\n    n = numbers * 2\n    n[0, 0] = float('nan')\n    return n\n", points=1.0
    ),
    "infinity": returning("numbers * numpy.inf"),
    "other-precision": returning("(numbers * 2).astype('float32')"),
    "half-precision": returning("(numbers * 2).astype('float16')"),
    "complex": returning("(numbers * 2).astype(complex)"),
    "whole-numbers": returning("(numbers * 2).astype(int)"),
    "dates": returning("(numbers * 2).astype('datetime64[s]')"),
    "objects": returning("(numbers * 2).astype(object)"),
    "records": returning("numpy.zeros(numbers.shape, dtype=[('a', 'f8')])"),
    "masked-array": returning("numpy.ma.masked_all(numbers.shape)"),
    "a-single-number": summed("right.sum()"),
    "broadcastable": returning("(numbers * 2)[:, :1]"),
    "an-axis-too-many": returning("(numbers * 2)[None]"),
    "stride-nothing": returning("numpy.lib.stride_tricks.as_strided(numbers[:1] * 2, numbers.shape, (0, 8))"),
    "stride-out-of-memory": returning("numpy.lib.stride_tricks.as_strided(numbers, (10**6, 10**6), (8, 8))"),
    "a-list": returning("(numbers * 2).tolist()"),
    "half-precision-tensor": summed("right.half()"),
    "complex-tensor": summed("right.to(torch.complex64)"),
    "stride-nothing-tensor": summed("right[:1].expand(right.shape)"),
    "sparse": summed("(right * 0).to_sparse()"),
    "meta": summed("right.to('meta')"),
    "quantised": summed("torch.quantize_per_tensor(right.float(), 10.0, 0, torch.quint8)"),
    "nested": summed("torch.nested.nested_tensor([right, right])"),
    "billion-rows": summed("torch.zeros(1).expand(10**9)"),
    "generator": source("def double(numbers): return (row * 2 for row in numbers)\n"),
    "lazy": source(
        "class Lazy:\n    def __init__(self, n): self.n = n\n    def __getattr__(self, name): return getattr(self.n,"
        " name)\n    def __iter__(self): return iter(self.n * 2)\n    def __array__(self, *a, **k): return self.n *"
        " 2\ndef double(numbers): return Lazy(numbers)\n",
        ENDED | PASSED,
        points=3.0,
    ),
    "itself": source("def double(numbers): return double\n"),
    "input-handed-back": returning("numbers"),
    "input-changed-later": source(LATER, points=2.0),
    "input-changed": source("def double(numbers):\n    numbers *= 2\n    return numbers\n", points=2.0),
    "input-changed-and-back": source(BACK_AGAIN, points=2.0),
    "input-changed-tensor": summing(
        "def double_sum(numbers):\n    numbers.mul_(2)\n    return numbers.sum(dim=-1)\n", points=2.0
    ),
    "default-dtype": set_for_all("torch.set_default_dtype(torch.float16)"),
    "grad-mode": set_for_all("torch.set_grad_enabled(False)"),
    "seeds": set_for_all("torch.manual_seed(0)"),
    "warnings": right("import warnings; warnings.simplefilter('error')"),
    "locale": right("import locale\ntry: locale.setlocale(locale.LC_ALL, 'C.UTF-8')\nexcept locale.Error: pass"),
    "float-printing": right("import numpy; numpy.set_printoptions(precision=1); numpy.seterr(all='raise')"),
    "first-call-only": source(
        "calls = []\ndef double(numbers):\n    calls.append(1)\n    return numbers * (2 if len(calls) == 1 else 3)\n",
        points=1.0,
    ),
    "remembered-shapes": source(REMEMBERED, FAILED | PASSED, points=1.0),
    "all-zeros": source("import numpy\ndef double(numbers): return numpy.zeros_like(numbers)\n", points=1.0),
    "gradient-faked": summing(GRADIENT, points=1.0),
    "fortran-order": Case(
        {"double.py": b"import numpy\ndef double(numbers): return numpy.asfortranarray(numbers * 2)\n"}, PASSED, 3.0
    ),
    "read-only": Case(
        {"double.py": b"def double(numbers):\n    n = numbers * 2\n    n.flags.writeable = False\n    return n\n"},
        PASSED,
        3.0,
    ),
    "other-byte-order": Case({"double.py": b"def double(numbers): return (numbers * 2).astype('>f8')\n"}, PASSED, 3.0),
    # No exercise forbids one: what counts is what comes out.
    "finished-library-function": source(
        "from numpy import multiply as hidden\ndouble = lambda numbers: hidden(numbers, 2)\n", PASSED, points=3.0
    ),
    "exact-but-long": returning("(numbers * 2).astype('longdouble')"),
}
