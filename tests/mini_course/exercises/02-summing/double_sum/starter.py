"""double_sum: the doubled numbers of each row, summed. The lesson: attnlab read 02"""


def double_sum(numbers):
    """Sum the doubled numbers along the last axis.

    Shapes:
        numbers: (rows, columns)
        returns: sums (rows)
    """
    # Your code goes here.
    raise NotImplementedError("double_sum is still to be written")
