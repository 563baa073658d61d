from pathlib import Path

import pytest

from attnlab.content import Library, Limits, read_course
from attnlab.grading import Judge, Verdict
from attnlab.grading.capstone import SEARCHES, WRITES
from attnlab.grading.verdicts import CheckResult, Failure, Report
from attnlab.study import start_workspace
from attnlab.study.packing import pack
from attnlab.submissions.judging import judge_submission
from attnlab.translation.parts import NAMES

LIMITS = Limits(seconds=30.0, memory_mb=2048)


class Lenient:
    """Lets every part pass whose source does not say '# wrong'; translations are judged for real."""

    def __init__(self, real: Judge) -> None:
        self._real = real
        self.worker, self.layers = real.worker, real.layers
        self.siblings: dict[str, object] = {}

    def grade(self, exercise, source, *, siblings, seed):
        self.siblings[exercise.id] = siblings
        right = b"# wrong" not in source
        failure = None if right else Failure("mask at batch 0: expected True, got False")
        check = CheckResult("values", "it is right", 3.0, Verdict.PASSED if right else Verdict.FAILED, failure)
        return Report(exercise.id, seed, b"# gap" not in source, (check,) if b"# gap" not in source else ())


@pytest.fixture(scope="module")
def course():
    return read_course(Path(__file__).parents[2])


@pytest.fixture(scope="module")
def real(course):
    with Judge(course) as judge:
        yield judge


@pytest.fixture
def lenient(real):
    return Lenient(real)


@pytest.fixture
def workspace(tmp_path, course):
    """A workspace in which everything has been answered rightly."""
    workspace = start_workspace(tmp_path / "work", course).workspace
    for exercise in course.exercises:
        workspace.file(exercise).write_bytes((exercise.answers / "reference.py").read_bytes())
    return workspace


@pytest.fixture
def run(workspace, tiny_run):
    folder = workspace.root / "runs" / "first"
    folder.mkdir(parents=True)
    for name, content in tiny_run.items():
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture
def judged(workspace, run, tmp_path):
    def judged(judge, run=run, **options):
        pack(workspace, run, tmp_path / "s.zip")
        content = (tmp_path / "s.zip").read_bytes()
        return judge_submission(content, workspace.course, judge, seed=3, sentences=3, limits=LIMITS, **options)

    return judged


def by_id(judged):
    return {check.id: check for check in judged.report.checks}


def test_right_parts_and_an_untrained_run_earn_all_but_the_quality(judged, real):
    result = judged(real)

    checks = by_id(result)
    failed = {name for name, check in checks.items() if not check.passed}
    assert failed == {"bleu_50", "bleu_90", "bleu_98", "exact_80"}
    assert set(NAMES) < checks.keys()
    assert result.report.points == WRITES[2] + SEARCHES[2]
    assert (result.corpus, result.quality.sentences) == ("grammar", 3)
    assert result.report.isolation == real.layers(Library.TORCH)


def test_what_stands_on_a_part_that_does_not_pass_is_not_reached(judged, lenient, workspace):
    file = workspace.file(workspace.course.exercise("padding_mask"))
    file.write_text(file.read_text() + "# wrong\n")

    checks = by_id(judged(lenient))

    assert checks["padding_mask"].verdict is Verdict.FAILED
    assert checks["padding_mask"].failure.problem == "it is right: mask at batch 0: expected True, got False"
    assert checks[WRITES[0]].verdict is Verdict.NOT_REACHED
    assert checks["run_opens"].passed


def test_no_reference_stands_in_for_a_part_that_is_missing(judged, lenient, workspace):
    workspace.file(workspace.course.exercise("EncoderLayer")).unlink()

    checks = by_id(judged(lenient))

    assert checks["EncoderLayer"].failure.problem == "there is no EncoderLayer.py among the files"
    assert checks[WRITES[0]].verdict is Verdict.NOT_REACHED


def test_a_part_of_training_that_does_not_pass_keeps_nothing_from_being_translated(judged, lenient, workspace):
    file = workspace.file(workspace.course.exercise("warmup_rate"))
    file.write_text(file.read_text() + "# wrong\n")

    checks = by_id(judged(lenient))

    assert checks["warmup_rate"].verdict is Verdict.FAILED
    assert checks[WRITES[0]].passed


def test_without_beam_search_only_what_needs_it_is_not_reached(judged, lenient, workspace):
    file = workspace.file(workspace.course.exercise("beam_search"))
    file.write_text(file.read_text() + "# gap\n")

    checks = by_id(judged(lenient))

    assert checks["beam_search"].failure.problem == "the gap in beam_search.py is still open"
    assert checks[SEARCHES[0]].verdict is Verdict.NOT_REACHED
    assert checks[WRITES[0]].passed


def test_a_part_is_judged_with_the_other_files_beside_it(judged, lenient, workspace):
    judged(lenient)

    assert lenient.siblings["MultiHeadAttention"].keys() == {
        each.id for each in workspace.course.exercises if each.id != "MultiHeadAttention"
    }


def test_a_run_that_cannot_be_read_is_told_and_the_parts_are_judged_all_the_same(judged, lenient, run):
    (run / "model.safetensors").write_bytes(b"\x80\x04pickled")

    checks = by_id(judged(lenient))

    assert "a pickle, which is never opened" in checks["run_opens"].failure.problem
    assert checks["EncoderLayer"].passed
    assert checks[WRITES[0]].verdict is Verdict.NOT_REACHED


def test_a_submission_without_a_run_says_so(judged, lenient):
    checks = by_id(judged(lenient, run=None))

    assert checks["run_opens"].failure.problem == "the run has no run.json"


def test_a_corpus_that_is_not_here_is_no_fault_of_the_submission(judged, lenient, run, tmp_path):
    run_json = run / "run.json"
    run_json.write_text(run_json.read_text().replace('"corpus": "grammar"', '"corpus": "multi30k-en-de"'))

    checks = by_id(judged(lenient, corpora=tmp_path))

    assert checks[WRITES[0]].verdict is Verdict.NOT_JUDGED
    assert "multi30k-en-de is not there yet" in checks[WRITES[0]].failure.problem


@pytest.mark.parametrize("content", [b"", b"PK", bytes(1000), "🦆".encode()])
def test_whatever_was_handed_in_there_is_a_report(course, lenient, content):
    result = judge_submission(content, course, lenient, seed=1)

    assert result.report.checks[0].verdict is Verdict.FAILED
    assert {check.verdict for check in result.report.checks[1:]} == {Verdict.NOT_REACHED}
    assert result.report.max_points > 0


def test_the_same_seed_gives_the_same_judgement(judged, lenient):
    one, two = judged(lenient), judged(lenient)

    assert [check.verdict for check in one.report.checks] == [check.verdict for check in two.report.checks]
    assert one.quality == two.quality
