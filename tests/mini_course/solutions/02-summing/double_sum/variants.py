"""Right answers written otherwise."""

from attnlab.content import variant


@variant("summed first, doubled afterwards")
def doubled_last(numbers):
    return 2 * numbers.sum(dim=-1)
