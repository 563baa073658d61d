"""double: every number twice as large. The lesson: attnlab read 01"""


def double(numbers):
    """Make every number twice as large; the input is not changed.

    Shapes:
        numbers: (rows, columns)
        returns: doubled (rows, columns)
    """
    # Your code goes here.
    raise NotImplementedError("double is still to be written")
