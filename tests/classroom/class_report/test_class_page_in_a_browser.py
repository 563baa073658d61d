"""The report on a class in a real browser: it sorts by mouse and by keyboard, runs no name, and asks for nothing."""

import pytest

from attnlab.classroom.assignment import without_file
from attnlab.classroom.class_report import class_page, class_report
from attnlab.classroom.feedback import feedback_on
from attnlab.classroom.feedback.pages import page as feedback_page
from attnlab.classroom.records import Odd, Oddity
from attnlab.classroom.scoring import grades
from tests.browser import open_browser
from tests.classroom.feedback.made_up import COURSE, Pupil, make_book, right, squaring

MARKER = "document.documentElement.dataset.owned = 'yes'"
HOSTILE = f'</th><script>{MARKER}</script><img src=x onerror="{MARKER}"><svg onload="{MARKER}"> https://example.org/x'
# What is read against what it is read on, as WCAG 2 defines contrast; everything is opaque here.
CONTRAST = """
(() => {
  const parts = (colour) => colour.match(/[0-9.]+/g).map(Number);
  const light = (colour) => parts(colour).slice(0, 3)
    .map((part) => part / 255).map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    .reduce((sum, part, place) => sum + part * [0.2126, 0.7152, 0.0722][place], 0);
  const behind = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const colour = getComputedStyle(each).backgroundColor;
      if (parts(colour)[3] !== 0) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let worst = 21;
  while (walk.nextNode()) {
    const element = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || element.closest("script, desc, .unseen")) continue;
    const style = getComputedStyle(element);
    const [dark, bright] = [light(element.closest("svg") ? style.fill : style.color), light(behind(element))]
      .sort((one, other) => one - other);
    worst = Math.min(worst, (bright + 0.05) / (dark + 0.05));
  }
  return worst;
})()
"""


@pytest.fixture(scope="module")
def browser():
    with open_browser() as browser:
        yield browser


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """The report on a class with hostile names, and the feedback of one of them."""
    folder = tmp_path_factory.mktemp("pages")
    pupils = [
        Pupil("s1", [squaring(origin=HOSTILE, ignored=(HOSTILE,)), right("double_sum")], name=HOSTILE),
        Pupil("s2", [squaring(attention=HOSTILE)], name="Bob"),
        Pupil("s3", [right(), right("double_sum")], name="Ada"),
        Pupil("s10", [right()], name="Zoë"),
    ]
    with make_book(folder / "made.gradebook", pupils, closed=False) as book:
        book.note_oddities([Oddity(Odd.UNMATCHED, HOSTILE, HOSTILE)])
        report = class_page(class_report(book, without_file(""), COURSE))
        (one,) = grades(book, without_file(""), COURSE, student="s1")
    (folder / "class.html").write_text(report, encoding="utf-8")
    feedback = feedback_page(feedback_on(one, without_file(""), COURSE))
    (folder / "feedback.html").write_text(feedback, encoding="utf-8")
    return folder


@pytest.fixture
def page(browser, files):
    page = browser.open(files / "class.html")
    yield page
    page.close()


def keys(page):
    return page.texts("#grades-table tbody td:nth-child(2)")


def test_a_click_on_a_header_sorts_and_another_turns_it_round(page):
    assert keys(page) == ["s1", "s10", "s2", "s3"]

    page.click("#grades-table thead th:nth-child(3) button")
    upwards = page.texts("#grades-table tbody td:nth-child(3)")
    page.click("#grades-table thead th:nth-child(3) button")
    downwards = page.texts("#grades-table tbody td:nth-child(3)")

    assert upwards == ["1", "3", "4", "6"]
    assert downwards == ["6", "4", "3", "1"]
    assert page.texts("th[aria-sort=descending]") == ["total"]
    assert page.texts("#said") == ["sorted by total, descending"]


def test_text_sorts_as_people_count_and_spell(page):
    page.click("#grades-table thead th:nth-child(2) button")
    by_key = keys(page)
    page.click("#grades-table thead th:nth-child(1) button")

    assert by_key == ["s1", "s2", "s3", "s10"]
    assert keys(page) == ["s1", "s3", "s2", "s10"]


def test_what_was_not_handed_in_stands_last_either_way(page):
    last = "#grades-table thead th:last-child button"

    page.click(last)
    upwards = keys(page)
    page.click(last)

    assert set(upwards[2:]) == set(keys(page)[2:]) == {"s2", "s10"}


def test_everything_can_be_done_with_the_keyboard(page):
    page.tells("document.querySelector('#grades .wide').focus()")
    page.press("Tab")
    page.press("Tab")

    page.press("Enter")
    by_enter = page.texts("#grades-table th[aria-sort]")
    page.press(" ")

    assert by_enter == ["key"]
    assert page.tells("document.querySelector('#grades-table th[aria-sort]').getAttribute('aria-sort')") == "descending"
    assert page.tells("getComputedStyle(document.activeElement).outlineStyle") == "solid"


@pytest.mark.parametrize("name", ["class.html", "feedback.html"])
def test_no_name_runs_and_nothing_is_asked_for(browser, files, name):
    page = browser.open(files / name)

    assert page.tells("document.documentElement.dataset.owned === undefined")
    assert page.tells("document.body.innerText.includes('https://example.org/x')")
    assert page.tells("document.querySelectorAll('body img, body a[href^=http]').length") == 0
    assert page.requested == []
    assert page.complaints == []
    page.close()


@pytest.mark.parametrize("name", ["class.html", "feedback.html"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everything_stands_out_from_what_it_stands_on(browser, files, name, scheme):
    page = browser.open(files / name)

    page.prefer(prefers_color_scheme=scheme)

    assert page.tells(CONTRAST) >= 4.5
    page.close()


@pytest.mark.parametrize("name", ["class.html", "feedback.html"])
def test_a_narrow_window_scrolls_tables_alone(browser, files, name):
    page = browser.open(files / name, width=320, height=500)

    assert page.tells("document.documentElement.scrollWidth") <= 320
    page.resize(60, 200)
    assert page.tells("document.querySelectorAll('h2').length") > 1
    page.close()


def test_it_prints_the_whole_table(page):
    page.resize(1000, 100)
    scrolling = "(() => { const e = document.querySelector('.tall'); return e.scrollHeight > e.clientHeight; })()"
    on_screen = page.tells(scrolling)

    page.prefer(media="print")

    assert on_screen
    assert not page.tells(scrolling)
    assert page.print().startswith(b"%PDF")


def test_a_thousand_students_sort_at_once(browser, files):
    import re

    text = (files / "class.html").read_text(encoding="utf-8")
    row = re.search(r"<tr><th scope=\"row\" class=\"word\"><bdi>Bob.*?</tr>", text, flags=re.DOTALL)[0]
    (files / "many.html").write_text(text.replace(row, row * 1000), encoding="utf-8")
    page = browser.open(files / "many.html")

    page.click("#grades-table thead th:nth-child(3) button")

    assert len(page.texts("#grades-table tbody tr")) == 1003
    assert page.texts("#said") == ["sorted by total, ascending"]
    page.close()
