"""Every relative link in the documents leads somewhere, to the very heading it names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
# What an author writes in a lesson; docs/authoring.md shows it.
OF_LESSONS = ("exercise:", "experiment:", "lesson:")


def prose(text: str) -> str:
    """Without what stands in fences."""
    return re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)


def anchor(heading: str) -> str:
    kept = re.sub(r"[^\w\- ]", "", heading.replace("`", "").strip().lower())
    return kept.replace(" ", "-")


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", prose(page.read_text(encoding="utf-8")), flags=re.MULTILINE)
    return {anchor(heading) for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_a_relative_link_leads_somewhere(page):
    lost = []
    for target in LINK.findall(prose(page.read_text(encoding="utf-8"))):
        if "://" in target or target.startswith(("mailto:", *OF_LESSONS)):
            continue
        name, _, heading = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        if not file.exists() or (heading and heading not in anchors(file)):
            lost.append(target)

    assert lost == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_a_file_that_a_document_names_is_there(page):
    """Paths in code marks that begin at the root, as `docs/protocol.md`; those with words to fill in are left out."""
    named = re.findall(
        r"`((?:attnlab|docs|tests|tests/mini_course)/[\w./-]+)`", prose(page.read_text(encoding="utf-8"))
    )

    assert [name for name in named if not (ROOT / name).exists()] == []
