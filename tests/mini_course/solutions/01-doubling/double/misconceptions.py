"""Ways to get double wrong."""

from attnlab.content import misconception


@misconception(
    tell="You square every number: 3 becomes 9 and not 6.",
    ask="What is a number plus itself?",
    hint=1,
)
def squared(numbers):
    return numbers**2


@misconception(
    tell="You write the doubled numbers into the array that was passed in.",
    ask="Who else may still need the numbers as they were?",
    hint=3,
)
def in_place(numbers):
    numbers *= 2
    return numbers


@misconception(
    tell="You add up each row instead of giving a result for every number.",
    ask="How many numbers should come back?",
    hint=2,
)
def summed(numbers):
    return numbers.sum(axis=-1)
