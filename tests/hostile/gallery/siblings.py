"""Students who mean no harm, sitting among the others; and right answers that only look odd."""

from __future__ import annotations

from gallery.records import PASSED, RIGHT, SUMMED, Case, right, source

INNOCENT = {
    "ada": RIGHT,
    "bob": "def double(numbers):\n    return numbers**2\n",
    "carla": "def double(numbers):\n    return 2.0 * numbers\n",
    "gus": "def double(numbers):\n    numbers *= 2\n    return numbers\n",
    "kim": "def double(numbers):\n    return numbers.sum(axis=-1)\n",
    "mo": "import numpy as np\n\n\ndef double(numbers):\n    return np.multiply(numbers, 2)\n",
    "quinn": "def double(numbers)\n    return numbers\n",
    "tess": "def double(numbers):\n    return numbers * 3\n",
    "zoe": RIGHT,
}
SUMMING = {"ada": f"import torch\n{SUMMED}", "mo": "def double_sum(numbers):\n    return numbers.sum(dim=-1)\n"}

CASES = {
    "writes-to-standard-error": right("import sys; sys.stderr.write('working\\n')"),
    "warns": right("import warnings; warnings.warn('careful')"),
    "thread-that-ends": right("import threading; t = threading.Thread(target=print); t.start(); t.join()"),
    "uses-a-temporary-file": right("import tempfile; tempfile.TemporaryFile(dir='.').close()"),
    "seeds-the-library": right("import numpy; numpy.random.seed(1)"),
    "dataclasses": right("import dataclasses\n@dataclasses.dataclass\nclass P:\n    x: int = 1"),
    "prints-in-every-call": source(
        "def double(numbers):\n    print(numbers.shape)\n    return numbers * 2\n", PASSED, points=3.0
    ),
    "a-class-with-a-call": source(
        "class Doubling:\n    def __call__(self, numbers):\n        return numbers * 2\n\n\ndouble = Doubling()\n",
        PASSED,
        points=3.0,
    ),
    "a-lambda": source("double = lambda numbers: numbers * 2\n", PASSED, points=3.0),
    "main-guard": source(f"{RIGHT}\nif __name__ == '__main__':\n    raise SystemExit(double(3))\n", PASSED, points=3.0),
    "annotations": source(
        "from __future__ import annotations\nimport numpy as np\ndef double(numbers: np.ndarray) -> NoSuchName:\n"
        "    return numbers * 2\n",
        PASSED,
        points=3.0,
    ),
}


def cases() -> dict[str, Case]:
    """Everybody who means no harm, with what they earn where that is everything."""
    return {
        name: Case(
            {"double.py": text.encode(), **({"double_sum.py": SUMMING[name].encode()} if name in SUMMING else {})},
            PASSED if name in ("ada", "carla", "mo", "zoe") else frozenset({"failed"}),
            3.0,
        )
        for name, text in INNOCENT.items()
    }
