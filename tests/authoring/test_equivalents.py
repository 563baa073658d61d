"""What an author declares equivalent."""

from __future__ import annotations

import pytest

from attnlab.authoring.equivalents import read_equivalents
from attnlab.authoring.mutations import Mutant


def declared(small, text):
    small.withheld("equivalent.toml").write_text(text)
    return read_equivalents(small.course, small.course.exercises[0])


def test_nothing_is_declared_where_there_is_no_file(small):
    assert read_equivalents(small.course, small.course.exercises[0]).places == {}


def test_a_declared_mutant_is_known_by_its_name(small):
    equivalents = declared(small, "[[equivalent]]\nmutant = 'a -> b'\nreason = 'the same'\n")

    assert equivalents.places == {"a -> b": "equivalent[0]"}
    assert equivalents.findings == ()


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("[[equivalent]]\nmutant = 'a -> b'\n", "equivalent[0].reason"),
        ("[[equivalent]]\nreason = 'why'\n", "equivalent[0].mutant"),
        ("[[equivalent]]\nmutant = 'a'\nreason = 'b'\nline = 3\n", "equivalent[0].line"),
        ("equivalent = ['a']\n", "equivalent[0]"),
        ("equivalent = 'a'\n", "equivalent"),
        ("mutants = []\n", "mutants"),
        ("not toml", None),
    ],
)
def test_what_is_wrong_with_the_file_is_told_with_its_key(small, text, place):
    assert [finding.place for finding in declared(small, text).findings] == [place]


def test_an_entry_for_no_mutant_or_for_one_that_is_noticed_is_stale(small):
    entry = "[[equivalent]]\nmutant = '{}'\nreason = 'r'\n"
    equivalents = declared(small, "".join(entry.format(name) for name in ("gone", "noticed", "alive")))
    noticed, alive = Mutant("noticed", 1, ""), Mutant("alive", 2, "")

    stale = equivalents.stale([noticed, alive], [noticed])

    assert [finding.place for finding in stale] == ["equivalent[0]", "equivalent[1]"]
