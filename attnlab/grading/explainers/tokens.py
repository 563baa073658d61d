"""Lists of tokens that end too late or too early, or are the right ones in another arrangement."""

from __future__ import annotations

from typing import TypeAlias

from attnlab.grading.comparison import Difference, DifferenceKind
from attnlab.grading.explainers.evidence import Inputs, as_array
from attnlab.grading.verdicts import Diagnosis
from attnlab.wire.values import Value

Sentences: TypeAlias = "list[list[int]]"


def end_token_kept(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    pair = _sentences(difference)
    if pair is None:
        return None
    expected, got = pair
    longer = [other for one, other in zip(expected, got, strict=True) if other != one]
    added = [
        other[-1] for one, other in zip(expected, got, strict=True) if len(other) == len(one) + 1 and other[:-1] == one
    ]
    if len(added) != len(longer) or len(set(added)) != 1:
        return None
    token = added[0]
    end = _named(inputs, "eos")
    if end is not None and end != token:
        return None
    if end is None and len(added) < 2:
        return None
    known = f"the end token {token}" if end is not None else f"one more token, {token}, each time"
    return Diagnosis(
        f"The sentences are right up to their ends, but they keep {known}.",
        "Does the token that says 'stop' belong to the sentence, and when do you look at it?",
    )


def start_token_kept(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    pair = _sentences(difference)
    if pair is None:
        return None
    expected, got = pair
    first = {other[0] for other in got if other}
    start = _named(inputs, "bos")
    if len(first) != 1 or (start is not None and first != {start}) or (start is None and len(got) < 2):
        return None
    shortened = all(
        other[:1] and other[1:] in (one, one[: len(other) - 1]) for one, other in zip(expected, got, strict=True)
    )
    if not shortened or not any(len(other) > 1 for other in got):
        return None
    return Diagnosis(
        f"The sentences are right, but each begins with one token too many, {first.pop()}, the one you start from.",
        "Is the first token you feed in also one that the model has said?",
    )


def never_stops(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    pair = _sentences(difference)
    if pair is None:
        return None
    expected, got = pair
    lengths = {len(other) for other in got}
    on_and_on = all(other[: len(one)] == one for one, other in zip(expected, got, strict=True))
    longer = [(one, other) for one, other in zip(expected, got, strict=True) if len(other) > len(one)]
    end = _named(inputs, "eos")
    if not on_and_on or not longer or sum(map(len, expected)) < 2:
        return None
    past_the_end = end is not None and all(other[len(one)] == end for one, other in longer)
    if past_the_end and any(len(other) > len(one) + 1 for one, other in longer):
        return Diagnosis(
            f"The sentences are right up to the end token {end}, and then they go on after it.",
            "For one sentence of the batch, what must happen once it has said its end token?",
        )
    if len(lengths) == 1 and len(got) > 1 and any(len(other) > len(one) + 1 for one, other in longer):
        return Diagnosis(
            f"All your sentences have the same length, {lengths.pop()}: those that ended earlier go on to be written.",
            "How does each sentence remember that it has ended, while the others go on?",
        )
    return None


def stops_together(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    pair = _sentences(difference)
    if pair is None or len(pair[0]) < 2:
        return None
    expected, got = pair
    shortest = min(map(len, expected))
    stop = {len(other) for other in got}
    cut = all(other == one[: len(other)] for one, other in zip(expected, got, strict=True))
    if not cut or len(stop) != 1 or len({len(one) for one in expected}) == 1 or sum(map(len, got)) < 2:
        return None
    if stop != {shortest}:
        return None
    count = f"{shortest} token{'s' if shortest != 1 else ''}"
    return Diagnosis(
        f"All your sentences stop together after {count}, when the shortest one ends.",
        "When one sentence of the batch has ended, what should the others do?",
    )


def one_short(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    pair = _sentences(difference)
    if pair is None:
        return None
    expected, got = pair
    wrong = [(one, other) for one, other in zip(expected, got, strict=True) if one != other]
    # From a sentence of one token, the first and the last are missing alike.
    if not all(other == one[:-1] for one, other in wrong) or max(len(one) for one, _ in wrong) < 3:
        return None
    who = "Every sentence" if len(wrong) == len(expected) > 1 else "Where a sentence is wrong, it"
    return Diagnosis(
        f"{who} is right but for its last token, which is missing.",
        "How many rounds does your loop make, and what happens to the token of the last one?",
    )


def same_sentence(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    pair = _sentences(difference)
    if pair is None or len(pair[0]) < 2:
        return None
    expected, got = pair
    if any(other != got[0] for other in got) or all(one == expected[0] for one in expected) or not got[0]:
        return None
    where = " the first one's" if got[0] == expected[0] else ""
    return Diagnosis(
        f"Every sentence of the batch gets the same answer{where and ','}{where}.",
        "What differs between the sentences of the batch, and where does it enter?",
    )


def shifted(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    pair = _sentences(difference)
    if pair is None or sum(map(len, pair[0])) < 4:
        return None
    expected, got = pair
    if max(map(len, expected)) < 2 or not all(other == one[1:] for one, other in zip(expected, got, strict=True)):
        return None
    return Diagnosis(
        "Every sentence is right but for its first token, which is missing.",
        "At which moment of the loop do you write down the token just chosen?",
    )


def list_turned(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    expected, got = _nested(difference.expected_part), _nested(difference.got_part)
    if expected is None or got is None or not got or len({len(row) for row in got}) != 1 or sum(map(len, got)) < 4:
        return None
    turned = [list(row) for row in zip(*got, strict=True)]
    if len(turned) != len(expected) or turned == got:
        return None
    if not all(row[: len(one)] == one for one, row in zip(expected, turned, strict=True)):
        return None
    return Diagnosis(
        "You return one list for every step, with one token of every sentence in it; the tokens are right.",
        "What is one list of the answer: one step of all the sentences, or all the steps of one?",
    )


def one_list(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    if difference.kind not in (DifferenceKind.KIND, DifferenceKind.TOKENS):
        return None
    expected = _nested(difference.expected_part)
    flat = _ints(difference.got_part)
    if expected is None or not expected or flat is None or not flat:
        return None
    return Diagnosis(
        f"You return one list of tokens; for a batch of {len(expected)}, one list for each is expected.",
        "How does the answer say which token belongs to which sentence?",
    )


def _sentences(difference: Difference) -> tuple[Sentences, Sentences] | None:
    if difference.kind is not DifferenceKind.TOKENS:
        return None
    for read in (_nested, _single):
        expected, got = read(difference.expected_part), read(difference.got_part)
        if expected is not None and got is not None and len(expected) == len(got) and expected:
            return expected, got
    return None


def _nested(value: Value) -> Sentences | None:
    if not isinstance(value, list | tuple):
        return None
    rows = [_ints(part) for part in value]
    return [row for row in rows if row is not None] if None not in rows else None


def _single(value: Value) -> Sentences | None:
    row = _ints(value)
    return None if row is None else [row]


def _ints(value: Value) -> list[int] | None:
    if not isinstance(value, list | tuple):
        return None
    found = [_int(part) for part in value]
    return [token for token in found if token is not None] if None not in found else None


def _int(value: Value) -> int | None:
    array = as_array(value)
    return int(array[()]) if array is not None and array.ndim == 0 and array.dtype.kind in "iu" else None


def _named(inputs: Inputs, word: str) -> int | None:
    return next((number for name, number in inputs.whole_numbers() if name == word), None)
