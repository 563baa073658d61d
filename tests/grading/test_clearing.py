"""What a submission leaves behind is removed, however it was built."""

from __future__ import annotations

import os
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attnlab.grading.clearing import clear_away

NAMES = st.text(st.characters(codec="utf-8", exclude_characters="/\0"), min_size=1, max_size=8).filter(
    lambda name: name not in (".", "..")
)
TREES = st.recursive(st.none(), lambda trees: st.dictionaries(NAMES, trees, max_size=3), max_leaves=12)


def build(folder, tree):
    for name, below in (tree or {}).items():
        place = os.path.join(folder, name)
        if below is None:
            open(place, "w").close()
        else:
            os.mkdir(place)
            build(place, below)


@given(TREES)
@settings(max_examples=40, deadline=None)
def test_any_tree_is_removed(tmp_path_factory, tree):
    folder = tmp_path_factory.mktemp("tree") / "session"
    folder.mkdir()
    build(folder, tree)

    clear_away(os.fspath(folder))

    assert not folder.exists()


@pytest.fixture
def shallow():
    """A stack that is soon full, so that fewer folders need be made."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(250)
    yield
    sys.setrecursionlimit(before)


@pytest.mark.skipif(os.open not in os.supports_dir_fd, reason="paths end somewhere here")
def test_folders_nested_deeper_than_the_stack_are_removed(tmp_path, shallow):
    folder = tmp_path / "session"
    folder.mkdir()
    inner = os.open(folder, os.O_RDONLY)
    for _ in range(300):
        os.mkdir("a", dir_fd=inner)
        below = os.open("a", os.O_RDONLY, dir_fd=inner)
        os.close(inner)
        inner = below
    os.close(inner)

    clear_away(os.fspath(folder))

    assert not folder.exists()


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="no links here")
def test_a_link_is_removed_and_not_followed(tmp_path):
    marker = tmp_path / "marker"
    (tmp_path / "session" / "closed").mkdir(parents=True)
    marker.mkdir()
    (marker / "kept").write_text("kept")
    os.symlink(marker, tmp_path / "session" / "link")
    os.chmod(tmp_path / "session" / "closed", 0)

    clear_away(os.fspath(tmp_path / "session"))

    assert not (tmp_path / "session").exists()
    assert (marker / "kept").read_text() == "kept"


def test_a_folder_that_is_not_there_is_no_news(tmp_path):
    clear_away(os.fspath(tmp_path / "nowhere"))
