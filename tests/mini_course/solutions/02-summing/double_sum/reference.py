"""double_sum: the doubled numbers of each row, summed. The lesson: attnlab read 02"""

from double import double


def double_sum(numbers):
    """Sum the doubled numbers along the last axis.

    Shapes:
        numbers: (rows, columns)
        returns: sums (rows)
    """
    return double(numbers).sum(dim=-1)
