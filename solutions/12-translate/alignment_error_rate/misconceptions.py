"""Rates that count other links, or divide by other numbers."""

from attnlab.content import misconception


def rate(correct, links):
    return 1 - correct / links if links else 0.0


@misconception(
    tell="You return the precision: the share of the predicted links that are possible. More is better there.",
    ask="Which number should a perfect alignment get from an error rate?",
    hint=2,
)
def precision_returned(predicted, sure, possible):
    return len(predicted & (possible | sure)) / len(predicted) if predicted else 0.0


@misconception(
    tell="Your rate is 1 minus the precision: whoever predicts one safe link and no other gets a perfect score.",
    ask="Where does a sure link that was not found cost anything?",
    hint=2,
)
def precision_alone(predicted, sure, possible):
    return rate(len(predicted & (possible | sure)), len(predicted))


@misconception(
    tell="Your rate is 1 minus the recall: whoever links every word with every word gets a perfect score.",
    ask="Where does a predicted link that is wrong cost anything?",
    hint=2,
)
def recall_alone(predicted, sure, possible):
    return rate(len(predicted & sure), len(sure))


@misconception(
    tell="You return the share of links that agree. An error is what is left of one.",
    ask="Which number should a perfect alignment get?",
    hint=3,
)
def share_that_agrees(predicted, sure, possible):
    links = len(predicted) + len(sure)
    return (len(predicted & sure) + len(predicted & (possible | sure))) / links if links else 0.0


@misconception(
    tell="You count possible links as sure ones: every link that somebody drew in doubt has to be found.",
    ask="What does 'possible' say to a model that leaves such a link out?",
    hint=1,
)
def possible_counted_as_sure(predicted, sure, possible):
    allowed = possible | sure
    return rate(2 * len(predicted & allowed), len(predicted) + len(allowed))


@misconception(
    tell="Possible links are not used: a predicted link that is not sure counts as wrong.",
    ask="Two people disagree about a link. Should finding it be an error?",
    hint=1,
)
def possible_ignored(predicted, sure, possible):
    return rate(2 * len(predicted & sure), len(predicted) + len(sure))


@misconception(
    tell="You take `possible` as it is listed: a sure link that is not in that list does not count as possible.",
    ask="Can a link be sure without being possible?",
    hint=2,
)
def possible_not_united_with_sure(predicted, sure, possible):
    return rate(len(predicted & sure) + len(predicted & possible), len(predicted) + len(sure))


@misconception(
    tell="A sure link that is found counts once above the line. It counts twice: as a sure one and as a possible one.",
    ask="Below the line, how many times does a sure link stand that was predicted?",
    hint=2,
)
def found_counted_once(predicted, sure, possible):
    return rate(len(predicted & (possible | sure)), len(predicted) + len(sure))


@misconception(
    tell="You count 2 |A and P| above the line: a possible link that is found counts as much as a sure one.",
    ask="In which of the two sets is a link that is possible, but not sure?",
    hint=2,
)
def possible_counted_twice(predicted, sure, possible):
    return rate(2 * len(predicted & (possible | sure)), len(predicted) + len(sure))


@misconception(
    tell="You divide by the predicted and the possible links; what has to be found is the sure ones.",
    ask="Which links must a perfect alignment hold?",
    hint=2,
)
def divided_by_predicted_and_possible(predicted, sure, possible):
    allowed = possible | sure
    return rate(len(predicted & sure) + len(predicted & allowed), len(predicted) + len(allowed))


@misconception(
    tell="You divide by the links that are in either set. A link in both stands below the line twice.",
    ask="What is |A| + |S| for two sets that are the same?",
    hint=3,
)
def divided_by_the_union(predicted, sure, possible):
    return rate(len(predicted & sure) + len(predicted & (possible | sure)), len(predicted | sure))


@misconception(
    tell="You divide by |A| + |S| + |P|: what is merely possible stands below the line as well.",
    ask="Which links have to be found, and which may be?",
    hint=2,
)
def divided_by_all_three(predicted, sure, possible):
    allowed = possible | sure
    return rate(len(predicted & sure) + len(predicted & allowed), len(predicted) + len(sure) + len(allowed))


@misconception(
    tell="Brackets are missing below the line: you divide by |A| alone, and then add |S|.",
    ask="In which order does Python take a / b + c?",
    hint=3,
)
def brackets_missing_below(predicted, sure, possible):
    if not predicted:
        return 1.0 if sure else 0.0
    return 1 - (len(predicted & sure) + len(predicted & (possible | sure))) / len(predicted) + len(sure)


@misconception(
    tell="Your rate is the mean of two errors, 1 - precision and 1 - recall. Add the counts, then divide.",
    ask="A hundred links predicted, two sure: should each of the two count for as much as fifty of the others?",
    hint=3,
)
def mean_of_two_errors(predicted, sure, possible):
    found = rate(len(predicted & (possible | sure)), len(predicted)) if predicted else float(bool(sure))
    return (found + rate(len(predicted & sure), len(sure))) / 2


@misconception(
    tell="Your rate is 1 minus the harmonic mean of precision and recall. With possible links, that is another number.",
    ask="Write both with the same four counts. Where do |A| and |S| stand in yours?",
    hint=3,
)
def harmonic_mean(predicted, sure, possible):
    if not predicted or not sure:
        return float(bool(predicted - possible or sure))
    precision, recall = len(predicted & (possible | sure)) / len(predicted), len(predicted & sure) / len(sure)
    return 1 - 2 * precision * recall / (precision + recall) if precision + recall else 1.0


@misconception(
    tell="Your predicted pairs are turned round: (target, source) is compared with (source, target).",
    ask="In which order do the gold links name the two words?",
)
def pairs_turned_round(predicted, sure, possible):
    turned = {(target, source) for source, target in predicted}
    return rate(len(turned & sure) + len(turned & (possible | sure)), len(predicted) + len(sure))


@misconception(
    tell="You compare target words only, and not which source word each is linked with.",
    ask="When are two links the same link?",
)
def target_words_only(predicted, sure, possible):
    found, wanted, allowed = ({target for _, target in links} for links in (predicted, sure, possible | sure))
    return rate(len(found & wanted) + len(found & allowed), len(found) + len(wanted))


@misconception(
    tell="You compare source words only, and not which target word each is linked with.",
    ask="When are two links the same link?",
)
def source_words_only(predicted, sure, possible):
    found, wanted, allowed = ({source for source, _ in links} for links in (predicted, sure, possible | sure))
    return rate(len(found & wanted) + len(found & allowed), len(found) + len(wanted))


@misconception(
    tell="Your rate is in percent.",
    ask="Between which two numbers does a rate lie?",
)
def in_percent(predicted, sure, possible):
    allowed = possible | sure
    return 100 * rate(len(predicted & sure) + len(predicted & allowed), len(predicted) + len(sure))


@misconception(
    tell="Whoever predicts nothing gets a perfect score, even where there are sure links.",
    ask="If no sure link is found, how much of what had to be found is missing?",
    hint=3,
)
def nothing_predicted_is_perfect(predicted, sure, possible):
    if not predicted:
        return 0.0
    return rate(len(predicted & sure) + len(predicted & (possible | sure)), len(predicted) + len(sure))


@misconception(
    tell="Where nothing is sure, every alignment gets a perfect score, wrong links and all.",
    ask="What if links are predicted there that are not even possible?",
    hint=3,
)
def nothing_sure_is_perfect(predicted, sure, possible):
    if not sure:
        return 0.0
    return rate(len(predicted & sure) + len(predicted & (possible | sure)), len(predicted) + len(sure))


@misconception(
    tell="Where there is nothing to find and nothing is predicted, you say that all is wrong.",
    ask="How many mistakes are there in an empty alignment of a sentence without links?",
    hint=3,
)
def nothing_at_all_is_wrong(predicted, sure, possible):
    links = len(predicted) + len(sure)
    return 1 - (len(predicted & sure) + len(predicted & (possible | sure))) / links if links else 1.0


@misconception(
    tell="Where nothing is predicted and nothing is sure, you divide by zero.",
    ask="What is left below the line when both sets are empty?",
    hint=3,
)
def nothing_at_all_divides_by_zero(predicted, sure, possible):
    return 1 - (len(predicted & sure) + len(predicted & (possible | sure))) / (len(predicted) + len(sure))


@misconception(
    tell="You add the sure links to the caller's own set of possible ones.",
    ask="What does |= change, and what does | leave alone?",
)
def sure_added_in_place(predicted, sure, possible):
    possible |= sure
    return rate(len(predicted & sure) + len(predicted & possible), len(predicted) + len(sure))
