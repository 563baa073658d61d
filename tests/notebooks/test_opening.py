import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attnlab.notebooks import BadNotebook, sources_in
from attnlab.notebooks.opening import LARGEST, LONGEST_CELL, open_notebook

ANSWER = "def double(n):\n    return n + n\n"
WANTED = {"double": "double"}
CELL = {"cell_type": "code", "source": ANSWER}


def bytes_of(**table) -> bytes:
    return json.dumps({"nbformat": 4, **table}).encode()


@pytest.mark.parametrize(
    "content",
    [
        bytes_of(cells=[CELL]),
        bytes_of(cells=[{**CELL, "source": ANSWER.splitlines(keepends=True)}]),
        bytes_of(cells=[{**CELL, "source": ANSWER.replace("\n", "\r\n")}]),
        bytes_of(cells=[{**CELL, "id": "a"}, {**CELL, "id": "a"}]),
        bytes_of(cells=[{**CELL, "outputs": "none", "metadata": 3, "execution_count": "x"}]),
        bytes_of(cells=[None, 3, [], {}, {"cell_type": ["code"], "source": {}}, CELL]),
        bytes_of(nbformat_minor=99, cells=[CELL]),
        json.dumps({"cells": [CELL]}).encode(),
        json.dumps({"nbformat": 3, "worksheets": [{"cells": [{"cell_type": "code", "input": ANSWER}]}]}).encode(),
        json.dumps({"nbformat": 2, "worksheets": [{"cells": [{"cell_type": "code", "input": [ANSWER]}]}]}).encode(),
        json.dumps({"nbformat": 1, "cells": [{"cell_type": "code", "code": ANSWER}]}).encode(),
        b"\xef\xbb\xbf" + bytes_of(cells=[CELL]),
        bytes_of(cells=[CELL]).decode().encode("utf-16"),
        bytes_of(cells=[CELL]).decode().encode("utf-32-le"),
        bytes_of(cells=[CELL])[:-1] + b', "x": NaN, "y": -Infinity, "z": 1e999, "n": ' + b"9" * 5000 + b"}",
    ],
)
def test_any_format_encoding_and_oddity_is_read(content):
    found = sources_in(content, WANTED)

    assert found.sources["double"].decode().endswith(ANSWER)
    assert [clause for clause in found.ignored if "which does not count" not in clause and "no " not in clause] == []


def test_a_later_format_is_read_as_the_one_we_know_and_told():
    found = sources_in(bytes_of(nbformat=5, cells=[CELL]), WANTED)

    assert "double" in found.sources
    assert found.ignored[0].startswith("it is written in format 5")


def test_a_notebook_in_latin_1_is_read_and_told():
    text = json.dumps({"nbformat": 4, "cells": [{**CELL, "source": f"# très\n{ANSWER}"}]}, ensure_ascii=False)

    found = sources_in(text.encode("latin-1"), WANTED)

    assert "très" in found.sources["double"].decode()
    assert found.ignored == ("it is not UTF-8 and was read as Latin-1",)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "it is empty"),
        (b"  \n", "it is empty"),
        (b"{", "it is not JSON (line 1)"),
        (b"\x89PNG\r\n\x1a\n", "it is not JSON (line 1)"),
        (b"[1, 2]", "it is JSON, and no notebook"),
        (b'{"name": "ada"}', "it is JSON, and no notebook"),
        (b'{"cells":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "it is nested too deeply"),
        (b'{"cells":[' + b"[]," * 1_000_000 + b"0]}", "it holds more than 1000000 values"),
        (b'{"cells":[' + b"0," * 10_001 + b"0]}", "it has more than 10000 cells"),
        (b" " * (LARGEST + 1), "it has more than 64 MiB"),
    ],
)
def test_what_is_no_notebook_is_refused_with_why(content, why):
    with pytest.raises(BadNotebook, match="^" + why.replace("(", r"\(").replace(")", r"\)")):
        open_notebook(content)


def test_outputs_cost_nothing_however_large():
    picture = {"output_type": "display_data", "data": {"image/png": "iVBOR" * 2_000_000, "text/plain": "[{," * 700_000}}

    found = sources_in(bytes_of(cells=[{**CELL, "outputs": [picture]}]), WANTED)

    assert "double" in found.sources


def test_a_cell_too_long_to_be_an_answer_is_left_out():
    found = sources_in(bytes_of(cells=[CELL, {**CELL, "source": "(" * (LONGEST_CELL + 1)}]), WANTED)

    assert "double" in found.sources
    assert found.ignored == (f"cell 2 has more than {LONGEST_CELL} characters",)


def test_code_without_end_is_read_up_to_where_it_is_too_much():
    found = sources_in(bytes_of(cells=[CELL, {**CELL, "source": "x = 1\n" * 10_000}, CELL]), WANTED)

    assert "double" in found.sources
    assert found.ignored == ("there is too much code: cell 2 and what follows it was not read",)


@pytest.mark.parametrize(
    "cell",
    ["x = " + "-" * 50_000 + "1", "x = " + "(" * 50_000, "a" + ".b" * 50_000, "x = " + "9" * 50_000, "\0", "\ud800",
     "'" + "\\'" * 50_000, "%x\n" + "'\"'" * 50_000, "@" * 50_000, "x = " + "lambda:" * 20_000 + "1", "def double(n",
     "\u202e\x1b[2J", "nonlocal x", "def f(a, a): pass", "return 3", "class double(", "from . import *",
     "import a.b.c as d, e", "global double; double = 3", "del double", "match double:\n    case double: pass"],
)  # fmt: skip
def test_a_hostile_cell_harms_no_other(cell):
    found = sources_in(bytes_of(cells=[{**CELL, "source": cell}, CELL, {**CELL, "source": cell}]), WANTED)

    assert ANSWER.encode() in found.sources["double"]
    assert all(clause.isprintable() and len(clause) < 400 for clause in found.ignored)


# Ways to go wrong that random text would hardly hit upon.
PIECES = st.sampled_from(
    ["def double(n):\n    return n", "double", "=", "\n", "    ", "x = 1", "exec('double')", "%time", "!ls", "'''", '"',
     "\\", "(", ")", "?", "lambda: double", "class double: pass", "import double", "from double import *",
     "double += 1",
     "double.x = 1", "for double in x: pass", "\0", "\ud800", "raise NotImplementedError", "@double\n", "await x", ";"]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=8).map("".join) | st.text(max_size=30)


@given(cells=st.lists(TEXTS, max_size=6))
def test_no_cells_make_it_raise_and_every_source_is_bytes_that_encode(cells):
    content = json.dumps({"nbformat": 4, "cells": [{"cell_type": "code", "source": cell} for cell in cells]}).encode()

    found = sources_in(content, {"double": "double", "x": "x"}, apart=len(cells) % 2 == 1)

    assert all(source.decode("utf-8").startswith("# ") for source in found.sources.values())
    assert all(clause.isprintable() for clause in found.ignored)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["nbformat", "cells", "worksheets", "cell_type", "source", "input", "code"]), inner, max_size=4
    ),
)  # fmt: skip


@given(table=JSON)
def test_no_json_makes_it_raise_anything_but_its_own_refusal(table):
    with suppress(BadNotebook):
        sources_in(json.dumps(table).encode(), WANTED)


@given(content=st.binary(max_size=200))
def test_no_bytes_make_it_raise_anything_but_its_own_refusal(content):
    with pytest.raises(BadNotebook):
        sources_in(content, WANTED)
