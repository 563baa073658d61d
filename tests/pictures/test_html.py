"""Web pages: they stand alone, a reader without eyes or mouse gets every number, and a label is never markup."""

import math
import re
import shutil
import subprocess

import pytest

from attnlab.pictures import Panel, picture_page, table_of
from attnlab.pictures.html import _shades, luminance
from tests.pages import Reader

HOSTILE = ("</td><script>alert(1)</script>", '" onfocus="alert(1)', "{{ 7 * 7 }}", "a\x1b\x00\u202eb", "<!--")
VALUES = tuple((0.0, 0.25, 0.5, 0.75, 1.0) for _ in HOSTILE)
PANEL = Panel("yours", HOSTILE, HOSTILE, VALUES)


def page(panel=PANEL, marked=()):
    table = table_of(panel, rows="query", columns="key", marked=marked)
    return picture_page("A title <b>", [table, table], sentences=["One row per query.", "They differ at <it>."])


def test_a_label_is_never_markup():
    read = Reader(page())

    assert read.open == []
    assert len(read.all("script")) == 1
    assert not any(key.startswith("on") for _, attributes in read.elements for key in attributes)
    assert "49" not in " ".join(text for _, text in read.texts)
    assert read.text("th").count(HOSTILE[0]) == 4


def test_control_and_reordering_characters_are_written_out():
    assert not re.search(r"[\x00-\x08\x0b-\x1f\u202e]", page())
    assert "a\\x1b\\x00\\u202eb" in page()


def test_the_page_stands_alone():
    written = page()

    assert not re.search(r"""(?:src|href)=["'](?!data:|#)""", written)
    assert "@import" not in written
    assert "url(" not in written
    policy = next(each["content"] for each in Reader(written).all("meta") if each.get("http-equiv"))
    assert policy.startswith("default-src 'none'")


def test_the_policy_allows_this_script_and_no_other():
    import base64
    import hashlib

    written = page()
    script = re.search(r"<script>(.*?)</script>", written, flags=re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()

    assert f"script-src 'sha256-{digest}'" in written


def test_a_screen_reader_finds_language_title_headings_and_headers():
    read = Reader(page())

    assert read.all("html")[0]["lang"] == "en"
    assert read.text("title") == ["A title <b>"]
    assert len(read.all("h1")) == 1
    assert read.text("caption") == ["yours", "yours"]
    assert {each["scope"] for each in read.all("th")} == {"row", "col"}
    assert len(read.all("th")) == 2 * 2 * len(HOSTILE)


def test_every_number_is_there_as_text_and_in_full_on_hover_or_focus():
    read = Reader(page())

    assert read.text("td").count("0.25") == 2 * len(HOSTILE)
    assert "query {{ 7 * 7 }}, key <!--: 1" in read.text("span")


def test_a_table_is_one_stop_for_the_keyboard():
    stops = [each.get("tabindex") for each in Reader(page()).all("td")]

    assert stops.count("0") == 2
    assert stops.count("-1") == 2 * (len(HOSTILE) ** 2 - 1)


def test_a_cell_that_differs_says_so_without_colour():
    read = Reader(page(marked={(1, 2)}))

    assert read.text("span").count(", differs") == 2
    assert not any("differs" in text for text in Reader(page()).text("span"))


def test_dark_light_and_paper_are_provided_for():
    written = page()

    assert "prefers-color-scheme: dark" in written
    assert "@media print" in written


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_numbers_stand_out_from_every_shade_and_shades_from_each_other_in_grey(scheme):
    shades = _shades()[scheme]
    bright = [luminance(bytes.fromhex(back[1:])) for _, back, _ in shades]

    for light, (_, _, ink) in zip(bright, shades, strict=True):
        other = luminance(bytes.fromhex(ink[1:]))
        assert (max(light, other) + 0.05) / (min(light, other) + 0.05) >= 4.5
    assert bright == sorted(bright, reverse=scheme == "light")


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 1e300, -3.0])
def test_a_number_that_is_no_weight_is_shown_as_it_is(value):
    written = page(Panel("", ("q",), ("k",), ((value,),)))

    assert f"key k: {value:.4g}" in written


def test_a_panel_of_nothing_is_an_empty_table():
    assert Reader(page(Panel("", (), (), ()))).open == []


CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)


@pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium here")
def test_a_browser_shows_the_page_and_runs_nothing_of_a_label(tmp_path):
    file = tmp_path / "picture.html"
    file.write_text(page(), encoding="utf-8")

    done = subprocess.run(
        [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", file.as_uri()],
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )

    assert done.stdout.count("<table") == 2
    assert done.stdout.count("<script") == 1
