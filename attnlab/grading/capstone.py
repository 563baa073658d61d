"""A trained model that was handed in -> what it writes, and how good that is.

The worker gets the submission's parts and weights, and sentences to translate: no reference, no right translation.
It answers with token numbers. This side knows what the very same weights write when code of its own computes with
them, so that parts which write something better than their weights earn nothing by it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from attnlab.content import Library, Limits
from attnlab.grading.excerpts import excerpt_of, printable
from attnlab.grading.explainers import explain_exception
from attnlab.grading.stops import Stopped
from attnlab.grading.verdicts import CheckResult, Diagnosis, Failure, Verdict
from attnlab.wire import Array, Call, Handle, Load, Loaded, Raised, Request, Returned, Value

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from attnlab.grading.actors import Actor
    from attnlab.grading.judge import Judge

# A model of the course's size translates a hundred sentences in some seconds, and in a minute on a busy machine.
LIMITS = Limits(seconds=150.0, memory_mb=2048, output_kb=64)
AGREEMENT = 0.9
# What is sent comes back with the reply, which is capped.
_WEIGHTS_AT_ONCE = 12 << 20
_TOGETHER = 10

Answers = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """What quality earns: at least so much of one measure."""

    measure: Literal["bleu", "exact"]
    at_least: float
    points: float

    @property
    def id(self) -> str:
        return f"{self.measure}_{self.at_least:g}"

    @property
    def sentence(self) -> str:
        if self.measure == "bleu":
            return f"sentences it has never seen come out at {self.at_least:g} BLEU or more"
        return f"at least {self.at_least:g} of 100 sentences it has never seen come out exactly as the reference"


@dataclass(frozen=True, slots=True)
class Quality:
    """How good the answers are: BLEU, and how many of a hundred are exactly right."""

    bleu: float
    exact: float
    sentences: int


@dataclass(frozen=True, slots=True, eq=False)
class Exam:
    """What the model is asked, and what this side knows of the answers.

    Args:
        program: the source of a model that is made of the parts; it runs in the worker, beside them.
        homes: for each part that it needs the exercise that it is written in.
        sizes: what else it is made with.
        weights: by their names, float32.
        questions: the sentences, token numbers.
        limits: how long each answer may get.
        vocabulary: answers are numbers below this.
        options: what else decoding is given, begin and end of sentence among it.
        written: what these weights write, computed here.
        searched: the same with a beam, for the first questions.
        beam: how wide it is.
        rate: how good answers are.
        marks: what that earns.
    """

    program: bytes = field(repr=False)
    homes: Mapping[str, str]
    sizes: Mapping[str, int | float | bool]
    weights: Mapping[str, npt.NDArray[np.float32]] = field(repr=False)
    questions: Answers = field(repr=False)
    limits: tuple[int, ...] = field(repr=False)
    vocabulary: int
    options: Mapping[str, int]
    written: Answers = field(repr=False)
    searched: Answers = field(repr=False)
    beam: int
    rate: Callable[[Answers], Quality]
    marks: tuple[Mark, ...]


WRITES = ("parts_write", "the parts, holding the run's weights, write what these weights say", 10.0)
SEARCHES = ("beam_search_finds", "with a beam they find what these weights say", 5.0)


def examine(
    judge: Judge, exam: Exam, files: Mapping[str, bytes], *, searching: bool, limits: Limits = LIMITS
) -> tuple[tuple[CheckResult, ...], Quality | None, str]:
    """Have the parts translate, and say how that went; what they printed comes along.

    Args:
        files: the submission's own, by exercise; all that the model is made of is among them.
        searching: whether the part that searches with a beam can be judged, too.

    Raises:
        ToolFault: no worker can be started.
    """
    seat = _Seat(judge, exam, files, limits)
    written = seat.answers(exam.questions, exam.limits, beam=1)
    results = [_compared(WRITES, written, exam.written, seat)]
    quality = None
    if isinstance(written, tuple) and results[0].passed:
        quality = exam.rate(written)
    results += [_marked(mark, quality) for mark in exam.marks]
    if searching and results[0].passed:
        count = len(exam.searched)
        searched = seat.answers(exam.questions[:count], exam.limits[:count], beam=exam.beam)
        results.append(_compared(SEARCHES, searched, exam.searched, seat))
    else:
        results.append(CheckResult(*SEARCHES, Verdict.NOT_REACHED))
    return tuple(results), quality, seat.output


def not_examined(marks: Iterable[Mark]) -> tuple[CheckResult, ...]:
    """The same checks where nothing can be translated."""
    told = [WRITES, *((mark.id, mark.sentence, mark.points) for mark in marks), SEARCHES]
    return tuple(CheckResult(*each, Verdict.NOT_REACHED) for each in told)


@dataclass(frozen=True, slots=True)
class _Trouble:
    """Why there are no answers."""

    verdict: Verdict
    failure: Failure


class _Seat:
    """Fresh workers that are given the parts, the weights and the questions."""

    def __init__(self, judge: Judge, exam: Exam, files: Mapping[str, bytes], limits: Limits) -> None:
        self._judge, self._exam, self._files, self._limits = judge, exam, files, limits
        self._sources = {f"{name}.py": source for name, source in files.items()}
        self.output = ""

    def answers(self, questions: Answers, limits: Sequence[int], *, beam: int) -> Answers | _Trouble:
        """What the parts write, in a worker of its own; or why there is nothing."""
        deadline = time.monotonic() + self._limits.seconds
        with self._judge.worker(Library.TORCH, self._limits) as actor:
            talk = _Talk(actor, deadline, self._limits.seconds)
            try:
                return self._asked(talk, questions, limits, beam)
            except Stopped as stop:
                return _Trouble(stop.verdict, Failure(printable(stop.problem), diagnosis=_hint(stop.verdict)))
            except _Raised as error:
                return self._raised(error.reply, error.doing)
            finally:
                room = (self._limits.output_kb << 10) - len(self.output)
                self.output += printable(actor.output)[: max(room, 0)]

    def _asked(self, talk: _Talk, questions: Answers, limits: Sequence[int], beam: int) -> Answers:
        from attnlab.grading.judge import as_bytes

        exam = self._exam
        siblings: Value = {name: as_bytes(source) for name, source in self._files.items()}
        load = Load(id=0, name="translator", filename="translator.py", source=as_bytes(exam.program), siblings=siblings)
        talk.ask(load, Loaded, "loading the parts")
        # The names of one exercise are its own affair: the program asks for each part by the file it is in.
        handle = talk.call("stacks_of", dict(exam.homes), dict(exam.sizes), keep=True, doing="making the layers")
        if not isinstance(handle, Handle):
            raise Stopped(Verdict.CRASHED, "the submission answered something that was not asked")
        for some in _in_pieces(exam.weights):
            talk.call("hold", some, handle=handle, doing="giving the layers the run's weights")
        written: list[tuple[int, ...]] = []
        for first in range(0, len(questions), _TOGETHER):
            part = slice(first, first + _TOGETHER)
            asked: Value = [list(each) for each in questions[part]]
            most: Value = list(limits[part])
            options: dict[str, Value] = {**exam.options, "beam": beam}
            reply = talk.call("decode", asked, most, handle=handle, options=options, doing="translating")
            written += _checked(reply, limits[part], exam.vocabulary)
        return tuple(written)

    def _raised(self, reply: Raised, doing: str) -> _Trouble:
        verdict = Verdict.OUT_OF_MEMORY if reply.error == "MemoryError" else Verdict.FAILED
        failure = Failure(
            printable(f"while {doing}: {reply.error}: {reply.message}"),
            diagnosis=explain_exception(reply.error, reply.message, {}),
            excerpt=excerpt_of(reply, self._sources),
        )
        return _Trouble(verdict, failure)


class _Raised(Exception):
    """Submitted code raised in answer to a request."""

    def __init__(self, reply: Raised, doing: str) -> None:
        super().__init__(doing)
        self.reply, self.doing = reply, doing


class _Talk:
    """Requests to one worker, all under one deadline."""

    def __init__(self, actor: Actor, deadline: float, seconds: float) -> None:
        self._actor, self._deadline, self._seconds = actor, deadline, seconds
        self._count = 0

    def ask(self, request: Request, wanted: type[Loaded] | type[Returned], doing: str) -> Loaded | Returned:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise Stopped(Verdict.TIMED_OUT, f"no answer within {self._seconds:g} seconds")
        try:
            reply = self._actor.ask(request, left)
        except Stopped as stop:
            if stop.verdict is Verdict.TIMED_OUT:
                raise Stopped(Verdict.TIMED_OUT, f"no answer within {self._seconds:g} seconds, {doing}") from stop
            raise
        if isinstance(reply, Raised):
            raise _Raised(reply, doing)
        if not isinstance(reply, wanted):
            raise Stopped(Verdict.CRASHED, "the submission answered something that was not asked")
        return reply

    def call(
        self,
        target: str,
        *arguments: Value,
        doing: str,
        handle: Handle | None = None,
        options: Mapping[str, Value] | None = None,
        keep: bool = False,
    ) -> Any:
        self._count += 1
        call = Call(
            id=self._count,
            target=target,
            handle=handle,
            arguments=arguments,
            keywords=dict(options or {}),
            keep=keep,
        )
        reply = self.ask(call, Returned, doing)
        return reply.value if isinstance(reply, Returned) else None


def _in_pieces(weights: Mapping[str, npt.NDArray[np.float32]]) -> Iterable[dict[str, Value]]:
    piece: dict[str, Value] = {}
    size = 0
    for name, weight in weights.items():
        if piece and size + weight.nbytes > _WEIGHTS_AT_ONCE:
            yield piece
            piece, size = {}, 0
        piece[name] = Array(weight, "torch")
        size += weight.nbytes
    if piece:
        yield piece


def _checked(reply: object, limits: Sequence[int], vocabulary: int) -> list[tuple[int, ...]]:
    """The answers, if that is what came: for every question a list of numbers of words, not too long.

    Raises:
        Stopped: it is something else.
    """
    rows = reply if isinstance(reply, list) else []
    fitting = len(rows) == len(limits) and all(
        isinstance(row, list)
        and len(row) <= limit
        and all(type(token) is int and 0 <= token < vocabulary for token in row)
        for row, limit in zip(rows, limits, strict=False)
    )
    if not fitting:
        raise Stopped(Verdict.FAILED, "what came back are not the numbers of words, one list a sentence")
    return [tuple(row) for row in rows]


def _compared(check: tuple[str, str, float], came: Answers | _Trouble, wanted: Answers, seat: _Seat) -> CheckResult:
    if isinstance(came, _Trouble):
        return CheckResult(*check, came.verdict, came.failure)
    same = sum(ours == theirs for ours, theirs in zip(wanted, came, strict=True))
    if same >= AGREEMENT * len(wanted):
        return CheckResult(*check, Verdict.PASSED)
    failure = Failure(
        f"{len(wanted) - same} of {len(wanted)} sentences come out otherwise than these weights say",
        diagnosis=Diagnosis(
            tell="Every part passes by itself; together they do not compute what the run's weights stand for.",
            ask="Was the run trained with these very files, or does one of them remember something between calls?",
        ),
    )
    return CheckResult(*check, Verdict.FAILED, failure)


def _marked(mark: Mark, quality: Quality | None) -> CheckResult:
    if quality is None:
        return CheckResult(mark.id, mark.sentence, mark.points, Verdict.NOT_REACHED)
    reached = quality.bleu if mark.measure == "bleu" else quality.exact
    if reached >= mark.at_least:
        return CheckResult(mark.id, mark.sentence, mark.points, Verdict.PASSED)
    told = "BLEU" if mark.measure == "bleu" else "of 100 exactly right,"
    failure = Failure(
        f"{reached:.1f} {told} on {quality.sentences} sentences",
        diagnosis=Diagnosis(tell="", ask="Does a longer training help, or is there more to gain from its sizes?"),
    )
    return CheckResult(mark.id, mark.sentence, mark.points, Verdict.FAILED, failure)


def _hint(verdict: Verdict) -> Diagnosis | None:
    if verdict is not Verdict.TIMED_OUT:
        return None
    return Diagnosis(
        tell="Your parts were still at work when their time was over.",
        ask="Which of them does, for every token, what could be done once?",
    )
