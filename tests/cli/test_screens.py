import json
import re

import pytest

from attnlab.cli.terminal import Terminal, in_ascii
from attnlab.cli.views_report import checked_view, report_view
from attnlab.grading.verdicts import CheckResult, Diagnosis, Failure, Report, Verdict
from attnlab.study import Entry, Status
from attnlab.study.checking import Checked

ESCAPE = re.compile(r"\x1b\[[0-9;]*m")

FAILURE = Failure(
    "weights at batch 0, query 2, key 3: expected 0.1192, got 0.2384",
    "softmax(scores, axis=-1)",
    Diagnosis(
        "Your columns sum to one, not your rows.", "For one query, which numbers compete with each other?", "columns", 2
    ),
    ("softmax.py, line 9", "    return e / e.sum(axis=0)"),
)
REPORT = Report(
    "double",
    7,
    True,
    (
        CheckResult("file", "the file runs", 0, Verdict.PASSED),
        CheckResult("shape", "there is one weight for every score", 1, Verdict.PASSED),
        CheckResult("values", "the weights of a row sum to one → always", 2, Verdict.FAILED, FAILURE),
        *(CheckResult(f"later_{n}", "something more", 1, Verdict.NOT_REACHED) for n in range(4)),
    ),
    output="mine\n\x1b[2Jhidden\n",
)

EVERY_READING = [
    ("list",), ("next",), ("hint",), ("read", "01"), ("history",), ("diff",), ("experiment",), (),
    ("--help",), ("check", "--help"),
]  # fmt: skip


@pytest.mark.parametrize("typed", EVERY_READING, ids=" ".join)
def test_plain_is_ascii_without_colour_and_boxes(learner, typed):
    done = learner.types("--plain", *typed)

    assert done.returncode == 0
    assert done.stdout.isascii()
    assert "\x1b" not in done.stdout


@pytest.mark.parametrize("typed", EVERY_READING, ids=" ".join)
def test_a_terminal_that_knows_only_ascii_gets_ascii(learner, typed):
    done = learner.types(*typed, PYTHONIOENCODING="ascii")

    assert done.returncode == 0
    assert done.stdout.isascii()


@pytest.mark.parametrize("columns", ["60", "40"])
@pytest.mark.parametrize("typed", [("list",), ("next",), ("hint",), ("history",), ()], ids=" ".join)
def test_lines_fit_a_narrow_terminal(learner, typed, columns):
    done = learner.types(*typed, COLUMNS=columns)

    assert all(len(line) <= int(columns) for line in done.stdout.splitlines() if "exercises/" not in line)


@pytest.mark.parametrize(
    "typed",
    [("list",), ("next",), ("hint",), ("read", "01"), ("history",), ("diff",), ("experiment",),
     ("experiment", "growth"),
     ("reset", "double"), ("update",), ("solution", "double", "--give-up")],
    ids=" ".join,
)  # fmt: skip
def test_every_result_is_also_json_alone_on_stdout(learner, typed):
    done = learner.types(*typed, "--json")

    assert done.returncode == 0
    json.loads(done.stdout)


def test_a_failure_is_told_in_full_and_once():
    lines = report_view(REPORT, Terminal(unicode=True))
    text = "\n".join(lines)

    assert text.index("✗") < text.index("expected 0.1192, got 0.2384") < text.index("softmax(scores, axis=-1)")
    assert text.index("Your columns") < text.index("For one query")
    assert text.count("expected 0.1192") == 1
    assert "4 more stand on these, not reached" in text


def test_colour_says_nothing_that_words_do_not():
    coloured = report_view(REPORT, Terminal(colour=True, unicode=True))

    assert [ESCAPE.sub("", line) for line in coloured] == report_view(REPORT, Terminal(unicode=True))
    assert any("(failed)" in line for line in coloured)


def test_what_a_submission_prints_cannot_rewrite_the_screen():
    text = "\n".join(report_view(REPORT, Terminal()))

    assert "\x1b" not in text
    assert "hidden" in text


@pytest.mark.parametrize("width", [30, 40, 60])
def test_a_report_fits_a_narrow_terminal(width):
    lines = report_view(REPORT, Terminal(width=width))

    assert all(len(line) <= width for line in lines if "axis=0" not in line)


def test_a_report_ends_on_one_command(learner):
    from pathlib import Path

    from attnlab.content import read_course
    from attnlab.study import open_workspace

    workspace = open_workspace(Path(learner.folder), read_course(Path(learner.environment["ATTNLAB_COURSE"])))
    exercise = workspace.course.exercise("double")
    checked = Checked(exercise, REPORT, Entry(Status.PASSED), Entry(Status.PASSED), exercise)

    lines = checked_view(checked, workspace, Terminal())

    assert lines[-1] == "next: attnlab hint double"
    assert sum(line.startswith("next:") for line in lines) == 1
    assert "double passed before and stays passed; this version does not." in lines


def test_an_exponent_of_several_signs_is_lifted_once():
    assert in_ascii("10⁻²¹ · x² 2ⁿ⁻¹") == "10^-21 * x^2 2^n-1"


def test_mathematics_stays_readable_in_ascii():
    assert in_ascii("wᵢ = exp(sᵢ) / √d_k → 2 · α, naïve") == "w_i = exp(s_i) / sqrt d_k -> 2 * alpha, naive"
    assert in_ascii("(s - p)² / σ, e⁻¹, ¼ h\u0303_t h\u0304_s") == "(s - p)^2 / sigma, e^-1, 1/4 h~_t hbar_s"
