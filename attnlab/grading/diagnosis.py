"""Names the mistake: first the catalogue of misconceptions on the very same inputs, then the general explainers."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence

import numpy as np

from attnlab.content import Answers, Misconception
from attnlab.grading.comparison import compare
from attnlab.grading.explainers import explain, explain_exception, explain_mutation
from attnlab.grading.performances import Evidence, Performance
from attnlab.grading.side_by_side import smallest_case
from attnlab.grading.verdicts import Diagnosis
from attnlab.stage import Stage
from attnlab.wire import Handle, Raised, Reply, Returned

# Two wrong answers that are the same one may add up in different orders.
_SAME_MISTAKE = 1e-6
_SETS_WEIGHTS = "load_state_dict"


def diagnose(
    answers: Answers, record: Sequence[Performance], evidence: Evidence | None, earlier: Sequence[Performance]
) -> tuple[Diagnosis | None, str | None]:
    """What the mistake seems to be, and the smallest differing case where nothing known fits.

    Args:
        record: the calls of the check that failed, the last of which showed it.
        evidence: what showed it, where the engine compared; None where the check judged by itself.
        earlier: the calls of the checks before, which decide between mistakes that look alike here.
    """
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        found = _catalogued(answers, record, earlier)
    if found:
        return Diagnosis(found.tell, found.ask, found.id, found.hint), None
    if evidence is None:
        return None, None
    explained = _explained(evidence)
    if explained is not None or evidence.difference is None:
        return explained, None
    return None, smallest_case(evidence.difference)


def _catalogued(
    answers: Answers, record: Sequence[Performance], earlier: Sequence[Performance]
) -> Misconception | None:
    """The misconception that answers every call of the failing check as the submission did.

    Calls that only the submission's history can explain, such as those on an object, are replayed in order.
    """
    # A misconception that would be right in all of these calls explains nothing, and it gives what the submission gave.
    wrong = any(not _alike(performance.expected(), performance) for performance in record)
    if not record or not wrong:
        return None
    fitting: list[tuple[int, Misconception]] = []
    for misconception in answers.misconceptions:
        # Most differ at the first call that computes anything: what comes after it is never performed.
        if all(_alike(reply, performance) for reply, performance in _replay(answers, misconception, record)) and wrong:
            shared = sum(_alike(reply, before) for reply, before in _replay(answers, misconception, earlier))
            fitting.append((shared, misconception))
    if not fitting:
        return None
    return max(fitting, key=lambda pair: pair[0])[1]


def _replay(
    answers: Answers, misconception: Misconception, record: Sequence[Performance]
) -> Iterator[tuple[Reply, Performance]]:
    """What the misconception answers to the same calls, in the same order, each when it is asked for."""
    stage = Stage({answers.exercise.implements: misconception.implementation})
    for performance in record:
        yield stage.perform(performance.call), performance


def _alike(ours: Reply, performance: Performance) -> bool:
    """Whether a known answer is what the submission gave, so far as a mistake can show in it."""
    theirs = performance.reply
    if performance.call.target == _SETS_WEIGHTS and isinstance(performance.call.handle, Handle):
        # It tells of names that are there besides, which are no mistake.
        return isinstance(ours, Raised) == isinstance(theirs, Raised)
    match ours, theirs:
        case Raised(), Raised():
            # One type of exception has many causes; the same cause says the same.
            return (ours.error, ours.message) == (theirs.error, theirs.message)
        case Returned(), Returned():
            rtol = _SAME_MISTAKE
            return (
                compare(ours.value, theirs.value, rtol=rtol, nan_alike=True) is None
                and compare(ours.arguments_after, theirs.arguments_after, rtol=rtol, nan_alike=True) is None
                and compare(ours.keywords_after, theirs.keywords_after, rtol=rtol, nan_alike=True) is None
                and compare(ours.gradients, theirs.gradients, rtol=rtol, nan_alike=True) is None
            )
    return False


def _explained(evidence: Evidence) -> Diagnosis | None:
    performance = evidence.performance
    shapes = performance.signature.shapes.arguments
    reply = performance.reply
    if isinstance(reply, Raised):
        return explain_exception(reply.error, reply.message, performance.inputs, shapes=shapes)
    if evidence.changed is not None and isinstance(reply, Returned):
        after = performance.signature.after(reply)
        name = evidence.changed
        axes = shapes[name].axes if name in shapes else None
        return explain_mutation(name, performance.inputs[name], after[name], axes=axes)
    if evidence.difference is not None:
        return explain(evidence.difference, performance.inputs, shapes=shapes)
    return None
