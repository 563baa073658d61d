"""Ways to get double_sum wrong."""

from attnlab.content import misconception


@misconception(
    tell="You sum the numbers as they are, without doubling them.",
    ask="What happens to each number before it is added?",
    hint=2,
)
def not_doubled(numbers):
    return numbers.sum(dim=-1)


@misconception(
    tell="You sum down the columns: the first axis goes away instead of the last.",
    ask="Which axis holds the numbers of one row?",
    hint=1,
)
def over_rows(numbers):
    return (2 * numbers).sum(dim=0)


@misconception(
    tell="You double the numbers inside the tensor that was passed in.",
    ask="Who else may still need the numbers as they were?",
)
def in_place(numbers):
    numbers *= 2
    return numbers.sum(dim=-1)
