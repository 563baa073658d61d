"""The course's experiments: what they claim is stated in full, and what they find is well formed."""

from dataclasses import dataclass, field
from datetime import datetime

import pytest

from attnlab.content import Findings, experiment, read_course, read_experiment
from attnlab.paths import course_root
from attnlab.study.experimenting import run_experiment

COURSE = read_course(course_root(None))
NAMED = dict(COURSE.experiments())
QUICK = [name for name in ("temperature", "score_race") if name in NAMED]
TRAINING = [name for name in ("bottleneck", "look_back") if name in NAMED]


@dataclass
class Bench:
    """A lab that writes down what it is told."""

    seed: int = 0
    told: list = field(default_factory=list)
    kept: dict = field(default_factory=dict)

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
    assert findings.choice == {"temperature": 0, "score_race": 2}[name]


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
