"""What a right alignment error shows."""

from attnlab.content import check

SOURCE, TARGET = 7, 9


def inputs(draw, listed=0.5):
    """Sets by name, of every kind of link several: found or not, sure, possible, neither.

    Args:
        listed: the share of the sure links that is listed as possible, too.
    """
    links = [(source, target) for source in range(SOURCE) for target in range(TARGET)]
    order = [links[place] for place in draw.generator.permutation(len(links))]
    # More is predicted than is sure: where both are equally many, several wrong rates are the same number.
    found_sure, found_possible, found_neither, missed_sure, missed_possible = (
        [order.pop() for _ in range(int(draw.integers(low, low + 3)))] for low in (4, 2, 5, 2, 3)
    )
    sure = set(found_sure + missed_sure)
    both = {link for part in (found_sure, missed_sure) for link in part[: round(len(part) * listed)]}
    return {
        "predicted": set(found_sure + found_possible + found_neither),
        "sure": sure,
        "possible": set(found_possible + missed_possible) | both,
    }


def several(learner, draw, **wanted):
    """Rates are fractions of small numbers, and two wrong ones may well be the same once."""
    return [learner.alignment_error_rate(*inputs(draw, **wanted).values()) for _ in range(4)]


@check("it is 1 minus the share of links that agree, where every sure link is listed as possible", points=3)
def all_listed(learner, draw):
    for rate in several(learner, draw, listed=1.0):
        rate.agrees()


@check("sure links are possible ones, listed or not", points=2, after=all_listed)
def some_listed(learner, draw):
    for rate in several(learner, draw):
        rate.agrees()


@check("it is 1 when nothing is predicted, and when nothing that is predicted is possible", after=some_listed)
def nothing_right(learner, draw):
    arguments = inputs(draw)
    wrong = arguments["predicted"] - arguments["sure"] - arguments["possible"]
    rates = [
        learner.alignment_error_rate(set(), arguments["sure"], arguments["possible"]),
        learner.alignment_error_rate(wrong, arguments["sure"], arguments["possible"]),
    ]
    for rate in rates:
        rate.agrees()


@check("without a sure link only the possible ones decide, and without any link it is 0", after=some_listed)
def nothing_sure(learner, draw):
    arguments = inputs(draw)
    rates = [
        learner.alignment_error_rate(arguments["predicted"], set(), arguments["possible"]),
        learner.alignment_error_rate(set(), set(), arguments["possible"]),
        learner.alignment_error_rate(set(), set(), set()),
    ]
    for rate in rates:
        rate.agrees()


@check("the same comes of the sets given by name, in a fresh start", after=some_listed, fresh=True)
def fresh_values(learner, draw):
    learner.alignment_error_rate(**inputs(draw)).agrees()


@check("the sets passed in are left as they were", after=some_listed)
def untouched(learner, draw):
    learner.alignment_error_rate(*inputs(draw).values()).leaves_inputs_alone()
