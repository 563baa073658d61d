"""What confined code may see, and what people are told about it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attnlab.grading.exposure import hidden_folders, readable_paths
from attnlab.grading.isolation import DOES, isolation_line, remedy_for
from attnlab.grading.processes import LAYERS, NEEDED
from attnlab.worker.confinement import LAYERS as THE_WORKERS

ROOT = Path(__file__).parents[2]
PARTS = st.lists(st.sampled_from("abc"), min_size=1, max_size=4).map(lambda parts: "/".join(parts))


def test_the_line_names_what_is_there_and_why_the_rest_is_not():
    line = isolation_line(("landlock", "seccomp"), {"user": "user 65534 cannot read /opt"})

    assert line == "isolation: landlock, seccomp; not here: user (user 65534 cannot read /opt)"


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="nobody is root here")
@pytest.mark.parametrize(("who", "told"), [(0, "isolation: user"), (1000, "isolation: user (already unprivileged)")])
def test_whoever_is_not_root_needs_nobody_else(monkeypatch, who, told):
    monkeypatch.setattr(os, "geteuid", lambda: who)

    assert isolation_line(("user",), {}) == told


def test_the_line_says_when_there_is_nothing():
    assert isolation_line((), {}) == "isolation: none"


@pytest.mark.parametrize("layer", LAYERS)
def test_every_layer_is_explained_and_what_can_be_mended_has_a_remedy(layer):
    assert DOES[layer]
    assert remedy_for([layer]) or layer in ("limits", "memory")


def test_the_judge_and_the_worker_mean_the_same_layers():
    assert LAYERS[: len(THE_WORKERS)] == THE_WORKERS
    assert set(NEEDED) <= set(THE_WORKERS)


@given(withheld=st.lists(PARTS, min_size=1, max_size=3), needed=st.lists(PARTS, max_size=4))
@settings(max_examples=40, deadline=None)
def test_what_is_hidden_is_withheld_and_never_holds_what_is_needed(tmp_path_factory, withheld, needed):
    root = tmp_path_factory.mktemp("exposure")
    for path in (*withheld, *needed):
        (root / path).mkdir(parents=True, exist_ok=True)

    hidden = [
        Path(folder) for folder in hidden_folders([root / path for path in withheld], [str(root / n) for n in needed])
    ]

    for folder in hidden:
        assert not any(folder == root / need or folder in (root / need).parents for need in needed)
        assert not any((root / need) in folder.parents for need in needed)
        if root in folder.parents:
            assert any(folder == root / path or (root / path) in folder.parents for path in withheld)


def test_nothing_of_the_engine_or_the_course_may_be_read():
    readable = [Path(path) for path in readable_paths((ROOT,))]

    for room in ("content", "translation", "grading", "classroom", "course"):
        secret = ROOT / "attnlab" / room
        assert not any(path == secret or path in secret.parents or secret in path.parents for path in readable)
    for folder in ("solutions", ".git", "course", "tests"):
        assert not any(path == ROOT / folder or path in (ROOT / folder).parents for path in readable)
