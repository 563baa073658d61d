"""Notebooks and sources as people and programs really leave them, and as nobody should."""

from __future__ import annotations

import codecs
import json
from collections.abc import Callable
from functools import partial

from gallery.records import ENDED, FAILED, PASSED, RIGHT, Case, code, source

SOURCE = RIGHT.encode()
WRONG = "def double(numbers):\n    return numbers\n"
MISSING = frozenset({"missing"})
GAP = "def double(numbers):\n    raise NotImplementedError('double is still to be written')\n"
SCRIPT = {
    "output_type": "display_data",
    "metadata": {},
    "data": {"text/html": "<script>document.title = 'owned'</script>"},
}


def notebook(
    content: bytes | Callable[[], bytes], verdicts: frozenset[str] = PASSED, *told: str, points: float = 3.0
) -> Case:
    return Case({"homework.ipynb": content}, verdicts, points if verdicts != MISSING else 0.0, told)


cells = code


def changed(content: bytes, **told: object) -> bytes:
    return json.dumps({**json.loads(content), **told}).encode()


def shouting(megabytes: int) -> Callable[[], bytes]:
    """A notebook whose output is that long."""
    return lambda: with_outputs([{"output_type": "stream", "name": "stdout", "text": "x" * (megabytes << 20)}])


def with_outputs(outputs: list[dict[str, object]]) -> bytes:
    plain = json.loads(code(RIGHT))
    plain["cells"][0]["outputs"] = outputs
    return json.dumps(plain).encode()


def old(version: int) -> bytes:
    """A notebook of one of the formats before the fourth."""
    cell = {
        "cell_type": "code",
        "language": "python",
        "input": RIGHT,
        "outputs": [],
        "collapsed": False,
        "metadata": {},
    }
    told = {"nbformat": version, "nbformat_minor": 0, "metadata": {"name": ""}}
    if version == 1:
        return json.dumps({**told, "cells": [{**cell, "code": RIGHT}]}).encode()
    return json.dumps({**told, "worksheets": [{"cells": [cell], "metadata": {}}]}).encode()


def encoded(text: str, encoding: str, mark: bytes = b"", verdicts: frozenset[str] = PASSED) -> Case:
    return source(mark + text.encode(encoding), verdicts, points=3.0)


failing = partial(source, verdicts=FAILED)
ACCENTS = "# Größe, día, naïveté\n"
TORN = code(RIGHT).replace(b'"cells"', b'"cells')
CASES = {
    "magics": notebook(
        cells("%matplotlib inline\n%load_ext autoreload", f"import numpy as np\n{RIGHT}%timeit double(3)")
    ),
    "cell-magic": notebook(cells("%%bash\ntouch /tmp/attnlab-escaped", RIGHT)),
    "shell-escapes": notebook(cells("!touch /tmp/attnlab-escaped\n!pip install attention", RIGHT + "!rm -rf /\n")),
    "help-escapes": notebook(cells("?print\nnumpy.array??", RIGHT)),
    "magic-with-a-value": notebook(cells("files = !ls /\nx = %pwd", RIGHT)),
    "retyped": notebook(cells(WRONG, "double(3)", RIGHT)),
    "retyped-wrongly": notebook(cells(RIGHT, WRONG), FAILED, points=1.0),
    "duplicated": notebook(cells(RIGHT, RIGHT, RIGHT)),
    "split": notebook(
        cells(
            "import numpy as np\ntwo = 2",
            "def helper(n):\n    return n * two",
            "def double(numbers):\n    return helper(numbers)",
        )
    ),
    "deleted": notebook(cells("import numpy as np", "print('nothing')"), MISSING, "none of its cells"),
    "reordered": notebook(
        cells("def double(numbers):\n    return helper(numbers)", "def helper(n):\n    return n * 2")
    ),
    "gap-below-the-answer": notebook(cells(RIGHT, GAP)),
    "gap-below-in-one-cell": notebook(cells(RIGHT + "\n\n" + GAP)),
    "gap-alone": notebook(cells(GAP), frozenset({"not attempted", "failed"}), points=0.0),
    "another-cell-fails-first": notebook(cells("1 / 0", "undefined_name", "assert False", RIGHT)),
    "another-cell-exits-first": notebook(cells("import sys; sys.exit(1)", "raise SystemExit", RIGHT)),
    "another-cell-is-no-python": notebook(cells("def (:", "for x in\n", RIGHT)),
    "another-cell-hangs": notebook(cells("while True: pass", RIGHT)),
    "asks-for-input": notebook(cells("name = input('your name? ')", RIGHT)),
    "downloads": notebook(cells("import urllib.request\nurllib.request.urlopen('http://127.0.0.1:9')", RIGHT)),
    "plots": notebook(cells("import matplotlib.pyplot as plt\nplt.plot([1]); plt.show()", RIGHT)),
    "made-by-exec": notebook(cells(f"exec({RIGHT!r})"), PASSED | FAILED | MISSING),
    "attacks-from-a-cell": notebook(
        cells("import os; os._exit(0)", f"import os\nos.kill(-1, 9)\n{WRONG}"), ENDED, points=1.0
    ),
    "duplicate-ids": notebook(changed(code(RIGHT), cells=[*json.loads(code(RIGHT))["cells"]] * 2)),
    "cells-of-wrong-types": notebook(
        changed(
            code(RIGHT),
            cells=[
                None,
                3,
                "x",
                [],
                {},
                {"cell_type": 7},
                {"cell_type": "code", "source": 5},
                {"cell_type": "code", "source": [1, None]},
                *json.loads(code(RIGHT))["cells"],
            ],
        )
    ),
    "metadata-of-wrong-types": notebook(changed(code(RIGHT), metadata=[1], nbformat_minor="x")),
    "source-as-a-list": notebook(changed(code(RIGHT), cells=[{"cell_type": "code", "source": RIGHT.splitlines(True)}])),
    "format-1": notebook(old(1), PASSED | MISSING),
    "format-2": notebook(old(2), PASSED | MISSING),
    "format-3": notebook(old(3)),
    "format-99": notebook(changed(code(RIGHT), nbformat=99), PASSED | MISSING),
    "format-that-is-no-number": notebook(changed(code(RIGHT), nbformat="four"), PASSED | MISSING),
    "broken-json": notebook(TORN, MISSING, "not JSON"),
    "half-of-a-notebook": notebook(code(RIGHT)[:100], MISSING, "not JSON"),
    "no-notebook": notebook(b"[]", MISSING),
    "empty-notebook": notebook(b"", MISSING),
    "deep-json": notebook(b"[" * 100_000, MISSING),
    "integer-of-a-million-digits": notebook(
        changed(code(RIGHT), x=1).replace(b'"x": 1', b'"x": ' + b"9" * 10**6), PASSED | MISSING
    ),
    "not-a-number-in-json": notebook(changed(code(RIGHT), x=float("nan"))),
    "notebook-with-a-mark": notebook(codecs.BOM_UTF8 + code(RIGHT)),
    "notebook-in-utf-16": notebook(code(RIGHT).decode().encode("utf-16"), PASSED | MISSING),
    "outputs-with-scripts": notebook(with_outputs([SCRIPT])),
    "outputs-of-10-mb": notebook(shouting(10)),
    "outputs-of-50-mb": notebook(shouting(50), PASSED | MISSING, "MiB"),
    "latin-1": encoded(ACCENTS + RIGHT, "latin-1", verdicts=FAILED | PASSED),
    "latin-1-that-says-so": encoded("# -*- coding: latin-1 -*-\n" + ACCENTS + RIGHT, "latin-1"),
    "utf-16": encoded(RIGHT, "utf-16", verdicts=FAILED | MISSING),
    "byte-order-mark": encoded(ACCENTS + RIGHT, "utf-8", codecs.BOM_UTF8),
    "coding-that-lies": source(b"# -*- coding: ascii -*-\n# \xc3\xa9\n" + SOURCE),
    "coding-that-is-none": source(b"# -*- coding: no-such -*-\n" + SOURCE),
    "coding-that-is-no-text": source(
        b"# -*- coding: rot13 -*-\n" + codecs.encode(RIGHT, "rot13").encode(), FAILED | PASSED, points=3.0
    ),
    "coding-that-hides": source(
        b"# -*- coding: utf-7 -*-\n" + RIGHT.encode() + b"# +AAo-import os+ADs- os._exit(0)\n",
        ENDED | PASSED,
        points=3.0,
    ),
    "null-bytes": source(SOURCE + b"\0\0\0"),
    "nothing-at-all": source(b"", FAILED | {"missing"}),
    "only-null-bytes": source(b"\0" * 1000, FAILED | {"missing"}),
    "tabs": source(b"def double(numbers):\n\treturn numbers * 2\n", PASSED, points=3.0),
    "tabs-and-blanks": source(b"def double(numbers):\n\tn = numbers\n        return n * 2\n"),
    "windows-lines": source(SOURCE.replace(b"\n", b"\r\n"), PASSED, points=3.0),
    "old-mac-lines": source(SOURCE.replace(b"\n", b"\r"), PASSED | FAILED | MISSING, points=3.0),
    "form-feeds": source(b"\f\n" + SOURCE + b"\x1a", PASSED | FAILED, points=3.0),
    "name-in-other-letters": source("def \uff44ouble(numbers):\n    return numbers * 2\n", PASSED, points=3.0),
    "asks-at-import": source(f"name = input('your name? ')\n{RIGHT}", FAILED, "EOFError"),
    "breakpoint-at-import": source(f"breakpoint()\n{RIGHT}", ENDED),
    "breakpoint-in-the-call": source("def double(numbers):\n    breakpoint()\n    return numbers * 2\n", ENDED),
    "plots-at-import": source(
        f"import matplotlib.pyplot as plt\nplt.plot([1]); plt.show()\n{RIGHT}", ENDED | PASSED, points=3.0
    ),
    "downloads-at-import": source(
        f"import urllib.request\nurllib.request.urlopen('http://example.org')\n{RIGHT}", FAILED
    ),
    "star-import": source(f"from numpy import *\nfrom math import *\n{RIGHT}", PASSED, points=3.0),
    "relative-import": source(f"from . import helper\n{RIGHT}", FAILED, "ImportError"),
    "imports-what-is-not-there": source(f"import tensorflow_of_mine\n{RIGHT}", FAILED, "ModuleNotFoundError"),
    "imports-itself": source(f"import double as again\n{RIGHT}", PASSED | FAILED, points=3.0),
    "async-at-the-top": source(f"await something()\n{RIGHT}"),
    "return-at-the-top": source(f"return 3\n{RIGHT}"),
    "parameters-of-its-own": source("def double(a, b):\n    return a * 2\n"),
    "default-that-hides": source(
        "def double(numbers, *, numbers2=2):\n    return numbers * numbers2\n", PASSED | FAILED, points=3.0
    ),
}
