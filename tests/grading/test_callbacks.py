"""Functions of the judge's in a submission's hands, sets as arguments, and other devices: judged like any value."""

from __future__ import annotations

from pathlib import Path

import pytest

from attnlab.content import read_course
from attnlab.grading import Judge, Verdict

FILES = {
    "course/course.toml": """
format_version = 1
id = "borrowing"
version = "1.0"
title = "A course of borrowed functions"
[[tracks]]
id = "core"
title = "Core"
lessons = ["01-walking"]
""",
    "course/01-walking/lesson.md": """+++
title = "Walking"
summary = "One step after the other"
minutes = 2
exercises = ["walk", "count_links", "ones_like_rows", "Scale"]

[[sources]]
authors = "Nobody"
year = 2022
title = "On walking"
+++

Walk.
""",
    "solutions/01-walking/paths.py": '''
import torch


def halving(place):
    """Half of it; takes one int64 number and nothing else."""
    if not isinstance(place, torch.Tensor) or place.dtype != torch.int64 or place.ndim != 0:
        raise ValueError("step wants one int64 number")
    return place // 2
''',
    "exercises/01-walking/walk/starter.py": '''
import torch


def walk(step, start):
    """Every place on the way to zero.

    Shapes:
        returns: places (places)
    """
    # Your code goes here.
    raise NotImplementedError("walk is still to be written")
''',
    "solutions/01-walking/walk/reference.py": '''
import torch


def walk(step, start):
    """Every place on the way to zero.

    Shapes:
        returns: places (places)
    """
    places = []
    while start > 0:
        start = int(step(torch.tensor(start)))
        places.append(start)
    return places
''',
    "solutions/01-walking/walk/checks.py": """
from paths import halving

from attnlab.content import check


@check("it walks all the way", points=2)
def way(learner, draw):
    learner.walk(halving, 40).agrees()
    learner.walk(step=halving, start=9).agrees()


@check("what it was given is left alone", after=way)
def untouched(learner, draw):
    learner.walk(halving, 8).leaves_inputs_alone()
""",
    "solutions/01-walking/walk/misconceptions.py": """
import torch

from attnlab.content import misconception


@misconception(tell="You stop one place too early.", ask="Is zero on the way?")
def stops_early(step, start):
    places = []
    while start > 1:
        start = int(step(torch.tensor(start)))
        places.append(start)
    return places[:-1]
""",
    "exercises/01-walking/count_links/starter.py": '''
def count_links(links):
    """How many links there are.

    Shapes:
        returns: count ()
    """
    # Your code goes here.
    raise NotImplementedError("count_links is still to be written")
''',
    "solutions/01-walking/count_links/reference.py": '''
def count_links(links):
    """How many links there are.

    Shapes:
        returns: count ()
    """
    return len(links)
''',
    "solutions/01-walking/count_links/checks.py": """
from attnlab.content import check


@check("it counts", points=2)
def counted(learner, draw):
    result = learner.count_links({(0, 1), (1, 1)})
    result.agrees()
    result.leaves_inputs_alone()
""",
    "solutions/01-walking/count_links/misconceptions.py": "",
    "exercises/01-walking/ones_like_rows/starter.py": '''
def ones_like_rows(x):
    """A one for every row.

    Shapes:
        x:       (rows, columns)
        returns: ones (rows)
    """
    # Your code goes here.
    raise NotImplementedError("ones_like_rows is still to be written")
''',
    "solutions/01-walking/ones_like_rows/reference.py": '''
def ones_like_rows(x):
    """A one for every row.

    Shapes:
        x:       (rows, columns)
        returns: ones (rows)
    """
    return x.new_ones(len(x))
''',
    "solutions/01-walking/ones_like_rows/checks.py": """
from attnlab.content import check


@check("there is a one for every row", points=2)
def ones(learner, draw):
    learner.ones_like_rows(draw.normal("rows", "columns")).agrees()


@check("they are where the rows are", after=ones)
def device(learner, draw):
    learner.follows_device("ones_like_rows", draw.normal("rows", "columns"))
""",
    "solutions/01-walking/ones_like_rows/misconceptions.py": "",
    "exercises/01-walking/Scale/starter.py": '''
from torch import nn


class Scale(nn.Module):
    """Every number times W.

    Shapes:
        size: ()
    """

    def __init__(self, size):
        super().__init__()
        self.W = nn.Linear(size, size, bias=False)
        self.dropout = nn.Dropout(0.5)

    def forward(self, x):
        """Scale.

        Shapes:
            x:       (rows, columns)
            returns: scaled (rows, columns)
        """
        # Your code goes here.
        raise NotImplementedError("forward is still to be written")
''',
    "solutions/01-walking/Scale/reference.py": '''
from torch import nn


class Scale(nn.Module):
    """Every number times W.

    Shapes:
        size: ()
    """

    def __init__(self, size):
        super().__init__()
        self.W = nn.Linear(size, size, bias=False)
        self.dropout = nn.Dropout(0.5)

    def forward(self, x):
        """Scale.

        Shapes:
            x:       (rows, columns)
            returns: scaled (rows, columns)
        """
        return self.dropout(self.W(x))
''',
    "solutions/01-walking/Scale/checks.py": """
from attnlab.content import check


@check("every number is scaled, in training with dropout", points=2)
def scaled(learner, draw):
    layer = learner.Scale(draw.size("columns"))
    layer.double()
    layer.load_state_dict({"W.weight": draw.normal("columns", "columns")}, strict=False)
    layer(draw.normal("rows", "columns")).agrees()
    layer.with_gradients(draw.normal("rows", "columns")).gradients_agree()
    layer.eval()
    layer(draw.normal("rows", "columns")).agrees()
""",
    "solutions/01-walking/Scale/misconceptions.py": """
from Scale import Scale

from attnlab.content import misconception


@misconception(tell="Nothing is ever dropped.", ask="What is the dropout for?")
class never_dropped(Scale):
    def forward(self, x):
        return self.W(x)


@misconception(tell="You double what you return.", ask="By what is it to be scaled?")
class doubled(Scale):
    def forward(self, x):
        return 2 * self.dropout(self.W(x))
""",
}
TOML = """
title = "{name}"
summary = "{name}"
library = "torch"
points = {points}
difficulty = 1
minutes = 1
hints = ["One.", "Two."]
[limits]
seconds = 3
"""
POINTS = {"walk": 3, "count_links": 2, "ones_like_rows": 3, "Scale": 2}
RIGHT = FILES["solutions/01-walking/walk/reference.py"]


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    root = tmp_path_factory.mktemp("course")
    for name, text in FILES.items():
        write(root / name, text)
    for name, points in POINTS.items():
        write(root / f"exercises/01-walking/{name}/exercise.toml", TOML.format(name=name, points=points))
        write(root / f"solutions/01-walking/{name}/variants.py", "")
        write(root / f"solutions/01-walking/{name}/why.md", "Because.\n")
    return read_course(root)


def write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


@pytest.fixture(scope="module", params=["forked", "standby"])
def judge(request, course):
    with Judge(course, forking=None if request.param == "forked" else False) as judge:
        yield judge


@pytest.fixture
def grade(course, judge):
    return lambda source, exercise="walk": judge.grade(course.exercise(exercise), source.encode(), seed=3)


def test_a_submission_calls_the_judges_function_and_passes(grade):
    assert grade(RIGHT).passed


def test_a_mistake_made_with_a_borrowed_function_is_named(grade):
    report = grade(RIGHT.replace("start > 0", "start > 1").replace("return places", "return places[:-1]"))

    assert report.first_failure.failure.diagnosis.misconception == "stops_early"


def test_what_the_function_refuses_is_raised_in_the_submissions_code(grade):
    report = grade(RIGHT.replace("torch.tensor(start)", "[start]"))

    assert "ValueError: step wants one int64 number" in report.first_failure.failure.problem


def test_a_refusal_can_be_caught(grade):
    caught = "    places = []\n    try: step(None)\n    except ValueError: pass"

    report = grade(RIGHT.replace("    places = []", caught))

    assert report.passed


def test_asking_without_end_is_timed_out(grade):
    report = grade("import torch\ndef walk(step, start):\n    while True: step(torch.tensor(start))\n")

    assert report.first_failure.verdict is Verdict.TIMED_OUT


@pytest.mark.parametrize(
    ("exercise", "returned"),
    [("walk", "step"), ("walk", "{1, 2}"), ("walk", "{(1, start)}"), ("count_links", "links")],
)
def test_a_function_or_a_set_that_comes_back_is_a_wrong_answer(grade, exercise, returned):
    parameters = {"walk": "step, start", "count_links": "links"}[exercise]

    report = grade(f"def {exercise}({parameters}): return {returned}\n", exercise)

    assert report.first_failure.verdict is Verdict.FAILED


@pytest.mark.parametrize(
    "forged",
    [
        "Asked(id=9999, turn=0, number=1, arguments=(), keywords={})",
        "Asked(id=0, turn=5, number=1, arguments=(), keywords={})",
        "Answered(id=0, turn=0, value=1)",
    ],
)
def test_a_forged_question_ends_the_conversation(course, forged):
    source = (
        "import os\nfrom attnlab.wire import Asked, Answered, encode\n"
        f"def walk(step, start):\n    os.write(60, encode({forged}))\n    return []\n"
    )
    with Judge(course) as judge:
        report = judge.grade(course.exercise("walk"), source.encode(), seed=3)

    assert report.first_failure.verdict in (Verdict.CRASHED, Verdict.FAILED)
    assert report.points == 0


def test_a_set_crosses_and_is_left_as_it_was(grade):
    assert grade("def count_links(links):\n    return len(links)\n", "count_links").passed
    assert not grade("def count_links(links):\n    n = len(links); links.clear(); return n\n", "count_links").passed


SCALE = FILES["solutions/01-walking/Scale/reference.py"]


def test_a_layers_dropout_is_judged_by_value(grade):
    assert grade(SCALE, "Scale").passed


@pytest.mark.parametrize(
    "also",
    ["", "; self.also_W = self.W", "; self.more = nn.Linear(2, 2)", "; W = self.W; del self.W; self.V = self.W = W"],
)
@pytest.mark.parametrize(
    ("mistake", "returned"), [("never_dropped", "self.W(x)"), ("doubled", "self.dropout(self.W(x)) * 2")]
)
def test_a_layers_mistake_is_named_whatever_else_the_layer_holds(grade, also, mistake, returned):
    source = SCALE.replace("bias=False)", f"bias=False){also}").replace("self.dropout(self.W(x))", returned)

    report = grade(source, "Scale")

    assert report.first_failure.failure.diagnosis.misconception == mistake


@pytest.mark.parametrize("also", ["; self.also_W = self.W", "; W = self.W; del self.W; self.V = self.W = W"])
def test_a_second_name_for_a_parameter_does_no_harm(grade, also):
    assert grade(SCALE.replace("bias=False)", f"bias=False){also}"), "Scale").passed


@pytest.mark.parametrize("code", ["x.new_ones(len(x))", "0 * x[:, 0] + 1", "torch.ones(len(x), dtype=x.dtype).to(x)"])
def test_code_that_follows_its_arguments_to_their_device_passes(grade, code):
    assert grade(f"import torch\ndef ones_like_rows(x):\n    return {code}\n", "ones_like_rows").passed


def test_code_that_looks_at_values_is_not_blamed_for_the_lack_of_them(grade):
    code = "torch.tensor([1.0 if row.sum() > 0 else 1.0 for row in x], dtype=x.dtype, device=x.device)"

    assert grade(f"import torch\ndef ones_like_rows(x):\n    return {code}\n", "ones_like_rows").passed


@pytest.mark.parametrize("code", ["torch.ones(len(x), dtype=x.dtype)", "0 * x[:, 0] + torch.ones(len(x))"])
def test_a_tensor_of_its_own_on_the_wrong_device_is_told(grade, code):
    report = grade(f"import torch\ndef ones_like_rows(x):\n    return {code}\n", "ones_like_rows")

    assert report.first_failure.id == "device"
