"""How the learning rate rises and falls, and how a plan is given another end."""

from dataclasses import replace

import pytest

from attnlab.translation.plan import Decay, Plan

PLAN = Plan(100, 1.0, warmup=10)


def rates(plan, first=1):
    return [plan.rate(step) for step in range(first, plan.steps + 1)]


@pytest.mark.parametrize("decay", list(Decay))
def test_the_rate_rises_evenly_and_then_falls_to_nearly_zero(decay):
    found = rates(replace(PLAN, decay=decay))

    assert found[:10] == pytest.approx([step / 10 for step in range(1, 11)])
    assert found[9:] == sorted(found[9:], reverse=True)
    assert 0 < found[-1] < 0.02


def test_half_way_both_decays_have_half_the_rate_left_and_the_cosine_is_flatter_at_both_ends():
    linear, cosine = (rates(replace(PLAN, decay=decay)) for decay in (Decay.LINEAR, Decay.COSINE))

    assert linear[55] == pytest.approx(0.5)
    assert cosine[55] == pytest.approx(0.5)
    assert cosine[20] > linear[20]
    assert cosine[90] < linear[90]


def test_a_warmup_of_another_shape_takes_the_place_of_the_even_one():
    assert PLAN.rate(3, rising=0.25) == 0.25
    assert PLAN.rate(3, rising=7.0) == 1.0


@pytest.mark.parametrize("decay", list(Decay))
@pytest.mark.parametrize("steps", [60, 100, 300])
def test_with_another_end_the_rate_goes_on_from_where_it_is(decay, steps):
    plan = replace(PLAN, decay=decay)

    anew = plan.replanned(40, steps)

    assert anew.rate(41) == pytest.approx(plan.rate(41))
    assert rates(anew, 41) == sorted(rates(anew, 41), reverse=True)
    assert 0 < rates(anew)[-1] < 0.05


def test_planned_anew_with_the_same_end_nothing_changes():
    assert rates(PLAN.replanned(40, 100), 41) == pytest.approx(rates(PLAN, 41))


def test_during_the_warmup_the_plan_begins_afresh_with_a_warmup_that_may_be_another():
    anew = PLAN.replanned(4, 20, warmup=5)

    assert anew == replace(PLAN, steps=20, warmup=5)
    assert PLAN.replanned(40, 120, warmup=5).warmup == 10


def test_an_end_that_is_past_is_now():
    assert PLAN.replanned(40, 12).steps == 40
