"""alignment_error_rate: how far links are from those that people drew. The lesson: attnlab read 12"""


def alignment_error_rate(predicted, sure, possible):
    """How wrong the predicted links of a sentence pair are: 0 for every sure link and none that is not possible.

    1 - (|A and S| + |A and P|) / (|A| + |S|), with A predicted, S sure, and P what is possible or sure.
    Nothing predicted where nothing is sure gives 0. No set is changed. Och and Ney 2003, the alignment error rate.

    Shapes:
        predicted: a set of links, each a pair of places: source word, target word
        sure:      a set of links that must be found
        possible:  a set of links that may be found; sure links count as possible, listed here or not
        returns:   rate (), a number from 0 to 1
    """
    # Your code goes here.
    raise NotImplementedError("alignment_error_rate is still to be written")
