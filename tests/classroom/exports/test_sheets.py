"""A sheet of somebody else's, in which single cells are replaced."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attnlab.classroom.exports.sheets import NoSheet, read_sheet

# What no export writes: the csv module leaves a bare carriage return unquoted, and nobody can tell it from a line end.
SIGNS = st.characters(blacklist_categories=["Cs"], blacklist_characters="\0\r\ufeff")
CELLS = st.text(SIGNS, max_size=6)
TABLES = st.lists(st.lists(CELLS, min_size=2, max_size=4), min_size=1, max_size=5)
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16"])


def written(table, delimiter=",", newline="\r\n", quoting=csv.QUOTE_MINIMAL) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter, lineterminator=newline, quoting=quoting).writerows(table)
    return buffer.getvalue()


def told(content: bytes, encoding: str = "utf-8", delimiter=",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(encoding), newline=""), delimiter=delimiter))


@given(
    table=TABLES,
    encoding=ENCODINGS,
    delimiter=st.sampled_from(",;\t"),
    newline=st.sampled_from(["\r\n", "\n"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
    at=st.tuples(st.integers(0, 9), st.integers(0, 9)),
    new=CELLS,
)
def test_one_cell_is_replaced_and_every_other_says_what_it_said(table, encoding, delimiter, newline, quoting, at, new):
    table = [["a", "b", "c"], *table]
    content = written(table, delimiter, newline, quoting).encode(encoding)
    sheet = read_sheet(content)
    row, column = at[0] % len(table), at[1] % len(table[at[0] % len(table)])

    filled = sheet.with_cells({(row, column): new})

    assert [[cell.text for cell in row] for row in sheet.rows] == table
    assert sheet.with_cells({}) == content
    table[row][column] = new
    assert told(filled, encoding, delimiter) == table


@given(content=st.binary(max_size=200))
def test_any_bytes_are_a_sheet_that_comes_back_as_it_was_or_are_refused(content):
    try:
        sheet = read_sheet(content)
    except NoSheet:
        return

    assert sheet.with_cells({}) == content


@given(text=st.text(st.sampled_from('ab,;"\r\n 1'), max_size=40))
def test_every_character_of_a_sheet_is_in_a_cell_or_between_two(text):
    try:
        sheet = read_sheet(text.encode())
    except NoSheet:
        return

    ends = [(cell.start, cell.end) for row in sheet.rows for cell in row]
    assert all(
        text[before:after] in (sheet.delimiter, "\r\n", "\n", "\r") for (_, before), (after, _) in zip(ends, ends[1:])
    )
    assert text[ends[-1][1] :] in ("", "\r\n", "\n", "\r")


def test_a_quotation_mark_stays_where_it_was_and_comes_where_it_has_to():
    sheet = read_sheet(b'"a","b"\n"1",2\n')

    assert sheet.with_cells({(1, 0): "3", (1, 1): "4"}) == b'"a","b"\n"3",4\n'
    assert sheet.with_cells({(1, 1): "4,5"}) == b'"a","b"\n"1","4,5"\n'


def test_a_sheet_in_an_old_encoding_keeps_it():
    content = "Name;Größe\r\nJürgen;\r\n".encode("cp1252")

    assert read_sheet(content).with_cells({(1, 1): "1,5"}) == content[:-2] + b"1,5\r\n"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"PK\x03\x04", "Excel"),
        (b"a,b\0", "null bytes"),
        (b'a,b\n"c,d\n', "never closed"),
    ],
)
def test_what_is_no_sheet_is_refused(content, problem):
    with pytest.raises(NoSheet, match=problem):
        read_sheet(content)
