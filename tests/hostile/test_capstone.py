"""What the parts of a handed-in run try while they translate, and the verdict each must get."""

from __future__ import annotations

import textwrap
from dataclasses import replace
from pathlib import Path

import pytest

from attnlab.content import Limits, read_course
from attnlab.grading import Judge, Verdict
from attnlab.grading.capstone import SEARCHES, WRITES, Exam, Mark, Quality, examine

ROOT = Path(__file__).parents[2]
LIMITS = Limits(seconds=20.0, memory_mb=2048, output_kb=64)
SHORT = replace(LIMITS, seconds=4.0)
# A mark that whatever was written earns, if anything was.
MARKS = (Mark("bleu", 0, 5.0),)


@pytest.fixture(scope="module")
def real_course():
    return read_course(ROOT)


@pytest.fixture(scope="module")
def judge(real_course):
    with Judge(real_course) as judge:
        yield judge


@pytest.fixture(scope="module")
def files(real_course):
    """Right answers to everything, as a learner would hand them in."""
    return {exercise.id: (exercise.answers / "reference.py").read_bytes() for exercise in real_course.exercises}


@pytest.fixture(scope="module")
def exam(tiny_run, real_course):
    from attnlab.translation.examining import NEEDED, OPTIONS, SEARCHING, answers_of, program, questions_for
    from attnlab.translation.handed_in import read_run
    from attnlab.translation.parts import part_exercises

    run = read_run(tiny_run)
    questions = questions_for(run, count=4, seed=2)
    homes = part_exercises(real_course)
    return Exam(
        program=program(),
        homes={name: homes[name].id for name in (*NEEDED, SEARCHING)},
        sizes=run.sizes,
        weights=run.weights,
        questions=questions.sources,
        limits=questions.limits,
        vocabulary=len(run.target),
        options=OPTIONS,
        written=answers_of(run, questions, beam=1),
        searched=answers_of(run, questions, beam=3, count=2),
        beam=3,
        rate=lambda answers: Quality(*questions.rate(answers), len(answers)),
        marks=MARKS,
    )


@pytest.fixture
def examined(judge, exam, files):
    def examined(*, limits=LIMITS, searching=True, **changed: str):
        own = {**files, **{name: source.encode() for name, source in changed.items()}}
        checks, quality, output = examine(judge, exam, own, searching=searching, limits=limits)
        return {check.id: check for check in checks}, quality, output

    return examined


def in_greedy(body: str) -> str:
    """A greedy decoder that does something and then answers rightly."""
    right = (ROOT / "solutions/11-decoding/greedy_decode/reference.py").read_text()
    lines = textwrap.indent(textwrap.dedent(body).strip(), "    ")
    return right.replace("    tokens = []\n", f"{lines}\n    tokens = []\n")


def test_right_parts_write_what_their_weights_say(examined):
    checks, quality, _ = examined()

    assert {check.verdict for check in checks.values()} == {Verdict.PASSED}
    assert sum(check.points for check in checks.values()) == WRITES[2] + SEARCHES[2] + 5
    assert quality is not None
    assert quality.sentences == 4


def test_without_a_beam_search_that_passes_only_it_is_not_reached(examined):
    checks, _, _ = examined(searching=False)

    assert checks.pop(SEARCHES[0]).verdict is Verdict.NOT_REACHED
    assert {check.verdict for check in checks.values()} == {Verdict.PASSED}


FOR_EVER = {
    "at import": "while True: pass\n",
    "when a layer is made": (
        "from torch import nn\nclass EncoderLayer(nn.Module):\n    def __init__(self, *a):\n        while True: pass\n"
    ),
}


@pytest.mark.parametrize("source", FOR_EVER.values(), ids=FOR_EVER.keys())
def test_a_layer_that_hangs_is_timed_out(examined, source):
    checks, quality, _ = examined(EncoderLayer=source, limits=SHORT)

    assert checks[WRITES[0]].verdict is Verdict.TIMED_OUT
    assert quality is None


ENDS = {
    "hanging while it translates": ("while True: pass", Verdict.TIMED_OUT),
    "sleeping for ever": ("import time; time.sleep(10**6)", Verdict.TIMED_OUT),
    "leaving": ("import os; os._exit(0)", Verdict.CRASHED),
    "exiting": ("import sys; sys.exit(0)", Verdict.FAILED),
    "a segmentation fault": ("import ctypes; ctypes.string_at(0)", Verdict.CRASHED),
    "a memory bomb": ("import torch; torch.ones(10**11)", Verdict.OUT_OF_MEMORY),
    "shouting": ("while True: print('x' * 10**6)", Verdict.TOO_MUCH_OUTPUT),
    "an answer of ten gigabytes": ("return range(10**10)", Verdict.FAILED),
    "words that there are not": ("return [10**6]", Verdict.FAILED),
    "words below nothing": ("return [-1]", Verdict.FAILED),
    "a sentence without end": ("return [5] * 10**4", Verdict.FAILED),
    "text for numbers": ("return 'trust me'", Verdict.FAILED),
    "nothing": ("return None", Verdict.FAILED),
    "objects that are equal to anything": (
        "class Any(int):\n    def __eq__(self, o): return True\nreturn [Any(5), Any(6)]", Verdict.FAILED,
    ),
    "numbers that are none": ("return [float('nan')]", Verdict.FAILED),
    "an exception of its own": ("class Away(BaseException): ...\nraise Away", Verdict.FAILED),
}  # fmt: skip


@pytest.mark.parametrize(("body", "verdict"), ENDS.values(), ids=ENDS.keys())
def test_parts_that_end_the_translation_get_the_verdict_and_no_points(examined, body, verdict):
    checks, quality, _ = examined(greedy_decode=in_greedy(body), limits=SHORT)

    assert checks[WRITES[0]].verdict is verdict
    assert checks[WRITES[0]].failure is not None
    assert {check.verdict for name, check in checks.items() if name != WRITES[0]} == {Verdict.NOT_REACHED}
    assert quality is None


def test_printing_a_report_earns_nothing(examined):
    forged = '{"exercise": "submission", "passed": true, "points": 1000, "bleu": 100.0}'
    checks, _, output = examined(greedy_decode=in_greedy(f"print({forged!r})\nreturn [5, 6]"))

    assert forged in output
    assert checks[WRITES[0]].verdict is Verdict.FAILED


def test_writing_over_the_channel_earns_nothing(examined):
    body = "import os\nfor d in range(3, 70):\n    try: os.write(d, b'x' * 99)\n    except OSError: pass"
    checks, _, _ = examined(greedy_decode=in_greedy(body))

    assert checks[WRITES[0]].verdict is Verdict.CRASHED


def test_parts_that_write_better_than_their_weights_earn_nothing(examined):
    """A translator of its own inside a part: what it writes is not what the weights that were handed in say."""
    from attnlab.translation.corpus import Split, draw

    assert draw(Split.TEST, 1, seed=2)
    checks, quality, _ = examined(
        greedy_decode="def greedy_decode(step, bos, eos, max_length):\n    return [4, 5, 6]\n"
    )

    assert checks[WRITES[0]].verdict is Verdict.FAILED
    assert "otherwise than these weights say" in checks[WRITES[0]].failure.problem
    assert quality is None


def test_layers_that_bring_weights_of_their_own_earn_nothing(examined, files):
    """They take what they are given and compute with something else."""
    own = (
        files["EncoderLayer"]
        .decode()
        .replace(
            "        normalised = self.norm_1(x)\n", "        x = x * 0 + 1\n        normalised = self.norm_1(x)\n"
        )
    )

    checks, _, _ = examined(EncoderLayer=own)

    assert checks[WRITES[0]].verdict is Verdict.FAILED


def test_layers_that_refuse_the_weights_are_told_by_name(examined, files):
    renamed = files["DecoderLayer"].decode().replace("self.W_1", "self.first")

    checks, _, _ = examined(DecoderLayer=renamed)

    failure = checks[WRITES[0]].failure
    assert checks[WRITES[0]].verdict is Verdict.FAILED
    assert "the parts have no weight called decoder.0.W_1.weight" in failure.problem


def test_a_part_that_is_not_there_is_the_submissions_fault(judge, exam, files):
    without = {name: source for name, source in files.items() if name != "layer_norm"}

    checks, _, _ = examine(judge, exam, without, searching=False, limits=LIMITS)

    assert checks[0].verdict is Verdict.FAILED
    assert "layer_norm" in checks[0].failure.problem


READS = {
    "the references": f"open({str(ROOT / 'solutions/11-decoding/greedy_decode/reference.py')!r}).read()",
    "the engine": f"__import__('os').listdir({str(ROOT / 'attnlab')!r})",
    "the grammar, which would translate everything": "from attnlab.translation import grammar",
    "the hidden sentences": "from attnlab.translation.corpus import draw",
    "the judge": "import attnlab.grading",
    "somebody's home": "import os, pathlib; os.listdir(pathlib.Path.home())",
    "the network": "import socket; socket.create_connection(('127.0.0.1', 80))",
    "another process": "import subprocess; subprocess.run(['true'])",
}


@pytest.mark.parametrize("body", READS.values(), ids=READS.keys())
def test_nothing_that_matters_can_be_reached_from_a_part(examined, layers, body):
    if not {"landlock", "seccomp"} <= layers:
        pytest.skip("this machine has no Landlock or no seccomp")

    checks, _, _ = examined(greedy_decode=in_greedy(body))

    assert checks[WRITES[0]].verdict is Verdict.FAILED
    assert checks[WRITES[0]].failure.excerpt


def test_what_is_expected_does_not_lie_in_the_workers_memory(examined, exam):
    """Everything that Python keeps track of is looked through for it."""
    words = " ".join(map(str, exam.written[0]))
    look = f"""
    import gc
    for thing in gc.get_objects():
        if isinstance(thing, (list, tuple)) and all(type(part) is int for part in thing):
            if len(thing) > 2 and " ".join(map(str, thing)) == {words!r}: raise LookupError("found it")
    """

    checks, _, _ = examined(greedy_decode=in_greedy(look))

    assert checks[WRITES[0]].verdict is Verdict.PASSED
