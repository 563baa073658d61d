"""From wishes to a plan: where a run is kept, what it is made of, and when an earlier one is gone on with."""

from dataclasses import replace

import pytest

from attnlab.content import read_course
from attnlab.errors import NotThere, UnknownName, WrongUsage
from attnlab.paths import course_root
from attnlab.study import start_workspace
from attnlab.study.collecting import add
from attnlab.study.training import kept_selection, plan, train
from attnlab.study.wishing import Wishes
from attnlab.translation.kinds import Kind
from attnlab.translation.parts import Own, select
from attnlab.translation.runs import open_run

TINY = (("layers", 1), ("heads", 2), ("d_model", 8), ("d_ff", 8), ("batch_tokens", 40), ("dropout", 0.0))


@pytest.fixture(scope="module")
def course():
    return read_course(course_root(None, {}))


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """A corpus of a few words, without a split to validate on."""
    root = tmp_path_factory.mktemp("data")
    for side, text in (("en", "the dog sleeps\nthe cat eats\n" * 6), ("fr", "le chien dort\nle chat mange\n" * 6)):
        (root / side).write_text(text)
    add("animals", root / "en", root / "fr", root, split="train")
    return root


@pytest.fixture
def workspace(tmp_path, course):
    return start_workspace(tmp_path / "work", course).workspace


@pytest.fixture
def planned(course, workspace, data, monkeypatch):
    """Plans in the workspace; `own` are files that pass, so that nothing has to be judged."""

    def planned(*, own=None, **wishes):
        chosen = select(course, own or {}, {"causal_mask": "its gap is still open"})
        monkeypatch.setattr("attnlab.study.parts.choose_parts", lambda *_, **__: chosen)
        asked = Wishes(**{"corpus": "animals", "steps": 2, "sizes": TINY, "data": data, "device": "cpu", **wishes})
        return plan(asked, course=lambda: course, workspace=workspace, folder=workspace.root)

    return planned


def own_norm(course, comment=""):
    source = (course.exercise("layer_norm").answers / "reference.py").read_text() + comment
    return {"layer_norm": Own(source.encode(), "layer_norm.py")}


def some_steps(planned, count):
    """Train until so many events have been told, then stop."""
    events = train(planned)
    told = [next(events) for _ in range(count)]
    events.close()
    return told


def test_in_a_workspace_it_is_made_of_the_learners_parts(planned, course):
    made = planned(own=own_norm(course))

    assert made.settings.parts == "mine"
    assert made.settings.origins["layer_norm"] == "mine"
    assert made.settings.origins["causal_mask"] == "reference"


def test_outside_of_a_workspace_it_is_made_of_the_fast_ones(course, data, tmp_path):
    made = plan(
        Wishes(corpus="animals", data=data, steps=1), course=lambda: course, workspace=None, folder=tmp_path
    )  # fmt: skip

    assert made.settings.parts == "fast"
    assert made.selection is None
    assert made.folder == tmp_path / "runs" / "animals-transformer"


def test_a_kind_that_takes_no_parts_gets_none(planned):
    made = planned(kind="additive", sizes=())

    assert (made.settings.kind, made.settings.parts, made.selection) == (Kind.ADDITIVE, "fast", None)


def test_how_long_nobody_says_the_recipe_does(planned):
    made = planned(steps=None, made_of="fast")

    assert made.settings.minutes == made.settings.recipe.minutes


def test_only_the_learners_own_files_are_kept_in_the_run(planned, course):
    made = planned(own=own_norm(course))

    list(train(made))

    assert [file.name for file in (made.folder / "parts").iterdir()] == ["layer_norm.py"]
    then = kept_selection(open_run(made.folder), lambda: course)
    assert then.mine == ("layer_norm",)
    assert (
        next(part for part in then.parts if part.name == "layer_norm").source == own_norm(course)["layer_norm"].source
    )


def test_an_unfinished_run_of_the_same_settings_and_files_is_gone_on_with(planned, course):
    begun = planned(own=own_norm(course), steps=50)
    some_steps(begun, 4)

    again = planned(own=own_norm(course), steps=50)

    assert (again.folder, again.goes_on, again.why_there) == (begun.folder, True, "")
    assert some_steps(again, 1)[0].step == open_run(begun.folder).step > 0


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"seed": 1}, "was begun with other settings"),
        ({"own": "edited"}, "was begun with other parts"),
        ({"own": "none"}, "was begun with other parts"),
    ],
)
def test_one_of_other_settings_or_files_stays_as_it_is(planned, course, changed, why):
    some_steps(planned(own=own_norm(course), steps=50), 3)
    own = {"edited": own_norm(course, "# better\n"), "none": {}}.get(changed.get("own"), own_norm(course))

    other = planned(**{**changed, "own": own, "steps": 50})

    assert other.folder.name == "animals-transformer-2"
    assert not other.goes_on
    assert other.why_there == f"animals-transformer {why} and stays as it is"


def test_a_finished_run_and_a_broken_one_stay_as_they_are(planned):
    list(train(planned(made_of="fast")))
    broken = planned(made_of="fast")
    broken.folder.mkdir()
    (broken.folder / "run.json").write_text("{")

    third = planned(made_of="fast")

    assert third.folder.name == "animals-transformer-3"
    assert third.why_there == "animals-transformer-2 cannot be read and stays as it is"


def test_a_run_that_is_named_goes_on_as_it_was_begun(planned, course, workspace, data):
    begun = planned(own=own_norm(course), steps=50)
    some_steps(begun, 3)

    named = plan(
        Wishes(run=begun.folder.relative_to(workspace.root), data=data),
        course=lambda: course,
        workspace=workspace,
        folder=workspace.root,
    )

    assert named.goes_on
    assert named.settings.steps == 50
    assert named.selection.mine == ("layer_norm",)
    assert not named.is_elsewhere


@pytest.mark.parametrize(
    "wishes",
    [{"sizes": (("d_model", 16),)}, {"steps": 9}, {"kind": "rnn"}, {"corpus": "grammar"}, {"made_of": "reference"}],
)
def test_a_run_that_is_named_is_not_contradicted(planned, course, workspace, data, wishes):
    begun = planned(made_of="fast", steps=50)
    some_steps(begun, 3)

    with pytest.raises(WrongUsage, match="was begun with"):
        plan(
            Wishes(run=begun.folder, data=data, **wishes),
            course=lambda: course,
            workspace=workspace,
            folder=workspace.root,
        )


def test_a_course_without_parts_says_what_does_without(tmp_path, data, course, monkeypatch):
    bare = replace(course, exercises=tuple(replace(each, parts=()) for each in course.exercises))
    workspace = start_workspace(tmp_path / "bare", bare).workspace

    with pytest.raises(NotThere) as told:
        plan(Wishes(corpus="animals", data=data), course=lambda: bare, workspace=workspace, folder=workspace.root)

    assert "'--parts fast' needs none" in told.value.remedy


def test_a_corpus_mistyped_is_told_with_the_nearest(planned):
    with pytest.raises(UnknownName) as told:
        planned(corpus="animlas")

    assert told.value.nearest == "animals"
