"""What a mask should have closed and did not, and masks that are themselves wrong."""

from __future__ import annotations

import numpy as np

from attnlab.grading.comparison import Difference, DifferenceKind
from attnlab.grading.explainers.evidence import (
    Floats,
    Inputs,
    Mask,
    Pair,
    broadcast_by_words,
    first_place,
    is_boolean,
    is_telling,
    loose_pair,
    nearly_equal,
    one_of,
    sentence,
    short,
    value_pair,
)
from attnlab.grading.verdicts import Diagnosis


def inverted(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    """A boolean answer with True and False exchanged, or weights exactly where none may be."""
    if masks := _boolean(difference):
        pair, expected, got = masks
        if expected.size < 3 or not np.array_equal(~expected, got):
            return None
        return Diagnosis(
            f"{sentence(pair.does('says', 'say'))} True exactly where False is right, and False where True is.",
            "What does True mean in a mask of this course: may look, or must not?",
        )
    pair_of_weights = _closed(difference)
    if pair_of_weights is None:
        return None
    pair, closed = pair_of_weights
    mask = _mask(pair, inputs)
    rows = ~closed.all(axis=-1, keepdims=True) & closed.any(axis=-1, keepdims=True)
    there: Mask = np.broadcast_to(rows, closed.shape)
    if mask is None or not np.array_equal(mask[1][there], ~closed[there]) or there.sum() < 4:
        return None
    if not np.array_equal((pair.got != 0)[there], closed[there]):
        return None
    place = first_place(there & closed)
    return Diagnosis(
        f"{sentence(pair.does('is', 'are'))} above zero exactly where `{mask[0]}` is False, as at {pair.at(place)}, "
        "and zero where it is True.",
        "What does True mean in this mask: may look, or must not?",
    )


def shifted_triangle(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    """A causal mask whose diagonal lies too high or too low, or that looks the other way."""
    masks = _boolean(difference)
    if masks is None or masks[1].ndim < 2 or min(masks[1].shape[-2:]) < 3:
        return None
    pair, expected, got = masks
    queries, keys = expected.shape[-2:]
    right = _diagonal(expected)
    if right is None:
        return None
    if (found := _diagonal(got)) is not None:
        many = found - right
        query, key = one_of(pair.axes, expected.ndim - 2), one_of(pair.axes, expected.ndim - 1)
        far = f"{abs(many)} {key if abs(many) == 1 else pair.along(expected.ndim - 1)}"
        if abs(many) == abs(keys - queries) > 0:
            amount = "many" if many > 0 else "few"
            return Diagnosis(
                f"{sentence(pair.does('lets', 'let'))} each {query} see {far} too {amount}, and that is the difference "
                f"between {keys} keys and {queries} queries: the triangle starts in the wrong corner.",
                "When there are more keys than queries, which keys are the older ones, and where is the last query?",
            )
        verb = "further than it may" if many > 0 else "less far than it may"
        return Diagnosis(
            f"{sentence(pair.does('lets', 'let'))} each {query} see {far} {verb}.",
            "May a position look at itself? And at the one after it?",
        )
    if _diagonal(~got) is not None or _diagonal(got[..., ::-1, ::-1]) is not None:
        return Diagnosis(
            f"{sentence(pair.does('is', 'are'))} a triangle the other way round: it opens what comes later "
            "and closes what came before.",
            "When the second word is being written, which words are already there?",
        )
    return None


def wrong_length(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    """A padding mask that opens one place too many or too few in every row."""
    masks = _boolean(difference)
    if masks is None or masks[1].shape[-1:] < (3,):
        return None
    pair, expected, got = masks
    right, found = _lengths(expected), _lengths(got)
    if right is None or found is None:
        return None
    size = expected.shape[-1]
    for many in (1, -1):
        if np.array_equal(np.clip(right + many, 0, size), found):
            word = "many" if many > 0 else "few"
            return Diagnosis(
                f"In every row {pair.does('is', 'are')} True at one place too {word} "
                f"along {pair.along(expected.ndim - 1)}.",
                "If a sentence has 3 tokens, which positions are they at, counting from 0?",
            )
    return None


def uniform_empty_row(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    """Only rows with nothing to look at are wrong, and there everything gets the same."""
    pair = value_pair(difference)
    if pair is None or pair.expected.ndim < 2 or pair.got.shape[-1] < 2:
        return None
    empty = (pair.expected == 0).all(axis=-1)
    if not empty.any() or empty.all() or not pair.same(pair.expected[~empty], pair.got[~empty]):
        return None
    rows = pair.got[empty]
    even = np.full_like(rows, 1 / rows.shape[-1])
    if not nearly_equal(rows, even, pair.loose):
        return None
    place = first_place(empty)
    return Diagnosis(
        f"A row with nothing to look at, {pair.slice(place, pair.got.ndim - 1)}, gets "
        f"{short(float(even.flat[0]))} everywhere along {pair.along(pair.got.ndim - 1)}; all other rows are right.",
        "When every score is equally low, what does a softmax make of them, and what should such a row get?",
    )


def not_renormalised(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    """What is open has the right proportions, but the share of what is closed is lost."""
    found = _closed(difference)
    if found is None:
        return None
    pair, closed = found
    sums = pair.got.sum(axis=-1, keepdims=True)
    whole: Mask = np.isclose(pair.expected.sum(axis=-1, keepdims=True), 1.0, atol=1e-4)
    if not whole.any() or (pair.got < 0).any() or not pair.same(pair.expected * sums, pair.got):
        return None
    short_rows = whole & (sums < 1 - 1e-4)
    partly = whole & closed.any(axis=-1, keepdims=True)
    if not short_rows.any() or (sums > 1 + 1e-4).any() or (short_rows & ~partly).any():
        return None
    place = first_place(short_rows)
    return Diagnosis(
        f"{sentence(pair.does('is', 'are'))} zero at every place that must be, but what is left sums to "
        f"{short(float(sums[place]))} and not to one at {pair.row(place)}: "
        "the masked ones have taken their share with them.",
        "Does the mask act before or after the weights are made to sum to one?",
    )


def leak_through_mask(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    found = _closed(difference)
    if found is None:
        return None
    pair, closed = found
    mask = _mask(pair, inputs)
    if mask is None:
        return None
    leaks: Mask = closed & (pair.got != 0) & ~mask[1]
    if not leaks.any():
        return None
    place = first_place(leaks)
    many = int(leaks.sum())
    all_open = bool((pair.got[closed & ~mask[1]] != 0).all())
    how = f", and to all {many} places that are masked" if all_open and many > 1 else ""
    how = how or (f", one of {many} such places" if many > 1 else "")
    return Diagnosis(
        f"A leak: {pair.does('gives', 'give')} {short(float(pair.got[place]))} to {pair.at(place)}, "
        f"where `{mask[0]}` is False{how}.",
        "What must a score be, before the softmax, for its weight to be exactly zero?",
    )


def leak_into_the_future(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    found = _closed(difference)
    if found is None or found[0].expected.ndim < 2 or min(found[0].expected.shape[-2:]) < 3:
        return None
    pair, closed = found
    if _diagonal(~closed) is None:
        return None
    leaks: Mask = closed & (pair.got != 0)
    if not leaks.any():
        return None
    place = first_place(leaks)
    return Diagnosis(
        f"A look into the future: {pair.does('gives', 'give')} {short(float(pair.got[place]))} to {pair.at(place)}, "
        "which comes later than what the query may see.",
        "Which positions may one look at while its own is only being written?",
    )


def leak_past_the_end(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    """Weight on padding, where an input holds the lengths."""
    found = _closed(difference)
    if found is None or found[0].expected.ndim < 2:
        return None
    pair, closed = found
    size = closed.shape[-1]
    for name, array in inputs.numbers():
        if array.dtype.kind not in "iu" or array.shape != closed.shape[:1] or "length" not in name:
            continue
        ends = array.reshape(-1, *[1] * (closed.ndim - 1))
        padding: Mask = np.broadcast_to(np.arange(size) >= ends, closed.shape)
        leaks: Mask = padding & closed & (pair.got != 0)
        if not closed[padding].all() or not leaks.any():
            continue
        place = first_place(leaks)
        length = int(array[place[0]])
        return Diagnosis(
            f"A leak into the padding: {pair.does('gives', 'give')} {short(float(pair.got[place]))} "
            f"to {pair.at(place)}, and that sentence has only {length} token{'s' if length != 1 else ''}.",
            "Which positions hold no token, and at which step do they drop out?",
        )
    return None


def _boolean(difference: Difference) -> tuple[Pair, Mask, Mask] | None:
    if difference.kind is not DifferenceKind.VALUES or not is_boolean(difference):
        return None
    pair = loose_pair(difference)
    return None if pair is None else (pair, pair.expected.astype(bool), pair.got.astype(bool))


def _closed(difference: Difference) -> tuple[Pair, Mask] | None:
    """Weights, and where they are exactly zero: some of a row, but not only whole rows."""
    pair = value_pair(difference)
    if pair is None or pair.expected.ndim == 0 or not is_telling(pair.expected):
        return None
    closed: Mask = pair.expected == 0
    partly = closed.any(axis=-1) & ~closed.all(axis=-1)
    return (pair, closed) if partly.any() and _shares(pair.expected) and _shares(pair.got) else None


def _shares(array: Floats) -> bool:
    """Whether no row gives away a negative share, or more than all there is; scores would."""
    return bool((array >= 0).all() and (array.sum(axis=-1) <= 1 + 1e-4).all())


def _mask(pair: Pair, inputs: Inputs) -> tuple[str, Mask] | None:
    for name, array in inputs.masks():
        mask = broadcast_by_words(array, inputs.axes_of(name, array.ndim), pair.expected.shape, pair.axes)
        # What the mask closes must be zero in the right answer, or it means something else than we think.
        if mask is not None and (pair.expected[~mask] == 0).all() and (~mask).sum() > 1:
            return name, mask
    return None


def _diagonal(mask: Mask) -> int | None:
    """The offset k for which every matrix is True exactly where key <= query + k."""
    queries, keys = mask.shape[-2:]
    for offset in range(1 - queries, keys - 1):
        if np.array_equal(mask, np.broadcast_to(np.tri(queries, keys, offset, dtype=bool), mask.shape)):
            return offset
    return None


def _lengths(mask: Mask) -> np.ndarray[tuple[int, ...], np.dtype[np.intp]] | None:
    """How many places are open in each row, where they are the first ones in all rows."""
    lengths = mask.sum(axis=-1)
    return lengths if np.array_equal(mask, np.arange(mask.shape[-1]) < lengths[..., None]) else None
