"""Notebooks made at random, for as long as one likes: only `BadNotebook` may come out, and nothing may take long.

    python tests/fuzz/fuzz_notebooks.py --seconds 60

Atheris steers by coverage where it is installed; else they are drawn from a seed.
"""

from __future__ import annotations

import json
import random
import time
from contextlib import suppress

from fuzzing import run

from attnlab.notebooks import BadNotebook, sources_in

WANTED = {"double": "double", "x": "x"}
LONGEST = 5.0
PIECES = (
    "def double(n):\n    return n", "double", "x", "=", "\n", "    ", "x = 1", "exec('double')", "%time", "%%time\n",
    "!ls", "'''", '"', "\\", "(", ")", "?", "lambda: double", "class double: pass", "import double",
    "from double import *",
    "double += 1", "double.x = 1", "x[0] = 2", "for double in x: pass", "\0", "\ud800", "\u202e",
    "raise NotImplementedError",
    "@double\n", "await x", ";", "if x:\n", "try:\n", "except:\n", "# x\n", "async ", "global x\n", "del x", "f'{x}'",
)  # fmt: skip


def one(content: bytes) -> None:
    """Read one input.

    Raises:
        AssertionError: it took too long, or what came out of it is not what was promised.
    """
    begun = time.perf_counter()
    with suppress(BadNotebook):
        found = sources_in(content, WANTED, apart=len(content) % 2 == 1)
        assert all(source.decode("utf-8") for source in found.sources.values())
        assert all(clause.isprintable() for clause in found.ignored)
    assert time.perf_counter() - begun < LONGEST, "it took too long"


def notebook_of(draw: random.Random) -> bytes:
    """A notebook whose cells are pieces of Python and worse; now and then a byte of it is broken."""
    cells = ["".join(draw.choices(PIECES, k=draw.randrange(12))) for _ in range(draw.randrange(8))]
    kinds = ["code", "code", "code", "markdown", None, []]
    table = {
        "nbformat": draw.choice([1, 3, 4, 4, 4, 5, "4"]),
        "cells": [
            {
                "cell_type": draw.choice(kinds),
                draw.choice(["source", "source", "input", "code"]): draw.choice([cell, [cell]]),
            }
            for cell in cells
        ],
    }
    content = bytearray(json.dumps(table, ensure_ascii=draw.random() < 0.5).encode("utf-8", "surrogatepass"))
    for _ in range(draw.choice([0, 0, 0, 1, 5])):
        content[draw.randrange(len(content))] = draw.randrange(256)
    return bytes(content)


if __name__ == "__main__":
    run(__doc__, one, notebook_of, what="notebooks")
