"""BLEUs that measure something else."""

import math
from collections import Counter

from corpus_bleu import corpus_bleu, ngrams

from attnlab.content import misconception


def clipped(found, several):
    most = Counter()
    for counts in several:
        most |= counts
    return sum(min(count, most[gram]) for gram, count in found.items())


def closest(length, lengths):
    return min((abs(other - length), other) for other in lengths)[1]


def halved(right, total):
    """The smoothed precisions."""
    smoothed, precisions = 1.0, []
    for found, all_of_them in zip(right, total):
        smoothed = smoothed if found else smoothed / 2
        precisions.append((found or smoothed) / all_of_them)
    return precisions


def fourth_root(precisions):
    return math.exp(sum(map(math.log, precisions)) / len(precisions))


def short_pays(written, wanted):
    return min(1.0, math.exp(1 - wanted / written))


def bleu(
    hypotheses,
    references,
    *,
    grams=ngrams,
    orders=(1, 2, 3, 4),
    count=clipped,
    length=closest,
    precisions=halved,
    mean=fourth_root,
    brevity=short_pays,
    impossible=lambda right, total: not right[0] or not total[-1],
    many=lambda found, hypothesis, n: found.total(),
):
    """The right one, but for what is given."""
    right, total = [0] * len(orders), [0] * len(orders)
    written = wanted = 0
    for hypothesis, several in zip(hypotheses, references, strict=True):
        written += len(hypothesis)
        wanted += length(len(hypothesis), [len(one) for one in several])
        for place, n in enumerate(orders):
            found = grams(hypothesis, n)
            right[place] += count(found, [grams(one, n) for one in several])
            total[place] += many(found, hypothesis, n)
    if impossible(right, total):
        return 0.0
    return 100 * brevity(written, wanted) * mean(precisions(right, total))


@misconception(
    tell="The four precisions come back, each by itself, and not one number made of them.",
    ask="How are four shares made into one that is small as soon as one of them is?",
    hint=4,
)
def four_precisions(hypotheses, references):
    found = []
    bleu(hypotheses, references, mean=lambda precisions: found.extend(precisions) or 1.0)
    return [100 * precision for precision in found]


@misconception(
    tell="Your scale ends at 1: a perfect corpus gets 1, not 100.",
    ask="Which number does the docstring want for a perfect translation?",
    hint=4,
)
def from_zero_to_one(hypotheses, references):
    return corpus_bleu(hypotheses, references) / 100


@misconception(
    tell="The score is rounded, as sacrebleu prints it, and not returned as it is.",
    ask="Who should decide how many digits are shown: who computes, or who prints?",
    hint=4,
)
def rounded(hypotheses, references):
    return round(corpus_bleu(hypotheses, references), 2)


@misconception(
    tell="Every n-gram that occurs in a reference is right, however often the translation says it: nothing is clipped.",
    ask="What would 'the the the the' get against a reference with one 'the'?",
    hint=2,
)
def no_clipping(hypotheses, references):
    def count(found, several):
        return sum(times for gram, times in found.items() if any(gram in counts for counts in several))

    return bleu(hypotheses, references, count=count)


@misconception(
    tell="You clip each n-gram against its count in all references together.",
    ask="Two references say 'the' once each. How often may a translation say it?",
    hint=2,
)
def clipped_against_the_sum(hypotheses, references):
    return bleu(hypotheses, references, count=lambda found, several: clipped(found, [sum(several, Counter())]))


@misconception(
    tell="You clip each n-gram against the reference that has it least often.",
    ask="One of two people says 'house', the other says 'home'. Is 'house' wrong?",
    hint=2,
)
def clipped_against_the_least(hypotheses, references):
    def count(found, several):
        return sum(min(times, *(counts[gram] for counts in several)) for gram, times in found.items())

    return bleu(hypotheses, references, count=count)


@misconception(
    tell="Only one reference of each sentence is looked at, here the first.",
    ask="What are the others there for?",
    hint=2,
)
def first_reference_only(hypotheses, references):
    return bleu(
        hypotheses,
        references,
        count=lambda found, several: clipped(found, several[:1]),
        length=lambda length, lengths: lengths[0],
    )


@misconception(
    tell="Every translation is compared with one reference, the one it has most in common with.",
    ask="May a translation take its first half from one person and its second from another?",
    hint=2,
)
def best_reference_alone(hypotheses, references):
    return bleu(
        hypotheses, references, count=lambda found, several: max(clipped(found, [counts]) for counts in several)
    )


@misconception(
    tell="You count which n-grams occur, and not how often: on either side every one counts once.",
    ask="If a translation has the same pair of words twice, how many pairs has it?",
    hint=2,
)
def kinds_instead_of_counts(hypotheses, references):
    return bleu(hypotheses, references, grams=lambda tokens, n: Counter(set(ngrams(tokens, n))))


@misconception(
    tell="Your n-grams know which words they hold, but not in which order.",
    ask="Is 'dog bites man' the same as 'man bites dog'?",
    hint=1,
)
def order_ignored(hypotheses, references):
    def grams(tokens, n):
        counts = Counter()
        for gram, times in ngrams(tokens, n).items():
            counts[tuple(sorted(gram))] += times
        return counts

    return bleu(hypotheses, references, grams=grams)


@misconception(
    tell="You glue the words of an n-gram together with nothing in between.",
    ask="Is 'no where' the same pair of words as 'now here'?",
    hint=1,
)
def glued_together(hypotheses, references):
    def grams(tokens, n):
        return Counter("".join(tokens[start : start + n]) for start in range(len(tokens) - n + 1))

    return bleu(hypotheses, references, grams=grams)


@misconception(
    tell="You miss the last n-gram of every sentence.",
    ask="A sentence of four words: at how many places may a pair begin?",
    hint=1,
)
def last_ngram_missed(hypotheses, references):
    def grams(tokens, n):
        return Counter(tuple(tokens[start : start + n]) for start in range(len(tokens) - n))

    return bleu(hypotheses, references, grams=grams)


@misconception(
    tell="At the end of a sentence you count stumps: n-grams that are shorter than n.",
    ask="Where must the last n-gram begin to be n tokens long?",
    hint=1,
)
def stumps_at_the_end(hypotheses, references):
    def grams(tokens, n):
        return Counter(tuple(tokens[start : start + n]) for start in range(len(tokens)))

    return bleu(hypotheses, references, grams=grams)


@misconception(
    tell="Your n-grams do not overlap: after one of n tokens the next begins n tokens later.",
    ask="How many pairs of neighbours are there among four words?",
    hint=1,
)
def ngrams_do_not_overlap(hypotheses, references):
    def grams(tokens, n):
        return Counter(tuple(tokens[start : start + n]) for start in range(0, len(tokens) - n + 1, n))

    return bleu(hypotheses, references, grams=grams)


@misconception(
    tell="A sentence shorter than n takes n-grams away from the others: your len - n + 1 becomes negative.",
    ask="How many runs of four words has a sentence of two?",
    hint=1,
)
def fewer_than_none(hypotheses, references):
    return bleu(hypotheses, references, many=lambda found, hypothesis, n: len(hypothesis) - n + 1)


@misconception(
    tell="You divide by the number of n-grams in the references: that is recall, not precision.",
    ask="Of what is p_n a share: of what was written, or of what should have been?",
    hint=2,
)
def recall_instead_of_precision(hypotheses, references):
    orders = (1, 2, 3, 4)
    lengths = [closest(len(hypothesis), list(map(len, several))) for hypothesis, several in zip(hypotheses, references)]
    total = [sum(max(0, length - n + 1) for length in lengths) for n in orders]
    return bleu(hypotheses, references, precisions=lambda right, _: halved(right, [max(1, all_) for all_ in total]))


@misconception(
    tell="All sentences are one long one to you: you count n-grams that begin in one sentence and end in the next.",
    ask="Do the last word of one sentence and the first of the next stand side by side?",
    hint=2,
)
def across_sentences(hypotheses, references):
    most = max(map(len, references))
    joined = [
        [token for several in references for token in several[min(number, len(several) - 1)]] for number in range(most)
    ]
    written = [token for hypothesis in hypotheses for token in hypothesis]
    wanted = sum(closest(len(one), list(map(len, several))) for one, several in zip(hypotheses, references))
    return bleu([written], [joined], length=lambda length, lengths: wanted)


@misconception(
    tell="You read `references` the other way round: first by reference, then by sentence, as sacrebleu does.",
    ask="What is references[0]: what one person wrote for all sentences, or what all wrote for the first?",
    hint=2,
)
def references_turned_round(hypotheses, references):
    turned = list(zip(*references))
    return corpus_bleu(hypotheses[: len(turned)], turned)


@misconception(
    tell="You compute BLEU sentence by sentence and take the mean.",
    ask="BLEU is of a corpus: at which point are the counts of all sentences added up, before dividing or after?",
    hint=3,
)
def sentences_averaged(hypotheses, references):
    scores = [corpus_bleu([hypothesis], [several]) for hypothesis, several in zip(hypotheses, references)]
    return sum(scores) / len(scores)


@misconception(
    tell="Your p_n is the mean of the sentences' shares: a word in a short sentence weighs more than in a long one.",
    ask="When are the counts of all sentences added up, before dividing or after?",
    hint=3,
)
def shares_averaged(hypotheses, references):
    def precisions(right, total):
        shares = []
        for place, n in enumerate((1, 2, 3, 4)):
            each = [
                clipped(ngrams(hypothesis, n), [ngrams(one, n) for one in several]) / max(1, len(hypothesis) - n + 1)
                for hypothesis, several in zip(hypotheses, references)
            ]
            shares.append(sum(each) / len(each) or halved(right, total)[place])
        return shares

    return bleu(hypotheses, references, precisions=precisions)


@misconception(
    tell="You divide the sum of the logarithms by the number of sentences.",
    ask="Of how many precisions is it the mean?",
    hint=4,
)
def divided_by_the_sentences(hypotheses, references):
    return bleu(hypotheses, references, mean=lambda precisions: fourth_root(precisions) ** (4 / len(hypotheses)))


@misconception(
    tell="The brevity penalty is worked out for every sentence by itself, and their mean taken.",
    ask="Of whose lengths is r the sum?",
    hint=3,
)
def brevity_per_sentence(hypotheses, references):
    penalties = []
    for hypothesis, several in zip(hypotheses, references):
        wanted = closest(len(hypothesis), list(map(len, several)))
        penalties.append(short_pays(len(hypothesis), wanted) if hypothesis else 0.0)
    return bleu(hypotheses, references, brevity=lambda written, wanted: sum(penalties) / len(penalties))


@misconception(
    tell="There is no brevity penalty: one right word and nothing else would be perfect.",
    ask="How could a lazy translator get every n-gram right?",
    hint=3,
)
def brevity_missing(hypotheses, references):
    return bleu(hypotheses, references, brevity=lambda written, wanted: 1.0)


@misconception(
    tell="Your brevity penalty is upside down: long translations pay, short ones do not.",
    ask="exp(1 - r/c): which of the two is the references' length, and when is the result below 1?",
    hint=3,
)
def brevity_inverted(hypotheses, references):
    return bleu(hypotheses, references, brevity=lambda written, wanted: min(1.0, math.exp(1 - written / wanted)))


@misconception(
    tell="Short translations are rewarded: you compute exp(1 - c/r), which is above 1 where c < r.",
    ask="exp(1 - r/c): is r/c above or below 1, when a translation is too short?",
    hint=3,
)
def short_ones_rewarded(hypotheses, references):
    return bleu(hypotheses, references, brevity=lambda written, wanted: max(1.0, math.exp(1 - written / wanted)))


@misconception(
    tell="Your condition is the wrong way round: exp(1 - r/c) is used where c > r, and 1 where it is not.",
    ask="Which translations are to pay, and what does exp(1 - r/c) give for the others?",
    hint=3,
)
def penalty_for_the_others(hypotheses, references):
    return bleu(
        hypotheses, references, brevity=lambda written, wanted: max(1.0, math.exp(1 - wanted / max(1, written)))
    )


@misconception(
    tell="Long translations are rewarded: your exp(1 - r/c) is not held at 1 where c is larger than r.",
    ask="Should a translation gain by being longer than every reference?",
    hint=3,
)
def long_ones_rewarded(hypotheses, references):
    return bleu(hypotheses, references, brevity=lambda written, wanted: math.exp(1 - wanted / written))


@misconception(
    tell="Your brevity penalty is the ratio of the lengths itself, without the exponential.",
    ask="What is exp(1 - r/c) at c = r/2, and what is c/r?",
    hint=3,
)
def brevity_as_a_ratio(hypotheses, references):
    return bleu(hypotheses, references, brevity=lambda written, wanted: min(1.0, written / wanted))


@misconception(
    tell="The brevity penalty goes into the mean with the precisions: only its fourth root is left of it.",
    ask="Is brevity inside the exponential's mean, or in front of it?",
    hint=4,
)
def brevity_under_the_root(hypotheses, references):
    return bleu(hypotheses, references, brevity=lambda written, wanted: short_pays(written, wanted) ** 0.25)


@misconception(
    tell="You take the arithmetic mean of the precisions.",
    ask="If no run of four words is right, how much does that cost in a sum, and how much in a product?",
    hint=4,
)
def arithmetic_mean(hypotheses, references):
    return bleu(hypotheses, references, mean=lambda precisions: sum(precisions) / 4)


@misconception(
    tell="The four precisions are multiplied, and the fourth root is not taken.",
    ask="If all four precisions are one half, what is their mean?",
    hint=4,
)
def no_root(hypotheses, references):
    return bleu(hypotheses, references, mean=math.prod)


@misconception(
    tell="You take the harmonic mean of the precisions, not the geometric one.",
    ask="What is averaged in the equation: the precisions, one over them, or their logarithms?",
    hint=4,
)
def harmonic_mean(hypotheses, references):
    return bleu(hypotheses, references, mean=lambda precisions: 4 / sum(1 / each for each in precisions))


@misconception(
    tell="Your longest n-gram has three words.",
    ask="Up to which n does the docstring go?",
    hint=1,
)
def up_to_three(hypotheses, references):
    return bleu(hypotheses, references, orders=(1, 2, 3))


@misconception(
    tell="You start at pairs of words: single words are not counted.",
    ask="From which n on does the docstring count?",
    hint=1,
)
def without_single_words(hypotheses, references):
    return bleu(hypotheses, references, orders=(2, 3, 4))


@misconception(
    tell="You look at runs of four words alone.",
    ask="Which lengths of n-grams take part in the mean?",
    hint=1,
)
def four_words_alone(hypotheses, references):
    return bleu(hypotheses, references, orders=(4,))


@misconception(
    tell="You count runs of up to four characters, not of tokens.",
    ask="What does a slice of a text hold, and what a slice of a list of words?",
    hint=1,
)
def characters(hypotheses, references):
    return bleu(
        hypotheses,
        references,
        grams=lambda tokens, n: ngrams(" ".join(tokens), n),
    )


@misconception(
    tell="Letters are made small before comparing, so that a wrong capital costs nothing.",
    ask="The tokens are to be taken as they are given. Who asked for lower case?",
    hint=1,
)
def lower_cased(hypotheses, references):
    return bleu(hypotheses, references, grams=lambda tokens, n: ngrams([token.lower() for token in tokens], n))


@misconception(
    tell="Punctuation is left out of the comparison.",
    ask="Is a full stop a token?",
    hint=1,
)
def punctuation_dropped(hypotheses, references):
    def words(tokens):
        return [token for token in tokens if any(map(str.isalnum, token))]

    return bleu([words(one) for one in hypotheses], [[words(one) for one in several] for several in references])


@misconception(
    tell="The shortest reference says how long a translation should be, whichever is closest.",
    ask="A translation has 12 words, its references 7 and 13. Which of them should it be held against?",
    hint=3,
)
def shortest_reference(hypotheses, references):
    return bleu(hypotheses, references, length=lambda length, lengths: min(lengths))


@misconception(
    tell="The longest reference says how long a translation should be, whichever is closest.",
    ask="A translation has 12 words, its references 11 and 20. Which of them should it be held against?",
    hint=3,
)
def longest_reference(hypotheses, references):
    return bleu(hypotheses, references, length=lambda length, lengths: max(lengths))


@misconception(
    tell="The first reference says how long a translation should be, whichever is closest.",
    ask="Does the order in which the references are listed mean anything?",
    hint=3,
)
def first_references_length(hypotheses, references):
    return bleu(hypotheses, references, length=lambda length, lengths: lengths[0])


@misconception(
    tell="The mean length of the references says how long a translation should be.",
    ask="Does a reference of 30 words make one of 10 too short, when another person also wrote 10?",
    hint=3,
)
def mean_length(hypotheses, references):
    return bleu(hypotheses, references, length=lambda length, lengths: sum(lengths) / len(lengths))


@misconception(
    tell="r is the length of all references together.",
    ask="A translation with two references: should it be as long as both?",
    hint=3,
)
def length_of_all_references(hypotheses, references):
    return bleu(hypotheses, references, length=lambda length, lengths: sum(lengths))


@misconception(
    tell="Of two references equally close in length you take the longer.",
    ask="A translation has 10 words, its references 8 and 12. Which one does the docstring name?",
    hint=3,
)
def longer_of_two_equally_close(hypotheses, references):
    return bleu(
        hypotheses,
        references,
        length=lambda length, lengths: min((abs(other - length), -other, other) for other in lengths)[2],
    )


@misconception(
    tell="Of two references equally close in length you take the one listed first.",
    ask="A translation has 10 words, its references 12 and 8, in this order. Which one does the docstring name?",
    hint=3,
)
def first_of_two_equally_close(hypotheses, references):
    return bleu(
        hypotheses,
        references,
        length=lambda length, lengths: min(lengths, key=lambda other: abs(other - length)),
    )


@misconception(
    tell="The reference closest in length is looked for once, over the sums of all first, all second, … references.",
    ask="For which translation is a reference the closest: for one, or for the whole corpus?",
    hint=3,
)
def closest_for_the_whole_corpus(hypotheses, references):
    most = max(map(len, references))
    sums = [sum(len(several[min(number, len(several) - 1)]) for several in references) for number in range(most)]
    wanted = closest(sum(map(len, hypotheses)), sums)
    return bleu(hypotheses, references, brevity=lambda written, _: short_pays(written, wanted))


@misconception(
    tell="Where no n-gram of some length is right you give up and return 0: nothing is smoothed.",
    ask="A translation with every word right and no run of four: is it as bad as noise?",
    hint=4,
)
def no_smoothing(hypotheses, references):
    return bleu(hypotheses, references, impossible=lambda right, total: not all(right))


@misconception(
    tell="You add one to every count of two words and more, of right ones and of all.",
    ask="What should smoothing do where no count is zero?",
    hint=4,
)
def add_one(hypotheses, references):
    def precisions(right, total):
        return [(found + (n > 0)) / (of + (n > 0)) for n, (found, of) in enumerate(zip(right, total))]

    return bleu(hypotheses, references, precisions=precisions)


@misconception(
    tell="In place of a count of zero you take 1/2 every time, and do not halve it again.",
    ask="If neither three nor four words in a row are right, which counts stand in their places?",
    hint=4,
)
def always_a_half(hypotheses, references):
    def precisions(right, total):
        return [(found or 0.5) / of for found, of in zip(right, total)]

    return bleu(hypotheses, references, precisions=precisions)


@misconception(
    tell="In place of a count of zero you first take 1, not 1/2.",
    ask="When is it halved: before it is used, or after?",
    hint=4,
)
def first_a_whole(hypotheses, references):
    def precisions(right, total):
        smoothed, found = 1.0, []
        for some, of in zip(right, total):
            found.append((some or smoothed) / of)
            smoothed = smoothed if some else smoothed / 2
        return found

    return bleu(hypotheses, references, precisions=precisions)


@misconception(
    tell="You smooth the share and not the count: 1/2, 1/4, … in place of the precision itself.",
    ask="Half an n-gram out of how many?",
    hint=4,
)
def share_smoothed(hypotheses, references):
    def precisions(right, total):
        return [max(share, 0) if found else share * of for share, found, of in zip(halved(right, total), right, total)]

    return bleu(hypotheses, references, precisions=precisions)


@misconception(
    tell="A tiny number stands where a count is zero.",
    ask="How much does the logarithm of a billionth weigh in a mean of four?",
    hint=4,
)
def tiny_number(hypotheses, references):
    def precisions(right, total):
        return [(found or 1e-9) / of for found, of in zip(right, total)]

    return bleu(hypotheses, references, precisions=precisions)


@misconception(
    tell="Lengths of which no n-gram is right are left out of the mean.",
    ask="Would it help a translator then to have no run of four right?",
    hint=4,
)
def zeros_left_out(hypotheses, references):
    def precisions(right, total):
        return [found / of for found, of in zip(right, total) if found]

    return bleu(hypotheses, references, precisions=precisions)


@misconception(
    tell="You smooth even where not a single word is right.",
    ask="What should a translation be worth that shares no word with its reference?",
    hint=4,
)
def noise_is_smoothed(hypotheses, references):
    return bleu(hypotheses, references, impossible=lambda right, total: not total[-1])


@misconception(
    tell="Where nobody wrote four words, you take the mean over the shorter n-grams.",
    ask="What does the docstring say of a corpus in which no sentence has four tokens?",
    hint=4,
)
def only_lengths_there_are(hypotheses, references):
    def precisions(right, total):
        there = [(found, of) for found, of in zip(right, total) if of]
        return halved(*zip(*there))

    return bleu(hypotheses, references, precisions=precisions, impossible=lambda right, total: not right[0])


@misconception(
    tell="Translations with fewer than four tokens are left out, with their references.",
    ask="Would leaving out a sentence be a way to a better score?",
    hint=4,
)
def short_ones_left_out(hypotheses, references):
    pairs = [pair for pair in zip(hypotheses, references) if len(pair[0]) >= 4]
    return corpus_bleu(*map(list, zip(*pairs))) if pairs else 0.0


@misconception(
    tell="Words that were counted as right are taken out of the caller's own references.",
    ask="Whose list is it, and will somebody score another system with it?",
    hint=2,
)
def references_used_up(hypotheses, references):
    score = corpus_bleu(hypotheses, references)
    for hypothesis, several in zip(hypotheses, references):
        for one in several:
            for token in hypothesis:
                if token in one:
                    one.remove(token)
    return score


@misconception(
    tell="You sort the caller's own lists of references by length.",
    ask="What is the difference between one.sort() and sorted(one)?",
    hint=3,
)
def references_sorted_in_place(hypotheses, references):
    for several in references:
        several.sort(key=len)
    return corpus_bleu(hypotheses, references)
