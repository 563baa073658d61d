"""The course's experiments: what they claim is stated in full, and what they find is well formed."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest

from attnlab.content import Findings, experiment, read_course, read_experiment
from attnlab.paths import course_root
from attnlab.study.experimenting import find_experiment, run_experiment

COURSE = read_course(course_root(None))
NAMED = dict(COURSE.experiments())
# The choice that each of them bears out with seed 0, as the lessons tell it.
QUICK = {"temperature": 0, "score_race": 2, "why_scale": 2, "path_length": 2}
TRAINING = {
    "residuals": {0},
    "overfit_one_batch": {1},
    "peeking": {1},
    "order_blind": {2},
    # One head costs about a point of BLEU against four: too close to call with one seed, four ahead with the other.
    "many_heads": {1, 3},
    "beam_width": {1},
    "alignments": {3},
    "not_explanation": {2},
}


@dataclass
class Bench:
    """A lab that writes down what it is told."""

    seed: int = 0
    told: list = field(default_factory=list)
    kept: dict = field(default_factory=dict)
    folder: Path | None = None

    def progress(self, doing, share):
        self.told.append((doing, share))

    def earlier(self, name):
        return self.kept.get(name)


def run(name, bench):
    return read_experiment(NAMED[name], name).run(bench)


def well_formed(experiment, findings: Findings, bench):
    assert findings.choice is None or 0 <= findings.choice < len(experiment.choices)
    assert any(letter.isdigit() for letter in findings.seen)
    assert findings.tables
    assert all(len(row) == len(table.header) for table in findings.tables for row in table.rows)
    assert all(len(points) > 1 for curve in findings.curves for points in curve.series.values())
    for heatmap in findings.heatmaps:
        assert [len(row) for row in heatmap.values] == [len(heatmap.columns)] * len(heatmap.rows)
        assert all(0 <= weight <= 1 for row in heatmap.values for weight in row)
    shares = [share for _, share in bench.told]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


@pytest.mark.parametrize("name", NAMED)
def test_an_experiment_states_claim_source_and_question_and_keeps_within_two_minutes(name):
    experiment = read_experiment(NAMED[name], name)

    assert experiment.name == name
    assert "arXiv" in experiment.source
    assert experiment.question.endswith("?")
    assert len(set(experiment.choices)) == len(experiment.choices) >= 2
    assert 0 < experiment.seconds <= 120
    assert not experiment.claim.endswith(".")


@pytest.mark.parametrize("name", QUICK)
def test_a_quick_experiment_finds_what_its_paper_claims(name):
    bench = Bench()

    findings = run(name, bench)

    well_formed(read_experiment(NAMED[name], name), findings, bench)
    assert findings.choice == QUICK[name]


@pytest.mark.parametrize("seed", range(5))
def test_temperature_finds_the_same_whatever_the_seed(seed):
    assert run("temperature", Bench(seed)).choice == 0


def test_an_experiment_is_handed_what_another_saved_before_in_the_same_place(tmp_path):
    asked = []

    @experiment(title="t", claim="c", source="s", question="q?", choices=("a", "b"), seconds=1)
    def asking(lab):
        asked.append((lab.earlier("asking"), lab.earlier("bottleneck")))
        return Findings(seen="1", choice=0, numbers={"run": len(asked)})

    for minute in (1, 2):
        run_experiment(
            COURSE, COURSE.lessons[0], asking, seed=0, tell=lambda doing, share: None, prediction=None,
            workspace=None, folder=tmp_path, now=datetime(2026, 1, 1, 0, minute),
        )  # fmt: skip

    assert asked == [(None, None), ({"run": 1}, None)]


def test_an_experiment_has_a_folder_that_outlives_the_run(tmp_path):
    @experiment(title="t", claim="c", source="s", question="q?", choices=("a", "b"), seconds=1)
    def keeping(lab):
        kept = lab.folder / "weights"
        before = kept.exists()
        kept.write_text("trained")
        return Findings(seen="1", choice=int(before), numbers={})

    choices = [
        run_experiment(
            COURSE, COURSE.lessons[0], keeping, seed=0, tell=lambda doing, share: None, prediction=None,
            workspace=None, folder=tmp_path, now=datetime(2026, 1, 1, 0, minute),
        ).findings.choice
        for minute in (1, 2)
    ]  # fmt: skip

    assert choices == [0, 1]


def test_an_experiment_that_keeps_nothing_leaves_no_folder(tmp_path):
    run_experiment(
        COURSE, *find_experiment(COURSE, "temperature"), seed=0, tell=lambda doing, share: None, prediction=None,
        workspace=None, folder=tmp_path, now=datetime(2026, 1, 1),
    )  # fmt: skip

    assert [found.suffix for found in tmp_path.iterdir()] == [".json"]


@pytest.mark.long
def test_experiments_that_train_find_what_the_lessons_tell_of_them(tmp_path):
    found = {}
    for name in TRAINING:
        # One folder for all, as in a workspace: equal trials are trained once.
        bench = Bench(folder=tmp_path)
        findings = run(name, bench)
        well_formed(read_experiment(NAMED[name], name), findings, bench)
        found[name] = findings.choice

    assert {name: choice for name, choice in found.items() if choice not in TRAINING[name]} == {}


@pytest.mark.long
def test_looking_back_saves_the_curve_that_one_vector_loses():
    bench = Bench()
    lost = run("bottleneck", bench)
    well_formed(read_experiment(NAMED["bottleneck"], "bottleneck"), lost, bench)

    later = Bench(kept={"bottleneck": lost.numbers})
    saved = run("look_back", later)

    well_formed(read_experiment(NAMED["look_back"], "look_back"), saved, later)
    assert (lost.choice, saved.choice) == (2, 2)
    assert saved.numbers["bleu_without_attention"] == lost.numbers["bleu"]
    assert not any("without attention" in doing for doing, _ in later.told)
    assert saved.numbers["alignment_error"] < 0.12


@pytest.fixture(scope="module")
def shared_folder(tmp_path_factory):
    """Where experiments that need the same trained model find it."""
    return tmp_path_factory.mktemp("kept")


@pytest.mark.long
@pytest.mark.parametrize(("name", "borne_out"), [("peeking", {1}), ("order_blind", {2}), ("many_heads", {1, 2, 3})])
def test_what_a_transformer_loses_shows_what_it_was_for(name, borne_out, shared_folder):
    bench = Bench(folder=shared_folder)

    findings = run(name, bench)

    well_formed(read_experiment(NAMED[name], name), findings, bench)
    assert findings.choice in borne_out
