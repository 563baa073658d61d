"""Jobs and answers cross to the judges' processes whole, whatever a student wrote."""

from __future__ import annotations

import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from attnlab.classroom.batch.jobs import (
    Confinement,
    Fault,
    JudgePackage,
    JudgeWork,
    Proof,
    Prove,
    Settings,
    TellConfinement,
    answer_from_json,
    answer_to_line,
    job_from_line,
    job_to_line,
)
from attnlab.content import Limits
from attnlab.grading import CheckResult, Diagnosis, Failure, Isolation, Report, Verdict

TEXT = st.text(st.characters(), max_size=20)
NAMES = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=10)
FILES = NAMES.map(lambda name: Path("/handed_in") / name.strip("/").replace("..", "x"))
FAILURES = st.builds(
    Failure, problem=TEXT, call=st.none() | TEXT, diagnosis=st.none() | st.builds(Diagnosis, TEXT, TEXT)
)
RESULTS = st.builds(CheckResult, NAMES, TEXT, st.floats(0, 9), st.sampled_from(Verdict), st.none() | FAILURES)
LISTED = st.lists(TEXT, max_size=2).map(tuple)
LIMITS = st.none() | st.builds(Limits, st.floats(0.1, 99), st.integers(1, 4096), st.integers(1, 64))
JOBS = st.one_of(
    st.builds(
        JudgeWork,
        student=TEXT,
        exercise=NAMES,
        file=FILES,
        seed=st.integers(0, 2**31 - 1),
        siblings=st.dictionaries(NAMES, FILES, max_size=3),
        limits=LIMITS,
        known=st.lists(RESULTS, max_size=3).map(lambda results: {result.id: result for result in results}),
        carry=st.dictionaries(NAMES, st.booleans(), max_size=3),
        hidden=st.frozensets(NAMES, max_size=3),
    ),
    st.builds(JudgePackage, TEXT, NAMES, FILES, st.integers(0, 2**31 - 1)),
    st.builds(Prove, NAMES, st.integers(0, 2**31 - 1), LIMITS),
    st.builds(TellConfinement, NAMES),
)
ANSWERS = st.one_of(
    st.builds(
        Report, NAMES, st.integers(0, 99), st.booleans(), st.lists(RESULTS, max_size=3).map(tuple), TEXT,
        LISTED, st.none() | TEXT, st.floats(0, 99), LISTED,
    ),
    st.builds(Proof, NAMES, st.dictionaries(NAMES, NAMES, max_size=3), st.lists(TEXT, max_size=2).map(tuple)),
    st.builds(Confinement, st.lists(NAMES, max_size=2).map(tuple), st.dictionaries(NAMES, TEXT, max_size=2)),
    st.builds(Fault, TEXT, TEXT),
)  # fmt: skip


@given(JOBS, st.integers(0, 10**6))
def test_a_job_comes_out_as_it_went_in(job, ident):
    line = job_to_line(ident, job)

    assert line.count(b"\n") == 1
    assert job_from_line(line) == (ident, job)


@given(ANSWERS)
def test_an_answer_comes_out_as_it_went_in(answer):
    line = answer_to_line(1, answer)

    assert line.count(b"\n") == 1
    assert answer_from_json(json.loads(line)) == answer


def test_what_holds_for_all_jobs_comes_out_as_it_went_in():
    settings = Settings(Path("/course"), Isolation.STRICT, Path("/private"), None, ("numpy", "torch"))

    assert Settings.from_json(json.loads(json.dumps(settings.to_json()))) == settings
