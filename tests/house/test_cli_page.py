"""docs/cli.md is what the command line says of itself."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GENERATOR = ROOT / "docs" / "generate_cli.py"
PAGE = ROOT / "docs" / "cli.md"
AGAIN = "docs/cli.md is not what the commands say; write it again: .venv/bin/python docs/generate_cli.py"


def run(*arguments: str) -> str:
    environment = {**os.environ, "COLUMNS": "200", "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, *arguments], env=environment, capture_output=True, check=True, encoding="utf-8"
    )
    return done.stdout


@cache
def sections() -> dict[str, str]:
    parts = re.split(r"^## (attnlab.*)$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def described(section: str) -> set[str]:
    """The options in a section's table."""
    cells = re.findall(r"^\| `(-[^`]*)`", section, flags=re.MULTILINE)
    return {name for cell in cells for name in re.findall(r"(?<![\w-])--?[\w-]+", cell)}


def offered(text: str) -> set[str]:
    """The options at the head of a line of help."""
    heads = re.findall(r"^ +(-.*?)(?:  |$)", text, flags=re.MULTILINE)
    return {name for head in heads for name in re.findall(r"(?<![\w-])--?[\w-]+", head)} - {"-h", "--help"}


def test_the_page_is_as_it_would_be_written_now():
    assert run(str(GENERATOR), "--print") == PAGE.read_text(encoding="utf-8"), AGAIN


@pytest.mark.parametrize("words", sections())
def test_the_options_described_are_those_that_help_offers(words):
    offers = offered(run("-m", "attnlab", *words.split()[1:], "--help"))

    assert described(sections()[words]) == offers, AGAIN


def test_every_command_that_help_lists_has_a_section():
    listed = re.findall(r"^  ([a-z]+)  ", run("-m", "attnlab", "--help"), flags=re.MULTILINE)

    assert listed
    assert {f"attnlab {name}" for name in listed} <= set(sections())
