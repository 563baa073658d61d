"""The audit of exercises that define a class."""

from __future__ import annotations

import pytest

from attnlab.authoring import audit, new_exercise, new_lesson
from attnlab.authoring.imposters import honest, imposters
from attnlab.authoring.trusted import Bystanders
from attnlab.content import Library, read_answers
from attnlab.errors import WrongUsage
from attnlab.grading import Judge

EXERCISE = "Projection"


@pytest.fixture
def layered(empty):
    new_lesson(empty.root, "01-twice")
    new_exercise(empty.root, "01-twice", EXERCISE)
    empty.finish()
    return empty


def problems(layered, **options):
    found = audit(layered.root, **{"seeds": 2, "mutations": False, "jobs": 1, **options}).problems
    return [str(problem) for problem in found]


def reports(layered, wanted):
    course = layered.course
    exercise = course.exercise(EXERCISE)
    answers = read_answers(course, exercise)
    bystanders = Bystanders(course, exercise)
    with Judge(course) as judge:
        for imposter in wanted(answers):
            module = bystanders.load(imposter.source, filename="imposter.py")
            yield imposter, judge.rehearse(exercise, getattr(module, EXERCISE), seed=1)


def test_a_name_with_a_capital_letter_makes_a_class_that_holds_with_every_mutant_killed(layered):
    result = audit(layered.root, seeds=2, jobs=1)

    assert [str(problem) for problem in result.findings] == []
    assert layered.course.exercise(EXERCISE).library is Library.TORCH
    assert result.mutants.killed == result.mutants.made > 10


def test_a_class_in_numpy_is_refused(layered):
    with pytest.raises(WrongUsage):
        new_exercise(layered.root, "01-twice", "Another", library=Library.NUMPY)


def test_the_reference_in_an_imposters_wrapping_passes(layered):
    [(_, report)] = reports(layered, lambda answers: [honest(answers)])

    assert report.passed


def test_every_imposter_fails_by_what_it_computes_and_by_nothing_it_raises(layered):
    for imposter, report in reports(layered, imposters):
        if imposter.must_fail and not imposter.remembers:
            assert not report.passed, imposter.described
            assert "raised" not in report.first_failure.failure.problem, imposter.described


def test_a_hollow_class_keeps_constructor_and_state(layered):
    text = """
from attnlab.content import require


@check("the matrix is called W")
def parameters(learner, draw):
    state = learner.Projection(3, 5).state_dict().value
    require(state["W.weight"].values.shape == (5, 3), "W has another shape")
"""
    with layered.withheld("checks.py", EXERCISE).open("a") as file:
        file.write(text)
    layered.replace(layered.edited("exercise.toml", EXERCISE), "points = 4", "points = 5")

    found = problems(layered, mutations=True)

    # Its starter gives the constructor, hence the point; hollow answers to forward have no part in it.
    assert len(found) == 1
    assert "starter.py: earns 1 points as it is" in found[0]


def test_a_check_of_a_class_that_zeros_earn_points_with_is_a_problem(layered):
    body = 'layer_of(learner, draw)(draw.normal("batch", "time", "d_in")).is_finite()'
    text = f'\n\n@check("it is finite")\ndef finite(learner, draw):\n    {body}\n'
    with layered.withheld("checks.py", EXERCISE).open("a") as file:
        file.write(text)
    layered.replace(layered.edited("exercise.toml", EXERCISE), "points = 4", "points = 5")

    found = problems(layered)

    assert any("[finite]: an answer of nothing but zeros earns 1 point here" in problem for problem in found)


def test_a_class_that_cannot_be_wrapped_is_told(layered):
    reference = layered.withheld("reference.py", EXERCISE)
    layered.replace(reference, "super().__init__()", "super(Projection, self).__init__()")

    assert any("to try imposters with, does not pass" in problem for problem in problems(layered))


def test_a_class_may_have_a_gap_in_every_method_and_no_more(layered):
    starter = layered.edited("starter.py", EXERCISE)
    given = "super().__init__()\n        self.W = nn.Linear(d_in, d_out, bias=False)"
    gap = '# Your code goes here.\n        raise NotImplementedError("its parameters are still to be made")'
    layered.replace(starter, given, f"super().__init__()\n        {gap}")

    assert problems(layered) == []

    layered.replace(starter, gap, f"{gap}\n        # Your code goes here.")

    assert any("has 3 gaps" in problem for problem in problems(layered, judging=False))


def test_methods_that_differ_from_the_starters_are_told(layered):
    layered.replace(
        layered.withheld("reference.py", EXERCISE), "def forward(self, x, mask=None)", "def forward(self, x, mask)"
    )

    found = problems(layered, judging=False)

    assert any("the signature is Projection.forward(self, x, mask)" in problem for problem in found)
