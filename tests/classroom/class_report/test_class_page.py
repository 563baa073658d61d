"""The report on a class as a web page: it stands alone, can be read without eyes or mouse, and no name is markup."""

import re

import pytest

from attnlab.classroom.assignment import without_file
from attnlab.classroom.class_report import class_page, class_report
from attnlab.classroom.records import Odd, Oddity, Override
from tests.classroom.feedback.made_up import COURSE, SEED, SUBMITTED, Pupil, make_book, right, squaring
from tests.pages import Reader

HOSTILE = ("</td><script>alert(1)</script>", '" onload="alert(1)', "{{ 7 * 7 }}", "<!--", "a\x1b[31m\x00\u202eb")


@pytest.fixture
def page(tmp_path):
    """The page on these students."""

    def make(*pupils, overrides=(), oddities=()):
        with make_book(tmp_path / "made.gradebook", pupils, closed=False) as book:
            for override in overrides:
                book.decide(override)
            book.note_oddities(oddities)
            return class_page(class_report(book, without_file(""), COURSE))

    return make


@pytest.fixture
def whole(page):
    """A page with everything on it, all of it called `told`."""

    def make(told):
        whose = Pupil("ada", [squaring(attention=told, origin=told)], name=told, ids={"sid": told})
        return page(
            whose,
            Pupil("bob", [right(), right("double_sum")], name=told),
            overrides=[Override("bob", "double", "values", 0.5, told, SUBMITTED, by=told)],
            oddities=[Oddity(Odd.REFUSED, told, told, told)],
        )

    return make


@pytest.mark.parametrize("told", HOSTILE)
def test_a_name_is_never_markup(whole, told):
    plain, seen = Reader(whole("plain")), Reader(whole(told))

    assert seen.open == []
    assert seen.elements == plain.elements
    assert "49" not in " ".join(words for _, words in seen.texts)


def test_characters_that_steer_are_written_out(whole):
    written = whole(HOSTILE[-1])

    assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069]", written)
    assert "a\\x1b[31m\\x00\\u202eb" in written


def test_the_page_stands_alone_and_allows_its_own_script_only(whole):
    import base64
    import hashlib

    written = whole("plain")

    read = Reader(written)
    policy = next(each["content"] for each in read.all("meta") if each.get("http-equiv"))
    script = re.search(r"<script>(.*?)</script>", written, flags=re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert policy == (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; "
        "base-uri 'none'; form-action 'none'"
    )
    assert all(link["href"].startswith("#") for link in read.all("a"))
    assert not any(key in ("src", "action") for _, attributes in read.elements for key in attributes)
    assert "@import" not in written
    assert "url(" not in written


def test_a_screen_reader_finds_language_landmarks_headings_captions_and_headers(whole):
    read = Reader(whole("plain"))

    assert read.all("html")[0]["lang"] == "en"
    assert len(read.all("main")) == len(read.all("nav")) == len(read.all("h1")) == 1
    assert {each["scope"] for each in read.all("th")} == {"row", "col"}
    assert len(read.all("caption")) == len(read.all("table"))
    ids = {attributes.get("id") for _, attributes in read.elements}
    labels = [attributes[key] for _, attributes in read.elements for key in attributes if key.startswith("aria-label")]
    assert {label for label in labels if label != "Sections"} <= ids
    assert {link["href"].removeprefix("#") for link in read.all("a")} <= ids


def test_what_a_sign_means_is_said_in_words_too(whole):
    said = Reader(whole("plain")).text("span")

    assert ", needs attention" in said
    assert ", decided by hand" in said


def test_the_picture_is_told_in_words_and_numbers(whole):
    read = Reader(whole("plain"))

    assert read.all("svg")[0]["role"] == "img"
    assert read.text("desc") == ["30–40 percent: 1 student; 90–100 percent: 1 student"]


def test_common_mistakes_stand_in_words(page):
    written = page(Pupil("ada", [squaring()]), Pupil("bob", [squaring()]), Pupil("eve", [right()]))

    assert "2 of 3: squared" in written
    assert "You square every number: 3 becomes 9 and not 6." in written


def test_nothing_moves(whole):
    assert not re.search("transition|animation|scroll-behavior|<marquee|<blink", whole("plain"))


def test_no_seed_is_on_the_page(whole):
    assert str(SEED) not in whole("plain")


def test_an_empty_class_has_a_page(page):
    assert "Nobody has handed anything in." in page()
