"""Which run is meant: found by folder, by name, or as the newest that is finished."""

import json
import os
from pathlib import Path

import pytest

from attnlab.errors import NotThere, UnknownName
from attnlab.study.trained import names_below, run_called, runs_folder


@pytest.fixture
def put(tiny_run, tmp_path):
    """Puts a run of a model that was never trained, as if it had come so far."""
    from safetensors.torch import load, save

    def put(name, *, step=1, steps=1, at=1_000.0):
        folder = tmp_path / name
        folder.mkdir(parents=True)
        told = json.dumps({"format_version": 1, "step": step, "steps": steps})
        for file, content in tiny_run.items():
            if file == "model.safetensors":
                content = save(load(content), metadata={"attnlab": told})
            (folder / file).write_bytes(content)
            os.utime(folder / file, (at, at))
        return folder

    return put


def test_the_newest_finished_run_is_taken(put, tmp_path):
    put("runs/old", at=1_000)
    put("runs/newer", at=2_000)
    put("runs/newest-unfinished", step=5, steps=9, at=3_000)

    assert run_called(None, None, tmp_path).folder.name == "newer"


def test_a_broken_run_hides_no_other(put, tmp_path):
    put("runs/old", at=1_000)
    broken = put("runs/broken", at=2_000) / "model.safetensors"
    broken.write_bytes(broken.read_bytes()[:20])

    assert run_called(None, None, tmp_path).folder.name == "old"


def test_an_unfinished_run_can_be_named(put, tmp_path):
    put("runs/half", step=5, steps=9)

    assert run_called(Path("half"), None, tmp_path).step == 5
    with pytest.raises(NotThere, match="half has come to step 5") as told:
        run_called(None, None, tmp_path)
    assert "'--run half' takes it as it is" in told.value.remedy


def test_a_folder_is_found_before_a_name_of_runs(put, tmp_path):
    put("runs/one")
    put("one")

    assert run_called(Path("one"), None, tmp_path).folder == tmp_path / "one"


def test_a_name_mistyped_is_told_with_the_nearest(put, tmp_path):
    put("runs/grammar-transformer")

    with pytest.raises(UnknownName) as told:
        run_called(Path("grammar-transfomer"), None, tmp_path)

    assert told.value.nearest == "grammar-transformer"


def test_with_no_run_at_all_the_command_that_trains_is_named(tmp_path):
    with pytest.raises(NotThere, match="nothing has been trained yet") as told:
        run_called(None, None, tmp_path)

    assert told.value.remedy.startswith("'attnlab train'")


def test_in_a_workspace_runs_are_kept_in_the_workspace(workspace, put, tmp_path):
    below = workspace.root / "exercises"
    put("work/runs/one")

    assert runs_folder(workspace, below) == workspace.root / "runs"
    assert names_below(below) == ["one"]
    assert run_called(None, workspace, below).folder.name == "one"
