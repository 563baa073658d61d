"""What writes its own result, or changes who reads it."""

from __future__ import annotations

from gallery.records import CRASHED, ENDED, FAILED, PASSED, RIGHT, SUMMED, Case, importing, right, source, summing

WRONG = "def double(numbers): return numbers\n"
REPORT = '{"exercise": "double", "passed": true, "points": 3.0, "checks": [{"id": "values", "verdict": "passed"}]}'
LATE = """
import os, threading
def shout():
    while True:
        try: os.write(60, b'ATN1' + bytes(60))
        except OSError: return
def double(numbers):
    threading.Thread(target=shout, daemon=True).start()
    return numbers[0]
"""
PICKLED = """
import os
class Run:
    def __reduce__(self): return (os.system, ('touch attnlab-was-here',))
def double(numbers):
    return {}
"""
SAVED = """
import io, pickle
class Run:
    def __reduce__(self): return (print, ('unpickled',))
def double_sum(numbers):
    torch.save({'weight': Run()}, 'state.pt'); open('values.pkl', 'wb').write(pickle.dumps(Run()))
    return {'weight': Run()}
"""
STATE = """
class double_sum(torch.nn.Module):
    def __init__(self, numbers):
        super().__init__()
        self.sums = torch.nn.Parameter((2 * numbers).sum(dim=-1))
    def __reduce__(self): return (print, ('unpickled',))
    def state_dict(self, *a, **k): return {'sums': self}
"""
WORKERS_OWN = """
import sys
for name, module in list(sys.modules.items()):
    if name.startswith('attnlab.'):
        for own in list(vars(module)):
            if callable(getattr(module, own)):
                try: setattr(module, own, lambda *a, **k: b'ATN1' + bytes(60))
                except Exception: pass
"""
BESIDE = (
    "torch", "numpy", "json", "struct", "sitecustomize", "usercustomize", "conftest", "attnlab", "os", "random",
    "checks", "reference", "collections", "encodings",
)  # fmt: skip
SHADOW = b"raise SystemExit('I was imported')\ndef double(numbers): return numbers * 2\n"

FRAME = """
import json, os, struct
def frame(header, body=b''):
    header = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack('>4sIQ', b'ATN1', len(header), len(body)) + header + body
def returned(value, arrays=(), body=b'', **told):
    fields = {'id': 1, 'value': value, 'arguments_after': None, 'keywords_after': None, 'gradients': None, **told}
    return frame({'kind': 'returned', 'fields': fields, 'arrays': list(arrays)}, body)
"""
FORGED = {
    "deep": "frame(b'[' * 100_000)",
    "deep-value": 'frame(b\'{"kind":"returned","fields":\' + b\'{"a":\' * 50_000)',
    "shape-of-a-terabyte": "returned({'array': 0, 'library': 'numpy'}, [['float64', [0, 2**40]]])",
    "negative-shape": "returned({'array': 0, 'library': 'numpy'}, [['float64', [-1, -1]]])",
    "seventy-axes": "returned({'array': 0, 'library': 'numpy'}, [['float64', [1] * 70]], bytes(8))",
    "a-dtype-of-its-own": "returned({'array': 0, 'library': 'numpy'}, [['object', [1]]], bytes(8))",
    "an-array-that-is-not-there": "returned({'array': 7, 'library': 'numpy'})",
    "a-handle-of-nothing": "returned({'handle': 10**9, 'of': 'x'})",
    "an-integer-too-large": "returned(10**400)",
    "an-identifier-of-text": "returned(None, id='1')",
    "many-arrays": "returned(None, [['bool', [0]]] * 300_000)",
    "many-values": "returned([0] * 400_000)",
    "half-a-surrogate": "frame(b'\\xed\\xa0\\x80')",
    "zero-bytes": "frame(bytes(1000), bytes(1000))",
    "a-body-too-long": "returned(None, [], bytes(1000))",
    "a-question-of-its-own": (
        "frame({'kind': 'asked', 'fields': {'id': 1, 'turn': 0, 'number': 0, 'arguments': None,"
        " 'keywords': None}, 'arrays': []})"
    ),
    "a-request": "frame({'kind': 'load', 'fields': {}, 'arrays': []})",
    "nothing-at-all": "frame(b'', b'')",
}

CASES = {
    **{
        f"frame-with-{name}": source(
            f"{FRAME}def double(numbers):\n    os.write(60, {forged})\n    return numbers[0]\n", ENDED
        )
        for name, forged in FORGED.items()
    },
    "prints-a-report": source(f"print({REPORT!r})\n{WRONG}", points=1.0),
    "prints-a-report-and-leaves": source(f"print({REPORT!r}, flush=True)\nimport os; os._exit(0)\n", CRASHED),
    "prints-an-answer-of-a-judge": source(
        f'import os\nos.write(1, b\'{{"id": 1, "report": {REPORT}}}\\n\')\n{WRONG}', points=1.0
    ),
    "writes-to-every-descriptor": source(
        "import os\nfor fd in range(3, 1024):\n    try: os.write(fd, b'ATN1' + bytes(60))\n    except OSError: pass\n"
        + WRONG,
        ENDED,
    ),
    "writes-a-report-to-every-descriptor": source(
        f"import os\nfor fd in range(0, 1024):\n    try: os.write(fd, {REPORT.encode()!r} + b'\\n')\n"
        f"    except OSError: pass\n{WRONG}",
        ENDED,
    ),
    "closes-every-descriptor": source("import os\nos.closerange(0, 4096)\n" + RIGHT, ENDED),
    "puts-a-channel-in-the-way": source("import os\nr, w = os.pipe(); os.dup2(w, 60)\n" + RIGHT, ENDED),
    "writes-after-the-worker": source(LATE, CRASHED | FAILED),
    "pickle-as-a-value": source(PICKLED.replace("{}", "Run()")),
    "pickle-in-a-value": source(PICKLED.replace("{}", "[numbers * 2, Run()]")),
    "pickle-in-an-array": source(
        PICKLED.replace("return {}", "import numpy; return numpy.array([[Run()]], dtype=object)")
    ),
    "pickle-in-a-saved-file": summing(SAVED),
    "pickle-in-a-state-dict": summing(STATE, ENDED),
    "json-replaced": importing(
        "import json, struct\njson.dumps = json.loads = lambda *a, **k: {}\nstruct.pack = lambda *a: b''",
        PASSED | ENDED,
        points=3.0,
    ),
    "builtins-replaced": source(
        "import builtins\nbuiltins.len = lambda x: 3\nbuiltins.isinstance = lambda *a: True\n"
        "builtins.bytes = builtins.memoryview = lambda *a: b''\n" + WRONG,
        ENDED,
    ),
    "workers-functions-replaced": source(WORKERS_OWN + WRONG, ENDED),
    "main-replaced": source(
        "import sys, types\nsys.modules['__main__'] = types.ModuleType('__main__')\n" + WRONG, ENDED, points=1.0
    ),
    "modules-emptied": source("import sys\nsys.modules.clear()\n" + WRONG, ENDED),
    "module-replaced-by-an-object": source(
        "import sys\nclass Any:\n    def __getattr__(self, name): return lambda *a: a[0]\n"
        "sys.modules[__name__] = Any()\n" + WRONG,
        ENDED,
        points=1.0,
    ),
    "imports-replaced": importing(
        "import builtins\nbuiltins.__import__ = lambda *a, **k: None", PASSED | ENDED, points=3.0
    ),
    "allclose-patched": source(
        "import numpy, math\nnumpy.allclose = numpy.array_equal = numpy.isclose = math.isclose = lambda *a, **k: True\n"
        "numpy.testing.assert_allclose = numpy.testing.assert_array_equal = lambda *a, **k: None\n" + WRONG,
        points=1.0,
    ),
    "assert-close-patched": summing(
        "torch.equal = torch.allclose = torch.isclose = lambda *a, **k: True\n"
        "torch.testing.assert_close = lambda *a, **k: None\ntorch.Tensor.__eq__ = torch.Tensor.eq = lambda *a: True\n"
        "def double_sum(numbers): return numbers.sum(dim=-1)\n",
        points=1.0,
    ),
    "arrays-patched": source(
        "import numpy\nnumpy.asarray = numpy.array = numpy.ascontiguousarray = lambda *a, **k: None\n" + WRONG, ENDED
    ),
    "tracing": source(
        "import sys\ndef trace(frame, event, arg):\n    frame.f_locals.clear() if event == 'return' else None\n"
        "    return trace\nsys.settrace(trace); sys.setprofile(trace)\n" + WRONG,
        ENDED,
    ),
    "says-it-was-attempted-by-another": source(
        "raise NotImplementedError('double is still to be written')\n" + RIGHT, FAILED | {"not attempted"}
    ),
    "files-named-like-libraries": Case(
        {"double.py": RIGHT.encode(), **{f"{name}.py": SHADOW for name in BESIDE}}, PASSED, 3.0
    ),
    "files-named-like-libraries-it-imports": Case(
        {
            "double.py": b"import json, numpy, attnlab, random\n" + RIGHT.encode(),
            **{f"{name}.py": SHADOW for name in BESIDE},
        },
        PASSED | FAILED,
        3.0,
    ),
    "torch-beside": Case(
        {"double_sum.py": f"import torch\n{SUMMED}".encode(), "torch.py": SHADOW, "torch/__init__.py": SHADOW},
        PASSED,
        3.0,
        (),
        "double_sum",
    ),
    "paths-changed": right("import sys; sys.path[:] = ['.', '/tmp']; sys.meta_path.clear()"),
    "a-report-beside": Case(
        {"double.py": WRONG.encode(), "report.json": REPORT.encode(), "results.json": REPORT.encode()}, points=1.0
    ),
    "a-manifest-that-claims": Case({"double.py": WRONG.encode(), "manifest.json": REPORT.encode()}, points=1.0),
    "imports-a-sibling-that-is-wrong": Case(
        {
            "double.py": WRONG.encode(),
            "double_sum.py": b"from double import double\ndef double_sum(n): return double(2 * n).sum(dim=-1)\n",
        },
        FAILED | {"not reached"},
        0.0,
        (),
        "double_sum",
    ),
}
