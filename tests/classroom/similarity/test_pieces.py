"""The pieces of a source stay when it is disguised, and no source stops their reading."""

import ast
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attnlab.classroom.similarity.pieces import SOURCE_CAP, Kind, lines_of, pieces_of, texts_of

WRITTEN = '''"""My answer."""
import numpy as np


def softmax(scores, axis=-1):
    # take the largest away
    largest = np.max(scores, axis=axis, keepdims=True)
    scale = 1.0
    exponentials = np.exp((scores - largest) * scale)
    total = exponentials.sum(axis=axis, keepdims=True)
    total[total == 0] = 1
    return exponentials / total


def helper(rows):
    if rows.any():
        rows += 1
    return [row ** 2 for row in rows]
'''


def code(source):
    return {piece.text for piece in pieces_of(source.encode()) if piece.kind is Kind.CODE}


def words(source, kind):
    return {piece.text for piece in pieces_of(source.encode()) if piece.kind is kind}


def test_other_names_make_no_other_code():
    renamed = WRITTEN
    for old, new in (("largest", "m"), ("exponentials", "e_1"), ("total", "größe"), ("scale", "q"), ("rows", "data")):
        renamed = renamed.replace(old, new)

    assert code(renamed) == code(WRITTEN)
    assert "largest" in words(WRITTEN, Kind.NAME) - words(renamed, Kind.NAME)


def test_comments_blank_lines_and_layout_make_no_other_code():
    bare = ast.unparse(ast.parse(WRITTEN)).replace('"""My answer."""', "")
    talkative = WRITTEN.replace("\n    ", "\n\n    # and now\n    ").replace(
        "(scores - largest)", "((scores-largest ))"
    )

    assert code(bare) == code(talkative) == code(WRITTEN)


def test_functions_and_statements_in_another_order_make_no_other_code():
    head, softmax, helper = WRITTEN.split("\n\n\n")
    swapped = "\n\n\n".join([head, helper, softmax])
    lines = "    scale = 1.0\n"

    moved = WRITTEN.replace(lines, "").replace("    largest =", f"{lines}    largest =")

    assert code(swapped) == code(WRITTEN) == code(moved)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("y = a * x + b", "y = b + x * a"),
        ("x += np.max(y)", "x = x + y.max()"),
        ("import numpy\ny = numpy.exp(x)", "from numpy import exp as e\ny = e(x)"),
        ("y = f(x, axis=1, keepdims=True)", "y = f(x, keepdims=True, axis=1)"),
        ("ok = x > y", "ok = y < x"),
        ("def f(x: int) -> int:\n    y: int = x - 2.0", "def f(x):\n    y = x - 2"),
    ],
)
def test_the_same_said_otherwise_makes_no_other_code(one, other):
    imports = "import numpy as np\n"

    assert code(imports + one) == code(imports + other)


def test_what_the_libraries_name_makes_other_code():
    assert code(WRITTEN.replace("np.exp", "np.exp2")) != code(WRITTEN)


def test_the_words_of_comments_and_texts_are_pieces_however_they_are_set():
    assert words(WRITTEN, Kind.COMMENT) == {"take the largest away", "my answer"}
    assert words(WRITTEN.replace("# take the", "#TAKE  the"), Kind.COMMENT) == words(WRITTEN, Kind.COMMENT)


def test_lines_that_are_no_python_are_passed_over_and_the_others_count():
    broken = WRITTEN.replace("    scale = 1.0\n", "    scale = = 1.0\n").replace("if rows.any():", "if rows.any(:")

    assert len(code(broken) & code(WRITTEN)) > 0.7 * len(code(WRITTEN))


def test_a_place_shows_the_text_it_is_of():
    lines = lines_of(WRITTEN.replace("largest", "größte").encode())

    of_name = {
        lines[first - 1][start:end]
        for piece in pieces_of("\n".join(lines).encode())
        if piece.kind is Kind.NAME
        for first, start, _, end in [piece.place]
    }

    assert {"größte", "exponentials", "total", "scores", "rows"} <= of_name


@pytest.mark.parametrize(
    "source",
    [
        b"", b"\0\0", b"\xff\xfe", b"def f(:\n", b"(" * 5000, b"-" * 30000 + b"1", b"x = " + b"[" * 90 + b"]" * 90,
        b"if x:\n", b"\n" * 9, b"x." + b"a." * 3000 + b"b", b"'''never closed", b"\x0c\x1c\xe2\x80\xa8x = 1 +\n",
        b"\t x\n  y", b"1_000" * 2000, b"int = " + b"9" * 6000,
    ],
)  # fmt: skip
def test_no_source_stops_the_reading(source):
    assert pieces_of(source) is None or texts_of(source) is not None


@settings(deadline=None)
@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace")))
def test_no_bytes_stop_the_reading(source):
    lines = lines_of(source)

    for piece in pieces_of(source) or ():
        first, start, last, _ = piece.place
        assert 1 <= first <= last <= max(len(lines), 1)
        assert start >= 0


@settings(deadline=None)
@given(st.randoms(use_true_random=False))
def test_no_torn_source_stops_the_reading(chance: random.Random):
    torn = list(WRITTEN)
    for _ in range(chance.randrange(12)):
        torn[chance.randrange(len(torn))] = chance.choice(["", "(", "'", "\n", "\t", ":", "\\", '"""', "é"])

    assert pieces_of("".join(torn).encode()) is not None


def test_what_is_too_large_is_not_read():
    assert pieces_of(b"#" * (SOURCE_CAP + 1)) is None


def test_nothing_that_python_warns_of_is_heard(recwarn):
    pieces_of(b'x = "\\d" is 1\n')

    assert not recwarn.list
