"""What a run's folder tells without torch, and what happens to one that is not as it was."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from sitting import RECIPE, Small, make, quiet, settings_of

from attnlab.errors import NewerFormat, NotThere, WrongUsage
from attnlab.translation.corpora import TextCorpus, open_corpus
from attnlab.translation.runs import is_run, list_runs, open_run, start
from attnlab.translation.runs.folder import create
from attnlab.translation.shelf import Known, Manifest, write_manifest
from attnlab.translation.vocabulary import Vocabulary

CORPUS = Small()
VOCABULARIES = Vocabulary.of([["a", "b"]]), Vocabulary.of([["c"]])
FILES = ["run.json", "vocabulary.json", "model.safetensors"]


@pytest.fixture
def folder(tmp_path):
    """A finished run of two steps."""
    list(start(tmp_path / "run", settings_of(2), CORPUS, make, rhythm=quiet(), keep={"parts/attend.py": b"pass\n"}))
    return tmp_path / "run"


def asked(run):
    """Everything a run can be asked."""
    return run.settings, run.source, run.target, run.step, run.finished, list(run.metrics()), run.translator()


def test_a_run_is_opened_as_it_was_made(folder):
    run = open_run(folder)

    assert run.settings == settings_of(2).__class__(**{**vars_of(settings_of(2)), "fingerprint": "small"})
    assert (run.source, run.target) == CORPUS.vocabularies
    assert (run.step, run.steps, run.finished) == (2, 2, True)
    assert run.kept("parts/attend.py") == b"pass\n"


def vars_of(settings):
    return {name: getattr(settings, name) for name in settings.__slots__}


def test_what_is_asked_of_a_run_without_translating_costs_no_torch(folder):
    script = """
import sys
from pathlib import Path
from attnlab.translation.runs import list_runs, told, Started, Step
(run,) = list_runs(Path(sys.argv[1]))
print(run.step, run.finished, run.settings.kind, len(list(run.metrics())), len(run.source), run.saved_at > 0)
assert "torch" not in sys.modules
"""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}

    done = subprocess.run(
        [sys.executable, "-c", script, folder.parent], capture_output=True, text=True, env=environment
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("2 True transformer ")


def test_the_state_may_be_left_behind(folder):
    (folder / "state.safetensors").unlink()

    assert open_run(folder).finished


def test_how_the_weights_align_is_remembered(folder):
    open_run(folder).remember(alignment={"layer": 1, "heads": [0, 2]})

    assert open_run(folder).alignment == {"layer": 1, "heads": [0, 2]}
    assert open_run(folder).settings.steps == 2


def test_runs_are_listed_the_one_saved_last_first_and_what_is_no_run_is_left_out(tmp_path):
    for name, age in (("old", 300), ("new", 100), ("middle", 200)):
        run = create(tmp_path / name, settings_of(2), VOCABULARIES, None, {})
        os.utime(run.folder / "run.json", (1e9 - age, 1e9 - age))
    (tmp_path / "letters").mkdir()
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "run.json").write_text("{")

    assert [run.folder.name for run in list_runs(tmp_path)] == ["new", "middle", "old"]
    assert list_runs(tmp_path / "nowhere") == []


def test_a_run_that_was_never_saved_is_at_its_beginning(tmp_path):
    run = create(tmp_path / "run", settings_of(2), VOCABULARIES, None, {})

    assert (run.step, run.steps, run.finished) == (0, None, False)
    with pytest.raises(NotThere, match="has no trained weights yet"):
        run.translator()


def test_a_folder_that_is_no_run_is_told(tmp_path):
    assert not is_run(tmp_path)
    with pytest.raises(NotThere, match=r"is no run: it has no run\.json"):
        open_run(tmp_path)


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_cut_short_is_told_and_left_untouched(folder, name):
    whole = (folder / name).read_bytes()
    (folder / "state.safetensors").unlink()
    for left in (0, 9, len(whole) // 2, len(whole) - 3):
        (folder / name).write_bytes(whole[:left])

        with pytest.raises(NotThere, match=rf"{name} cannot be understood") as raised:
            asked(open_run(folder))

        assert raised.value.remedy
        assert (folder / name).read_bytes() == whole[:left]


@pytest.mark.parametrize("name", ["run.json", "vocabulary.json"])
def test_a_file_of_a_later_version_is_refused_and_left_untouched(folder, name):
    table = json.loads((folder / name).read_text())
    content = json.dumps({**table, "format_version": 2})
    (folder / name).write_text(content)

    with pytest.raises(NewerFormat, match=rf"{name} is of format 2; this attnlab knows up to 1"):
        asked(open_run(folder))

    assert (folder / name).read_text() == content


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"colour": "red"}, "the key settings.colour is not known"),
        ({"seed": "five"}, "settings.seed is 'five', which does not fit"),
        ({"seed": True}, "settings.seed is True, which does not fit"),
        ({"kind": "perceptron"}, "settings.kind is 'perceptron', which does not fit"),
        ({"recipe": {"layers": 1.5}}, "settings.recipe.layers is 1.5, which does not fit"),
        ({"steps": None}, "settings: either steps or minutes have to be named"),
        ({"corpus": ..., "kind": ...}, "the key settings.kind is missing; the key settings.corpus is missing"),
    ],
)
def test_settings_that_are_not_understood_are_all_named(folder, changed, said):
    table = json.loads((folder / "run.json").read_text())
    settings = {**table["settings"], **changed}
    settings = {name: value for name, value in settings.items() if value is not ...}
    (folder / "run.json").write_text(json.dumps({**table, "settings": settings}))

    with pytest.raises(NotThere) as raised:
        open_run(folder)

    assert said in raised.value.problem


def test_weights_that_are_not_those_of_the_model_are_told(folder):
    weights = load_file(folder / "model.safetensors")
    name = "decoder_norm.weight"
    story = {"attnlab": '{"format_version": 1, "step": 2, "steps": 2}'}
    for wrong, said in (
        ({**weights, name: torch.zeros(3)}, rf"{name} is of shape \(3,\), not \(16,\)"),
        ({**weights, "more": torch.zeros(3)}, "more is in one of them only"),
        ({**weights, name: torch.full((16,), torch.nan)}, f"{name} holds numbers that are not finite"),
    ):
        save_file(wrong, folder / "model.safetensors", story)

        with pytest.raises(NotThere, match=said):
            open_run(folder).translator()


def test_weights_are_never_unpickled(folder):
    torch.save({"weight": torch.zeros(2)}, folder / "model.safetensors")

    with pytest.raises(NotThere, match="it is cut short, or not what attnlab writes"):
        open_run(folder).translator()


def test_a_file_that_is_far_too_large_is_not_read(folder, monkeypatch):
    monkeypatch.setitem(open_run.__globals__["read_capped"].__globals__["LARGEST"], "run.json", 100)

    with pytest.raises(NotThere, match=r"run\.json cannot be understood: it has more than"):
        open_run(folder)


@pytest.mark.parametrize("name", ["../letter", "/etc/passwd", "parts/../../letter", ""])
def test_what_is_kept_lies_within_the_folder(folder, name):
    with pytest.raises(WrongUsage, match="is no file inside a run"):
        open_run(folder).kept(name)
    with pytest.raises(WrongUsage, match="is no file inside a run"):
        create(folder.parent / "other", settings_of(2), VOCABULARIES, None, {name: b""})

    assert sorted(os.listdir(folder.parent)) == ["run"]


def test_a_run_on_text_needs_the_corpus_no_more(tmp_path):
    corpus = text_corpus(tmp_path / "data")
    list(start(tmp_path / "run", settings_of(2, recipe=RECIPE), corpus, make, rhythm=quiet()))
    for file in (tmp_path / "data" / "letters").rglob("*.*"):
        file.unlink()

    run = open_run(tmp_path / "run")

    assert run.source.encode(run.tokens("a red dog"))
    assert run.text(run.tokens("a red dog")) == "a red dog"
    assert run.translator()


def text_corpus(root) -> TextCorpus:
    folder = root / "letters"
    folder.mkdir(parents=True)
    words = ["red", "blue", "old", "new"]
    sides = {
        "source": "".join(f"a {word} dog number {at}\n" for at in range(9) for word in words),
        "target": "".join(f"un chien {word} numero {at}\n" for at in range(9) for word in words),
    }
    files = {}
    for side, text in sides.items():
        (folder / f"train.{side}").write_text(text)
        files[f"train.{side}"] = Known.of(text.encode())
    write_manifest(folder, Manifest("letters", "here", "none", ("train",), ("source", "target"), files))
    return open_corpus("letters", root, subwords=80)
