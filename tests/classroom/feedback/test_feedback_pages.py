"""Feedback as a web page: it stands alone, runs nothing, and a submission's words are never markup."""

import re
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from attnlab.classroom.feedback.pages import page
from attnlab.classroom.feedback.records import CheckFeedback, ExerciseFeedback, Feedback
from attnlab.pictures import visible
from tests.pages import Reader

CHECK = CheckFeedback(
    "all is well", "failed", 0, 2, "problem", "double(x)", ("excerpt",), ("case",), "tell", "ask", "reason"
)
EXERCISE = ExerciseFeedback(
    id="double",
    title="Double",
    verdict="failed",
    note="",
    points=1,
    max_points=3,
    raw_points=1,
    penalty=0,
    late_days=0,
    submitted=None,
    origin="double.py",
    ignored=("a cell",),
    reason="reason",
    next="attnlab hint double",
    looked_at=True,
    checks=(CHECK,),
)
FEEDBACK = Feedback("Ada", "Week 2", 1, 3, 0.5, None, (EXERCISE,))
HOSTILE = st.text(st.characters(codec=None), min_size=1, max_size=40) | st.sampled_from(
    ["</pre></li><script>alert(1)</script>", '" onload="alert(1)', "{{ 7 * 7 }}", "<!--", "\x1b]0;owned\x07", "\ud800"]
)


def hostile(told: str) -> Feedback:
    check = CheckFeedback(told, "failed", 0, 2, told, told, (told,), (told,), told, told, told)
    exercise = replace(
        EXERCISE, title=told, note=told, origin=told, ignored=(told,), reason=told, next=told, checks=(check,)
    )
    return Feedback(told, told, 1, 3, 0.5, None, (exercise,))


@settings(max_examples=40)
@given(HOSTILE.filter(lambda told: len(told.splitlines()) == 1))
def test_words_never_become_markup(told):
    plain, seen = Reader(page(FEEDBACK)), Reader(page(hostile(told)))

    assert seen.elements == plain.elements
    assert seen.open == []


def test_characters_that_steer_are_written_out():
    written = page(hostile("a\x1b[31m\x00\u202eb\ud800"))

    assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", written)
    assert visible("a\x1b[31m\x00\u202eb") in written


def test_the_page_stands_alone_and_runs_nothing():
    read = Reader(page(FEEDBACK))

    policy = next(each["content"] for each in read.all("meta") if each.get("http-equiv"))
    assert policy == "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    assert read.all("script") == []
    assert all(link["href"].startswith("#") for link in read.all("a"))
    assert not any(key in ("src", "action") for _, attributes in read.elements for key in attributes)


def test_a_screen_reader_finds_language_landmarks_headings_and_headers():
    read = Reader(page(FEEDBACK))

    assert read.all("html")[0]["lang"] == "en"
    assert len(read.all("main")) == len(read.all("header")) == len(read.all("h1")) == 1
    assert read.text("caption") == ["Your exercises"]
    assert {each["scope"] for each in read.all("th")} == {"row", "col"}
    titles = {each.get("id") for _, each in read.elements}
    assert all(section["aria-labelledby"] in titles for section in read.all("section"))


def test_everything_that_is_told_is_on_the_page():
    words = " ".join(told for _, told in Reader(page(FEEDBACK)).texts)

    for told in ("Ada", "Week 2", "1 of 3 points", "0.5 points off", "double.py", "a cell", "problem", "double(x)",
                 "excerpt", "case", "tell", "ask", "reason", "attnlab hint double", "A person will look"):  # fmt: skip
        assert told in words


def test_who_has_nothing_to_hand_in_is_told_so():
    assert "Nothing was asked for" in page(Feedback("Ada", "Week 2", 0, 0, 0, None, ()))
