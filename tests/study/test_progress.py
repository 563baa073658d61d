import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from attnlab.errors import NewerFormat
from attnlab.study import Status, check, mend_progress, read_progress
from attnlab.study.progress import StateDamaged, change_progress


def test_entries_this_version_does_not_know_are_written_back(workspace, double):
    state = json.loads(workspace.state_file.read_text())
    state["later"] = {"a": 1}
    state["exercises"]["gone"] = {"status": "passed", "passes": 2}
    state["exercises"]["double"]["mood"] = "good"
    workspace.state_file.write_text(json.dumps(state))

    change_progress(workspace, lambda progress: progress.with_entry(double, replace(progress.of(double), checks=5)))

    after = json.loads(workspace.state_file.read_text())
    assert after["later"] == {"a": 1}
    assert after["exercises"]["gone"] == {"status": "passed", "passes": 2, "checks": 0}
    assert after["exercises"]["double"]["mood"] == "good"
    assert after["exercises"]["double"]["checks"] == 5


def test_a_newer_progress_file_is_refused_and_left_untouched(workspace, double):
    state = workspace.state_file.read_text().replace('"format_version": 1', '"format_version": 2')
    workspace.state_file.write_text(state)

    with pytest.raises(NewerFormat):
        change_progress(workspace, lambda progress: progress.with_entry(double, replace(progress.of(double), checks=5)))
    with pytest.raises(NewerFormat):
        mend_progress(workspace)

    assert workspace.state_file.read_text() == state


@pytest.mark.parametrize(
    "damage", ["", "{", "[]", "{}", '{"format_version": 1, "exercises": []}',
               '{"format_version": 1, "exercises": {"double": {"status": "great"}}}', "\x00\x00"]
)  # fmt: skip
def test_a_damaged_progress_file_is_told_in_a_sentence_and_kept_aside(workspace, damage):
    workspace.state_file.write_text(damage)
    with pytest.raises(StateDamaged):
        read_progress(workspace)

    said = mend_progress(workspace)

    assert said is not None
    assert "\n" not in said
    assert workspace.state_file.with_name("state.damaged-1.json").read_text() == damage
    assert read_progress(workspace).exercises == {}
    assert mend_progress(workspace) is None


def test_passes_are_found_again_after_damage(workspace, double, judge, clock):
    workspace.file(double).write_text("# right\n")
    check(workspace, double, judge=judge, now=clock())
    workspace.state_file.write_text("not JSON")

    mend_progress(workspace)

    assert read_progress(workspace).of(double).status is Status.PASSED


def test_changes_made_at_the_same_time_are_all_kept(workspace, double):
    def one_more(_):
        change_progress(
            workspace,
            lambda progress: progress.with_entry(
                double, replace(progress.of(double), checks=progress.of(double).checks + 1)
            ),
        )

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(one_more, range(40)))

    assert read_progress(workspace).of(double).checks == 40


def test_half_a_surrogate_pair_in_the_progress_file_is_written_back(workspace, double):
    state = workspace.state_file.read_text().replace('"format_version": 1', '"format_version": 1, "later": "\\ud800"')
    workspace.state_file.write_text(state)

    change_progress(workspace, lambda progress: progress.with_entry(double, replace(progress.of(double), checks=5)))

    assert json.loads(workspace.state_file.read_text())["later"] == "\ud800"
    assert read_progress(workspace).of(double).checks == 5


@pytest.mark.parametrize("damage", ["[" * 100_000, '{"format_version": 1, "exercises": {"double": {"file": 5}}}'])
def test_a_progress_file_too_deep_or_of_wrong_types_is_damaged(workspace, damage):
    workspace.state_file.write_text(damage)

    with pytest.raises(StateDamaged):
        read_progress(workspace)


def test_mending_that_is_cut_short_leaves_the_damaged_file_to_be_mended_again(workspace, monkeypatch):
    workspace.state_file.write_text("{")

    def killed(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("attnlab.study.progress.write_progress", killed)
    with pytest.raises(KeyboardInterrupt):
        mend_progress(workspace)
    monkeypatch.undo()

    assert mend_progress(workspace) is not None
