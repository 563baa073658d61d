"""Feedback as Markdown: whatever a student wrote or printed stays text, in every reader that keeps to CommonMark."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from attnlab.classroom.feedback.markdown import block, code, markdown, text
from attnlab.classroom.feedback.records import CheckFeedback, ExerciseFeedback, Feedback
from attnlab.pictures import visible
from tests.pages import Reader

LENIENT = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
HOSTILE = st.text(st.characters(codec="utf-8"), max_size=60) | st.sampled_from(
    [
        "<script>alert(1)</script>", "<!--", "&lt;b&gt;", "[x](javascript:alert(1))", "![x](http://example.org/x.png)",
        "# not a heading", "a\n\n# b", "1. x", "- x", "+", "---", "=====", "***", "> x", "a|b", "~~x~~", "    x", "\t",
        "`", "```", "``` ` ```", "\\", "http://example.org", "www.example.org", "<http://example.org>", "\u202ex",
        "\x1b[31mred",
    ]
)  # fmt: skip
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
    ignored=(),
    reason=None,
    next="",
    looked_at=False,
    checks=(CheckFeedback("all is well", "failed", 0, 2),),
)
_OF_A_CHECK = ("name", "problem", "call", "excerpt", "smallest_case", "tell", "ask")


def read(written: str) -> Reader:
    return Reader(LENIENT.render(written))


def words(read: Reader) -> str:
    return " ".join(" ".join(told for _, told in read.texts).split())


def whole(**told) -> str:
    """The text on one exercise with one check, of which these parts are told."""
    check = {name: part for name, part in told.items() if name in _OF_A_CHECK}
    rest = {name: part for name, part in told.items() if name not in _OF_A_CHECK}
    exercise = replace(EXERCISE, checks=(replace(EXERCISE.checks[0], **check),), **rest)
    return markdown(Feedback("Ada", "Week 2", 1, 3, 0, None, (exercise,)))


@given(HOSTILE)
def test_text_reads_as_exactly_what_it_was(told):
    seen = read(f"{text(told)}\n")

    assert {tag for tag, _ in seen.elements} <= {"p"}
    assert words(seen) == " ".join(visible(told).split())


@given(HOSTILE)
def test_code_reads_as_exactly_what_it_was(told):
    seen = read(f"so: {code(told)}\n")

    assert {tag for tag, _ in seen.elements} <= {"p", "code"}
    assert words(seen) == f"so: {' '.join(visible(told).split())}".strip()


@given(st.lists(HOSTILE, min_size=1, max_size=5))
def test_no_line_of_a_block_can_end_it(lines):
    seen = read("\n".join([*block(lines), "after"]))

    assert [tag for tag, _ in seen.elements] == ["pre", "code", "p"]


@settings(max_examples=40)
@given(HOSTILE.filter(str.strip))
def test_nothing_of_a_submission_becomes_more_than_text(told):
    plain = whole(problem="p", call="c", excerpt=("e",), tell="t", ask="a", title="T", origin="o", ignored=("i",))

    hostile = whole(
        problem=told, call=told, excerpt=(told,), tell=told, ask=told, title=told, origin=told, ignored=(told,)
    )

    assert [tag for tag, _ in read(hostile).elements] == [tag for tag, _ in read(plain).elements]


def test_what_was_seen_stands_line_by_line():
    written = whole(
        problem="first\nsecond", call="double(x)", excerpt=("line 3", "\treturn x"), smallest_case=("1 | 2",)
    )

    (shown,) = read(written).text("code")
    assert shown.splitlines() == [
        "first", "second", "in the call double(x)", "", "line 3", "    return x", "", "1 | 2",
    ]  # fmt: skip


def test_an_exception_that_says_much_is_cut_short():
    written = whole(problem="\n".join(["x" * 5000, *["line"] * 99]))

    assert "and 88 lines more" in written
    assert len(written) < 2000


def test_an_escape_of_a_terminal_is_written_out():
    assert "\x1b" not in whole(problem="\x1b]0;owned\x07")
    assert "\\x1b]0;owned" in whole(problem="\x1b]0;owned\x07")
