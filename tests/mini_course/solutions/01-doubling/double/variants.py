"""Right answers written otherwise."""

from attnlab.content import variant


@variant("by adding the numbers to themselves")
def added(numbers):
    return numbers + numbers
