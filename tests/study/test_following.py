"""What a training tells, condensed without losing what is shown of it."""

from pathlib import Path

import pytest

from attnlab.study.following import Curve, Story
from attnlab.translation.kinds import Kind
from attnlab.translation.plan import Plan, Step
from attnlab.translation.recipes import Recipe
from attnlab.translation.runs import RunSettings
from attnlab.translation.runs.events import Finished, Saved, Started, Validated

SETTINGS = RunSettings(kind=Kind.TRANSFORMER, corpus="grammar", recipe=Recipe(), steps=300)


def started(step=0, seconds=0.0):
    return Started(Path("runs/one"), SETTINGS, "cpu", 1000, 20_000, 90_000, 40, 2, step, seconds, 60.0, Plan(300))


def step(number, loss=2.0, tokens=100, of=300):
    return Step(number, of, loss, tokens, 1e-3, 0.5, seconds=number * 0.2, tokens_per_second=500.0, seconds_left=9.0)


def heard(*events):
    story = Story()
    for event in events:
        story.hear(event)
    return story


def test_the_loss_shown_weighs_every_step_by_its_tokens():
    story = heard(started(), step(1, loss=4.0, tokens=300), step(2, loss=2.0, tokens=100))

    assert story.loss == pytest.approx(3.5)
    assert story.tokens == 400


def test_before_the_first_step_there_is_no_loss():
    story = heard(started())

    assert story.loss is None
    assert (story.step, story.of) == (0, 300)


def test_a_training_that_goes_on_begins_where_it_stood():
    story = heard(started(step=120, seconds=31.0))

    assert (story.step, story.seconds) == (120, 31.0)


def test_the_number_of_steps_follows_the_plan_as_it_changes():
    story = heard(started(), step(1), Saved(1, 280, 0.1))
    assert story.of == 280

    story.hear(Finished(Path("runs/one"), 275, 60.0, 0.3, 9000, 99.0))

    assert story.of == 275
    assert story.finished


def test_quality_is_kept_by_step():
    story = heard(started(), step(50), Validated(50, 12.5, 300), step(100), Validated(100, 80.0, 300))

    assert story.bleu == [(50.0, 12.5), (100.0, 80.0)]


def test_what_an_earlier_sitting_told_is_part_of_the_curve():
    story = Story()

    story.recall(
        [
            {"event": "step", "number": 1, "loss": 5.0, "tokens": 70},
            {"event": "validated", "step": 1, "bleu": 3.0},
            {"event": "saved", "step": 1},
            {"event": "step", "number": 2, "loss": 4.0, "tokens": 70},
        ],
        until=1,
    )

    assert story.losses.points == [(1.0, 5.0)]
    assert story.bleu == [(1.0, 3.0)]
    assert story.tokens == 70


@pytest.mark.parametrize("steps", [1, 239, 240, 100_000])
def test_a_curve_of_any_length_keeps_few_points_and_its_mean(steps):
    curve = Curve()

    for number in range(1, steps + 1):
        curve.add(number, float(number))

    assert len(curve.points) <= 240
    assert curve.points[0][0] == pytest.approx(curve.points[0][1])
    assert curve.points[-1][0] > 0.98 * steps - 1


def test_a_thinned_curve_has_at_most_so_many_points_in_order():
    curve = Curve()
    for number in range(1, 101):
        curve.add(number, 1.0)

    thinned = curve.thinned(30)

    assert 20 <= len(thinned) <= 30
    assert thinned == sorted(thinned)
