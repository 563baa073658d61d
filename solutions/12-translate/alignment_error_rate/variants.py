"""The same rate, written otherwise."""

from attnlab.content import variant


@variant("link by link, counting")
def with_loops(predicted, sure, possible):
    agreeing = 0
    for link in predicted:
        if link in sure:
            agreeing += 2
        elif link in possible:
            agreeing += 1
    total = len(predicted) + len(sure)
    return 1 - agreeing / total if total else 0.0


@variant("by methods of sets")
def by_methods(predicted, sure, possible):
    if not predicted and not sure:
        return 0
    of_sure = len(predicted.intersection(sure))
    of_possible = len(predicted.intersection(possible.union(sure)))
    return 1.0 - (of_sure + of_possible) / (len(predicted) + len(sure))


@variant("by what is wrong: sure links that were missed, and links that are not possible")
def by_mistakes(predicted, sure, possible):
    missed = len(sure - predicted)
    invented = len(predicted - sure - possible)
    return (missed + invented) / max(1, len(predicted) + len(sure))


@variant("sums over truth values")
def by_sums(predicted, sure, possible):
    found = sum(link in sure for link in predicted)
    allowed = sum(link in sure or link in possible for link in predicted)
    try:
        return 1 - (found + allowed) / (len(predicted) + len(sure))
    except ZeroDivisionError:
        return 0.0


@variant("as precision and recall, each weighed by how many links it is a share of")
def by_weighed_shares(predicted, sure, possible):
    allowed = frozenset(possible) | sure
    weights = len(predicted), len(sure)
    precision = len(allowed & predicted) / weights[0] if predicted else 0.0
    recall = len(sure & predicted) / weights[1] if sure else 0.0
    if sum(weights) == 0:
        return 0.0
    return 1 - (precision * weights[0] + recall * weights[1]) / sum(weights)


@variant("every pair of words looked at in turn")
def over_all_pairs(predicted, sure, possible):
    above = below = 0
    for link in predicted | sure | possible:
        above += (link in predicted) * ((link in sure) + (link in possible or link in sure))
        below += (link in predicted) + (link in sure)
    return (below - above) / below if below else 0.0
