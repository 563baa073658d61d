"""One submission, one exercise: every check in order, each with a verdict."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack

import numpy as np

from attnlab.content import Answers, BrokenPromise, Check, Limits
from attnlab.errors import ToolFault, nearest_name
from attnlab.grading.actors import Actor, LocalActor
from attnlab.grading.diagnosis import diagnose
from attnlab.grading.draw import Draw
from attnlab.grading.excerpts import excerpt_of, printable
from attnlab.grading.explainers import explain_exception
from attnlab.grading.performances import Performance
from attnlab.grading.proxy import Broken, Learner, Stand
from attnlab.grading.sources import call_line, imports_of, other_parameters
from attnlab.grading.stops import Abandoned, Stopped
from attnlab.grading.verdicts import CheckResult, Diagnosis, Failure, Input, Verdict
from attnlab.stage import Stage, one_thread
from attnlab.wire import Array, Handle, Load, Loaded, Raised, Value

DEFINED = "defined"
STRIKES = 2
# To import what the judge has not imported ahead takes seconds.
_LOADING_SECONDS = 10.0
# A call that takes longer is judged in its turn, with all the time it may take.
_AHEAD_SECONDS = 0.1
# Whether a worker is for a check that wants a fresh one, and whether for hidden ones.
_Seat = tuple[bool, bool]
_OPEN: _Seat = (False, False)
_NONE_KNOWN: Mapping[str, CheckResult] = {}

OpenActor = Callable[[], AbstractContextManager[Actor]]


class Session:
    """The judgement of one file; opens workers as they are needed and ends them.

    Args:
        open_actor: opens a fresh worker, or the judge's own process for trusted code.
        load: what to load into it; None when there is nothing to load.
        sources: the submission's own files by name, to quote from.
        known: results of earlier, by check, which are taken over; what stands on them does so as if they were new.
        hidden: checks whose inputs no student may learn. They have workers of their own: what a submission saw there
            it cannot tell in the message of another check, nor print.
    """

    def __init__(
        self,
        answers: Answers,
        open_actor: OpenActor,
        load: Load | None,
        *,
        seed: int,
        limits: Limits,
        sources: Mapping[str, bytes],
        known: Mapping[str, CheckResult] = _NONE_KNOWN,
        hidden: frozenset[str] = frozenset(),
    ) -> None:
        self._answers, self._open_actor, self._load = answers, open_actor, load
        self._seed, self._limits, self._sources = seed, limits, sources
        self._hidden = hidden
        self._stands: dict[_Seat, Stand] = {}
        self._contexts: dict[_Seat, ExitStack] = {}
        self._earlier: dict[bool, list[Performance]] = {False: [], True: []}
        self._known = {name: result for name, result in known.items() if result.verdict not in _SAYS_NOTHING}
        self._timeouts = 0
        self.by_clock: list[str] = []
        self.output = ""
        self.gap_open = False

    def run(self) -> tuple[CheckResult, ...]:
        """Every check's result; ends all workers, also when it is abandoned."""
        try:
            with np.errstate(all="ignore"), one_thread():
                return self._run()
        finally:
            for seat in list(self._contexts):
                self._discard(seat)

    def _run(self) -> tuple[CheckResult, ...]:
        defined = self._taken_over(DEFINED) or self._defined()
        results = {DEFINED: defined}
        if defined.passed and not self._known:
            self._known = self._judged_ahead()
        for check in self._answers.checks:
            stands_on = [results[other.id] for other in check.after] or [defined]
            if not all(result.passed for result in [defined, *stands_on]) or self._timeouts >= STRIKES:
                results[check.id] = _result(check, Verdict.NOT_REACHED)
            else:
                results[check.id] = self._taken_over(check.id) or self._judge(check)
        return tuple(results.values())

    def _judged_ahead(self) -> dict[str, CheckResult]:
        """The check that wants a fresh worker, where it passes as the first thing this one does: so none need be made.

        Where it does not pass this worker is given up, and everything is judged as if it had never been.
        """
        check = next((check for check in self._answers.checks if check.fresh), None)
        stand = self._stands.get(_OPEN)
        if check is None or check.id in self._hidden or stand is None or self._load is None:
            return {}
        stand.seconds = min(_AHEAD_SECONDS, self._limits.seconds)
        try:
            check.judge(Learner(stand), Draw(self._seed, check.id, self._answers.exercise.library))
        except (Abandoned, ToolFault):
            raise
        except Exception:
            self._discard(_OPEN)
            self.output = ""
            return {}
        self._keep(check, stand)
        return {check.id: _result(check, Verdict.PASSED)}

    def _taken_over(self, name: str) -> CheckResult | None:
        result = self._known.get(name)
        if result is not None:
            self._timeouts += result.verdict is Verdict.TIMED_OUT
        return result

    def _defined(self) -> CheckResult:
        exercise = self._answers.exercise
        asked = call_line(self._answers.source, exercise.implements)
        sentence = f"the file runs and defines {asked}"

        def result(verdict: Verdict, failure: Failure | None = None) -> CheckResult:
            return CheckResult(DEFINED, sentence, 0.0, verdict, failure)

        try:
            reply = self._stand(_OPEN)[1]
        except Stopped as stop:
            return result(self._stopped(DEFINED, stop, _OPEN), Failure(printable(stop.problem)))
        if isinstance(reply, Raised):
            return result(_verdict_of(reply), self._load_failure(reply))
        if isinstance(reply, Loaded):
            names = [name for name in reply.defined if isinstance(name, str)] if isinstance(reply.defined, list) else []
            if exercise.implements not in names:
                return result(Verdict.FAILED, _not_defined(exercise.implements, names))
            own = next(iter(self._sources.values()), b"")
            if problem := other_parameters(self._answers.source, own, exercise.implements):
                return result(Verdict.FAILED, Failure(problem))
        return result(Verdict.PASSED)

    def _judge(self, check: Check) -> CheckResult:
        stand: Stand | None = None
        seat = self._seat(check)
        try:
            stand, reply = self._stand(seat)
            if isinstance(reply, Raised):
                return _result(check, _verdict_of(reply), self._load_failure(reply))
            stand.record.clear()
            stand.seconds = self._calling_seconds()
            check.judge(Learner(stand), Draw(self._seed, check.id, self._answers.exercise.library))
        except Stopped as stop:
            return _result(check, self._stopped(check.id, stop, seat), self._stop_failure(stop, stand))
        except BrokenPromise as broken:
            return self._broken(check, broken, stand)
        except (Abandoned, ToolFault):
            raise
        except Exception as error:
            # Ours, unless the same check can be run on the reference: then it is what came back that broke it.
            return self._uncomparable(check, error, stand)
        self._keep(check, stand)
        return _result(check, Verdict.PASSED)

    def _broken(self, check: Check, broken: BrokenPromise, stand: Stand | None) -> CheckResult:
        record = stand.record if stand else []
        evidence = broken.evidence if isinstance(broken, Broken) else None
        shown = evidence.performance if evidence else (record[-1] if record else None)
        reply = shown.reply if shown else None
        raised = reply if isinstance(reply, Raised) else None
        if raised is not None and raised.error == "NotImplementedError":
            self.gap_open = True
        diagnosis, smallest = diagnose(self._answers, record, evidence, self._earlier[check.id in self._hidden])
        if diagnosis is None and broken.ask:
            diagnosis = Diagnosis(tell="", ask=broken.ask)
        failure = Failure(
            problem=printable(broken.problem),
            call=shown.described if shown else None,
            diagnosis=diagnosis,
            excerpt=excerpt_of(raised, self._sources) if raised else (),
            smallest_case=smallest,
            inputs=_inputs(shown),
        )
        self._keep(check, stand)
        return _result(check, _verdict_of(raised) if raised else Verdict.FAILED, failure)

    def _uncomparable(self, check: Check, error: Exception, stand: Stand | None) -> CheckResult:
        told = f"{type(error).__name__}: {error}"
        exercise = self._answers.exercise
        reference = self._answers.reference
        stages = (Stage(vars(reference)), Stage(vars(reference)))
        control = Stand(LocalActor(stages[0]), stages[1], vars(reference), math.inf)
        try:
            check.judge(Learner(control), Draw(self._seed, check.id, exercise.library))
        except Exception:
            return _result(check, Verdict.NOT_JUDGED, Failure(printable(f"the check itself failed: {told}")))
        shown = stand.record[-1] if stand and stand.record else None
        problem = printable(f"what came back could not be compared: {told}")
        return _result(check, Verdict.FAILED, Failure(problem, call=shown.described if shown else None))

    def _seat(self, check: Check) -> _Seat:
        return check.fresh, check.id in self._hidden

    def _stand(self, seat: _Seat) -> tuple[Stand, Raised | Loaded | None]:
        """A worker with the file loaded; the same one for all checks that want none of their own."""
        if seat not in self._stands:
            context = ExitStack()
            self._contexts[seat] = context
            actor = context.enter_context(self._open_actor())
            if seat == _OPEN:
                # The others print the same once more.
                context.callback(self._collect, actor)
            reference = vars(self._answers.reference)
            stand = Stand(actor, Stage(reference), reference, self._limits.seconds)
            if self._load is not None:
                reply = actor.ask(self._load, self._loading_seconds())
                if isinstance(reply, Raised):
                    self._discard(seat)
                    return stand, reply
                if isinstance(reply, Loaded):
                    self._stands[seat] = stand
                    return stand, reply
                raise Stopped(Verdict.CRASHED, "the submission answered something that was not asked")
            self._stands[seat] = stand
        return self._stands[seat], None

    def _calling_seconds(self) -> float:
        """Half for whom one call has been too long already: most often it is the same loop without end once more."""
        return self._limits.seconds / (2 if self._timeouts else 1)

    def _loading_seconds(self) -> float:
        """As much as for a call, unless something is imported that is not there yet."""
        files = {name.removesuffix(".py") for name in self._sources}
        here = sys.stdlib_module_names | files | {self._answers.exercise.library.value}
        imported = {name.partition(".")[0] for source in self._sources.values() for name in imports_of(source)}
        return self._limits.seconds if imported <= here else max(_LOADING_SECONDS, self._limits.seconds)

    def _stopped(self, check: str, stop: Stopped, seat: _Seat) -> Verdict:
        self._timeouts += stop.verdict is Verdict.TIMED_OUT
        self.by_clock += [check] if stop.by_clock else []
        self._discard(seat)
        return stop.verdict

    def _discard(self, seat: _Seat) -> None:
        self._stands.pop(seat, None)
        if context := self._contexts.pop(seat, None):
            context.close()

    def _collect(self, actor: Actor) -> None:
        room = (self._limits.output_kb << 10) - len(self.output)
        self.output += printable(actor.output)[: max(room, 0)]

    def _keep(self, check: Check, stand: Stand | None) -> None:
        if stand is not None:
            self._earlier[check.id in self._hidden] += stand.record

    def _stop_failure(self, stop: Stopped, stand: Stand | None) -> Failure:
        diagnosis = None
        if stop.verdict is Verdict.TIMED_OUT:
            diagnosis = Diagnosis(
                tell="Your code was still running when its time was over.",
                ask="Is there a loop whose end depends on something that may never happen?",
            )
        return Failure(printable(stop.problem), call=stand.under_way if stand else None, diagnosis=diagnosis)

    def _load_failure(self, reply: Raised) -> Failure:
        diagnosis = explain_exception(reply.error, reply.message, {})
        problem = printable(f"the file does not run: {reply.error}: {reply.message}")
        return Failure(problem, diagnosis=diagnosis, excerpt=excerpt_of(reply, self._sources))


# Checks of which nothing is known: they are judged like those nobody has judged yet.
_SAYS_NOTHING = (Verdict.NOT_REACHED, Verdict.NOT_JUDGED)


def _not_defined(name: str, defined: Sequence[str]) -> Failure:
    nearest = nearest_name(name, defined)
    ask = f"Is '{nearest}' meant to be '{name}'?" if nearest else f"Where in your file does '{name}' get its name?"
    return Failure(f"the file runs but defines no {name}", diagnosis=Diagnosis("", ask))


def _verdict_of(raised: Raised) -> Verdict:
    return Verdict.OUT_OF_MEMORY if raised.error == "MemoryError" else Verdict.FAILED


def _result(check: Check, verdict: Verdict, failure: Failure | None = None) -> CheckResult:
    return CheckResult(check.id, check.sentence, check.points, verdict, failure)


def _inputs(performance: Performance | None) -> tuple[Input, ...]:
    if performance is None:
        return ()
    return tuple(Input(name, _shown(value), value) for name, value in performance.inputs.items())


def _shown(value: Value) -> str:
    if isinstance(value, Array):
        return np.array2string(value.values, precision=4, threshold=200, suppress_small=True)
    return value.kind if isinstance(value, Handle) else repr(value)
