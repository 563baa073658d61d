"""Triangles in the wrong corner, of the wrong kind or of the wrong size."""

import torch

from attnlab.content import misconception


def open_up_to(diagonal, queries, keys):
    """True on and below a diagonal."""
    return torch.ones(queries, keys, dtype=torch.bool).tril(diagonal)


def right(queries, keys):
    return open_up_to(keys - queries, queries, keys)


@misconception(
    tell="Every query sees one key ahead: the word it is to guess.",
    ask="May a query see itself? And what comes right after it?",
    hint=1,
)
def one_ahead(queries, keys):
    return open_up_to(keys - queries + 1, queries, keys)


@misconception(
    tell="A query does not see itself: your diagonal is False, and the first query of a sentence sees nothing.",
    ask="At its own position a query finds the word that was just written. Is that known or not?",
    hint=1,
)
def diagonal_hidden(queries, keys):
    return open_up_to(keys - queries - 1, queries, keys)


@misconception(
    tell="Your triangle is True for the future: each query sees itself and what comes after it.",
    ask="The row of the last query: should it be all True, or have a single True?",
    hint=1,
)
def triangle_reversed(queries, keys):
    return torch.ones(queries, keys, dtype=torch.bool).triu(keys - queries)


@misconception(
    tell="Your mask is the wrong way round: it is True exactly where nobody may look.",
    ask="In this course, does True mean that a key may be looked at, or that it is hidden?",
    hint=1,
)
def polarity_inverted(queries, keys):
    return ~right(queries, keys)


@misconception(
    tell="Your triangle is mirrored, left for right: the first query sees the last key only.",
    ask="Which key is the first query's own?",
    hint=1,
)
def mirrored(queries, keys):
    return right(queries, keys).flip(-1)


@misconception(
    tell="Everything may be seen: your mask hides no future.",
    ask="Which query must not see the last key?",
    hint=1,
)
def nothing_hidden(queries, keys):
    return torch.ones(queries, keys, dtype=torch.bool)


@misconception(
    tell="Each query sees itself and nothing else: only your diagonal is True.",
    ask="Does a word that has been written cease to be known?",
    hint=1,
)
def diagonal_only(queries, keys):
    return right(queries, keys) & ~open_up_to(keys - queries - 1, queries, keys)


@misconception(
    tell="Your triangle is aligned at the start: the first query stands at the first key, whatever the sizes. A "
    "decoder that asks for its newest word only would see nothing but the first.",
    ask="Two queries and five keys: which two words of the five are asking?",
    hint=2,
)
def aligned_at_the_start(queries, keys):
    return open_up_to(0, queries, keys)


@misconception(
    tell="Your diagonal is moved to the wrong side: by queries - keys, and not by keys - queries.",
    ask="Two queries and five keys: at which key does the first of the two stand?",
    hint=2,
)
def moved_to_the_wrong_side(queries, keys):
    return open_up_to(queries - keys, queries, keys)


@misconception(
    tell="Your mask is square, with as many columns as rows: the number of keys is not used.",
    ask="Could there be more keys than queries?",
    hint=2,
)
def square_of_queries(queries, keys):
    return open_up_to(0, queries, queries)


@misconception(
    tell="Your mask is square, with as many rows as columns: the number of queries is not used.",
    ask="Could there be fewer queries than keys?",
    hint=2,
)
def square_of_keys(queries, keys):
    return open_up_to(0, keys, keys)


@misconception(
    tell="Your mask has a row for each key and a column for each query.",
    ask="In the scores, what does one row belong to?",
    hint=1,
)
def rows_for_keys(queries, keys):
    return right(queries, keys).T.contiguous()


@misconception(
    tell="With more queries than keys your triangle starts in the first corner: the move of the diagonal is cut off "
    "at zero.",
    ask="Five queries and two keys, the last query at the last key: what does the first query see?",
    hint=3,
)
def never_moved_to_the_left(queries, keys):
    return open_up_to(max(keys - queries, 0), queries, keys)


@misconception(
    tell="A query that stands before the first key is shown that key. There is nothing it may see.",
    ask="Who looks after empty rows in this course, the mask or the attention?",
    hint=3,
)
def first_key_for_everybody(queries, keys):
    mask = right(queries, keys)
    mask[:, 0] = True
    return mask


@misconception(
    tell="A single query sees only itself. Keys from before are what it is asking for.",
    ask="The newest word is the last one: what came before it?",
    hint=2,
)
def single_query_sees_itself(queries, keys):
    return right(queries, keys) if queries > 1 or keys == 1 else diagonal_only.implementation(queries, keys)


@misconception(
    tell="Your mask is made of ones and zeros, as float numbers, and not of True and False.",
    ask="Which dtype does torch.ones give when it is not told?",
    hint=3,
)
def ones_and_zeros(queries, keys):
    return right(queries, keys).float()


@misconception(
    tell="Your mask is made of ones and zeros, as whole numbers, and not of True and False. ~1 is -2.",
    ask="Which dtype holds True and False?",
    hint=3,
)
def whole_numbers(queries, keys):
    return right(queries, keys).long()


@misconception(
    tell="You return what would be added to the scores, 0 and -inf. Here a mask says yes or no.",
    ask="Which of the two can be combined with another mask by `&`?",
    hint=3,
)
def to_be_added(queries, keys):
    return torch.zeros(queries, keys).masked_fill(~right(queries, keys), float("-inf"))


@misconception(
    tell="Two axes of size one stand in front of your mask. It would broadcast without them, too.",
    ask="Which shape does the last line of the Shapes block name?",
)
def axes_for_batch_and_heads(queries, keys):
    return right(queries, keys)[None, None]
