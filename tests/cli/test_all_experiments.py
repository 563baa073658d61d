"""`attnlab experiment --all`: every experiment in order, one report, nothing lost on the way."""

import contextlib
import html.parser
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

MINI_COURSE = Path(__file__).parents[1] / "mini_course"
EXPERIMENT = """
from attnlab.content import Curve, Findings, Heatmap, Table, experiment

TOLD = dict(claim="A claim", source="Nobody 2020", question="Which?", choices=("this", "that"), seconds=1)

@experiment(title="{title}", **TOLD)
def {name}(lab):
    {body}
    return Findings(seen="seen 1", choice=1, numbers={{"one": 1.0}}, tables=[Table(("a", "b"), (("1", "2"),))])
"""


@pytest.fixture
def course(tmp_path):
    """The small course with three experiments: one that runs, one to be written by the test, one that runs."""
    root = tmp_path / "course"
    shutil.copytree(MINI_COURSE, root)
    lesson = root / "course" / "01-doubling" / "lesson.md"
    text = lesson.read_text()
    lesson.write_text(text.replace('experiments = ["growth"]', 'experiments = ["growth", "second", "third"]'))
    for name in ("second", "third"):
        with_body(root, name, "pass")
    return root


def with_body(root, name, body, title="A <b>title</b>"):
    file = root / "course" / "01-doubling" / "experiments" / f"{name}.py"
    file.write_text(EXPERIMENT.format(name=name, body=body, title=title))


@pytest.fixture
def runs(course, learner):
    def runs(*arguments, **environment):
        return learner.types("experiment", *arguments, ATTNLAB_COURSE=str(course), **environment)

    return runs


class Outline(html.parser.HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.tags, self.attributes = [], []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes.append(dict(attributes))


def report(learner, name="experiments.html"):
    return (learner.folder / name).read_text(encoding="utf-8")


def saved(learner, name):
    return sorted((learner.folder / ".attnlab" / "experiments").glob(f"{name}_*.json"))


def test_one_experiment_saves_its_pictures_beside_its_numbers_and_says_where(runs, learner):
    done = runs("growth", "--yes")

    (numbers,) = saved(learner, "growth")
    for kind in ("curve1", "heatmap1"):
        assert numbers.with_name(f"{numbers.stem}_{kind}.png").read_bytes().startswith(b"\x89PNG")
    assert re.search(r"2 pictures beside them, as PNG:\s+\.attnlab/experiments/growth_\w+_curve1\.png", done.stdout)


def test_json_names_the_pictures(runs):
    told = json.loads(runs("growth", "--json").stdout)

    assert [Path(file).name.rpartition("_")[2] for file in told["pictures"]] == ["curve1.png", "heatmap1.png"]


def test_all_are_run_in_order_and_reported_in_one_page(runs, learner):
    done = runs("--all", "--yes")

    assert done.returncode == 0
    page = report(learner)
    assert [page.index(f'<section id="{name}"') for name in ("growth", "second", "third")] == sorted(
        page.index(f'<section id="{name}"') for name in ("growth", "second", "third")
    )
    for told in (
        "after ten doublings 1 became 1024",
        "Nobody 2020, section 1",
        "How much larger",
        "1000 times",
        "Seed 0",
    ):
        assert told in page
    assert "3 measured" in done.stdout
    assert "the report is in experiments.html" in done.stdout


def test_the_report_stands_alone_and_is_readable_without_eyes(runs, learner):
    runs("--all", "--yes", "--seed", "7", "--report", "mine.html")

    page = report(learner, "mine.html")
    outline = Outline(page)
    assert not re.search(r"""(?:src|href)=["'](?!data:|#)""", page)
    assert "script" not in outline.tags
    assert next(each for tag, each in zip(outline.tags, outline.attributes) if tag == "html")["lang"] == "en"
    levels = [int(tag[1]) for tag in outline.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in zip(levels, levels[1:]))
    assert all("scope" in each for tag, each in zip(outline.tags, outline.attributes) if tag == "th")
    images = [each for tag, each in zip(outline.tags, outline.attributes) if tag == "img"]
    assert images
    assert all(each["alt"] and each["src"].startswith("data:image/png;base64,") for each in images)
    assert outline.tags.count("figure") == outline.tags.count("figcaption")
    assert "prefers-color-scheme" in page
    assert "Seed 7" in page


def test_a_title_is_never_markup(runs, learner):
    runs("--all", "--yes")

    assert "<b>" not in report(learner)
    assert "A &lt;b&gt;title&lt;/b&gt;" in report(learner)


def test_one_that_fails_is_told_and_the_others_still_run(course, runs, learner):
    with_body(course, "second", "1 / 0")

    done = runs("--all", "--yes")

    assert done.returncode == 1
    assert "the experiment second failed: ZeroDivisionError: division by zero (second.py, line 8)" in " ".join(
        done.stdout.split()
    )
    assert "2 measured, 1 failed: second" in done.stdout
    assert "It failed: the experiment second failed" in report(learner)
    assert saved(learner, "third")


@pytest.mark.parametrize(
    ("body", "told"),
    [("return None", "it returned NoneType"), ("return Findings('seen', 2, {})", "it bears out choice 2 of 2")],
)
def test_what_is_no_finding_counts_as_failed(course, runs, learner, body, told):
    with_body(course, "second", body)

    assert runs("--all", "--yes").returncode == 1
    assert told in report(learner)
    assert saved(learner, "third")


def test_one_whose_file_does_not_run_stops_no_other(course, runs, learner):
    (course / "course" / "01-doubling" / "experiments" / "second.py").write_text("import nonesuch\n")

    assert runs("--all", "--yes").returncode == 1
    assert saved(learner, "third")


def test_one_that_fails_alone_is_no_fault_of_the_learners(course, runs):
    with_body(course, "second", "1 / 0")

    done = runs("second", "--yes")

    assert done.returncode == 3
    assert "the experiment second failed: ZeroDivisionError" in done.stderr
    assert "attnlab itself failed" not in done.stderr


def test_a_later_run_with_the_same_seed_goes_on_where_the_first_one_ended(course, runs, learner):
    with_body(course, "second", "1 / 0")
    runs("--all", "--yes")
    with_body(course, "second", "pass")

    done = runs("--all", "--yes", "--resume", "--json")

    told = {each["experiment"]: each["taken_over"] for each in json.loads(done.stdout)["experiments"]}
    assert told == {"growth": True, "second": False, "third": True}
    assert len(saved(learner, "growth")) == 1
    assert "(taken over from this earlier run)" in report(learner)
    assert "after ten doublings 1 became 1024" in report(learner)


def test_what_another_seed_or_another_version_measured_is_not_taken_over(runs, learner):
    runs("--all", "--yes", "--seed", "1")
    (numbers,) = saved(learner, "third")
    told = json.loads(numbers.read_text())
    numbers.write_text(json.dumps({**told, "versions": {**told["versions"], "attnlab": "0.0.1"}}))

    other_seed = json.loads(runs("--all", "--yes", "--seed", "2", "--resume", "--json").stdout)
    other_version = json.loads(runs("--all", "--yes", "--seed", "1", "--resume", "--json").stdout)

    assert [each["taken_over"] for each in other_seed["experiments"]] == [False, False, False]
    assert [each["taken_over"] for each in other_version["experiments"]] == [True, True, False]


@pytest.mark.parametrize("damage", ["", "{", "[1]", "null", '{"experiment": "growth", "seed": 0}'])
def test_a_damaged_earlier_run_is_measured_again(runs, learner, damage):
    runs("growth", "--yes")
    saved(learner, "growth")[0].write_text(damage)

    done = runs("--all", "--yes", "--resume")

    assert done.returncode == 0
    assert "after ten doublings" in done.stdout


@pytest.mark.skipif(os.name == "nt", reason="Windows sends no Ctrl-C to one process")
def test_ctrl_c_loses_nothing_of_what_was_measured(course, learner):
    with_body(course, "second", "import time; time.sleep(60)")
    process = subprocess.Popen(
        [sys.executable, "-m", "attnlab", "experiment", "--all", "--yes"],
        cwd=learner.folder,
        env={**learner.environment, "ATTNLAB_COURSE": str(course)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 60
    while not (learner.folder / "experiments.html").exists() and time.monotonic() < deadline:
        time.sleep(0.05)

    process.send_signal(signal.SIGINT)

    assert process.wait(30) == 130
    page = report(learner)
    assert page.rstrip().endswith("</html>")
    assert "after ten doublings 1 became 1024" in page
    assert page.count("not run yet") == 2


@pytest.mark.parametrize(
    "typed",
    [("--all", "growth"), ("--all", "--predict", "1"), ("growth", "--report", "x.html"), ("growth", "--resume")],
)
def test_what_cannot_be_meant_is_wrong_usage(runs, typed):
    assert runs(*typed).returncode == 2


def test_a_report_that_cannot_be_written_keeps_no_experiment_from_running(runs, learner):
    (learner.folder / "file").write_text("no folder")

    done = runs("--all", "--yes", "--report", "file/report.html")

    assert done.returncode == 3
    assert saved(learner, "third")
    assert done.stderr.count("could not be written") == 1


def test_without_matplotlib_the_numbers_are_saved_and_reported_with_one_sentence(runs, learner, tmp_path):
    broken = tmp_path / "broken"
    (broken / "matplotlib").mkdir(parents=True)
    (broken / "matplotlib" / "__init__.py").write_text("raise ImportError('a library is missing')\n")

    done = runs("--all", "--yes", PYTHONPATH=str(broken))

    assert done.returncode == 3
    assert done.stderr.count("matplotlib, which draws PNG files, cannot be used here") == 1
    assert saved(learner, "growth")
    assert "size goes from 1 at 0 to 1024 at 10" in report(learner)
    assert "<img" not in report(learner)


def test_piped_output_is_plain(runs):
    done = runs("--all", "--yes", "--plain")

    assert done.stdout.isascii()
    assert "\x1b" not in done.stdout


@pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
def test_in_a_terminal_every_prediction_is_asked_for_before_its_run(course, learner):
    import pty

    terminal, theirs = pty.openpty()
    os.write(terminal, b"3\n\n1\n")
    process = subprocess.Popen(
        [sys.executable, "-m", "attnlab", "experiment", "--all"],
        cwd=learner.folder,
        env={**learner.environment, "ATTNLAB_COURSE": str(course), "TERM": "xterm"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    shown = b""
    # Linux ends a terminal whose other side is closed with an error.
    with contextlib.suppress(OSError):
        while part := os.read(terminal, 1 << 16):
            shown += part
    os.close(terminal)

    assert process.wait(30) == 0
    assert shown.count(b"Your prediction, 1 to") == 3
    predicted = [
        json.loads(saved(learner, name)[0].read_text())["prediction"] for name in ("growth", "second", "third")
    ]
    assert predicted == [2, None, 0]
    page = report(learner)
    assert "You predicted &#39;about 1000 times&#39;, and so it was." in page
    assert "<li>this <em>(predicted)</em></li>" in page
