"""BLEU, written otherwise."""

import math
from collections import Counter, defaultdict
from statistics import geometric_mean

from attnlab.content import variant


@variant("counts in dictionaries, precisions in a list")
def with_dictionaries(hypotheses, references):
    right, total = [0] * 4, [0] * 4
    c = r = 0
    for number in range(len(hypotheses)):
        hypothesis, several = hypotheses[number], references[number]
        c += len(hypothesis)
        closest = several[0]
        for one in several[1:]:
            near, nearer = abs(len(closest) - len(hypothesis)), abs(len(one) - len(hypothesis))
            if nearer < near or (nearer == near and len(one) < len(closest)):
                closest = one
        r += len(closest)
        for n in range(1, 5):
            counts, most = defaultdict(int), defaultdict(int)
            for start in range(len(hypothesis) - n + 1):
                counts[tuple(hypothesis[start : start + n])] += 1
            for one in several:
                here = defaultdict(int)
                for start in range(len(one) - n + 1):
                    here[tuple(one[start : start + n])] += 1
                for gram, count in here.items():
                    most[gram] = max(most[gram], count)
            right[n - 1] += sum(min(count, most[gram]) for gram, count in counts.items())
            total[n - 1] += sum(counts.values())
    if right[0] == 0 or total[3] == 0:
        return 0
    product, half = 1.0, 0.5
    for found, all_of_them in zip(right, total, strict=True):
        product *= (found if found else half) / all_of_them
        half = half if found else half / 2
    return 100 * product**0.25 * (1.0 if c > r else math.exp(1 - r / c))


@variant("the n-grams as slices zipped together, all lengths in one counter")
def with_zip(hypotheses, references):
    def grams(tokens):
        return Counter(gram for n in range(1, 5) for gram in zip(*(tokens[shift:] for shift in range(n)), strict=False))

    right, total = Counter(), Counter()
    for hypothesis, several in zip(hypotheses, references, strict=True):
        found, most = grams(hypothesis), Counter()
        for one in several:
            most |= grams(one)
        for gram, count in found.items():
            total[len(gram)] += count
            right[len(gram)] += min(count, most.get(gram, 0))
    c = sum(len(hypothesis) for hypothesis in hypotheses)
    r = sum(
        min((len(one) for one in several), key=lambda length: (abs(length - len(hypothesis)), length))
        for hypothesis, several in zip(hypotheses, references, strict=True)
    )
    if not any(right.values()) or not all(total[n] for n in range(1, 5)):
        return 0.0
    missing = [n for n in range(1, 5) if not right[n]]
    counted = {n: right[n] or 0.5 ** (1 + missing.index(n)) for n in range(1, 5)}
    return geometric_mean(100 * counted[n] / total[n] for n in range(1, 5)) * math.exp(min(0, 1 - r / c))


@variant("one n at a time over the whole corpus, each n-gram crossed off the best reference")
def crossed_off(hypotheses, references):
    logarithm, smooth = 0.0, 1.0
    for n in (1, 2, 3, 4):
        right = total = 0
        for hypothesis, several in zip(hypotheses, references, strict=True):
            grams = [hypothesis[i : i + n] for i in range(max(0, len(hypothesis) - n + 1))]
            total += len(grams)
            # What is left of every reference, so that nothing is found twice in the same place.
            left = [[one[i : i + n] for i in range(len(one) - n + 1)] for one in several]
            for gram in grams:
                hits = [stock for stock in left if gram in stock]
                for stock in hits:
                    stock.remove(gram)
                right += bool(hits)
        if total == 0 or (n == 1 and right == 0):
            return 0.0
        if right == 0:
            smooth *= 2
            right = 1 / smooth
        logarithm += math.log(right / total) / 4
    written = sum(map(len, hypotheses))
    wanted = 0
    for hypothesis, several in zip(hypotheses, references, strict=True):
        wanted += sorted((abs(len(one) - len(hypothesis)), len(one)) for one in several)[0][1]
    brevity = 1.0 if written >= wanted else math.exp(1 - wanted / written)
    return brevity * math.exp(logarithm) * 100.0


@variant("by sacrebleu's own statistics, sentence by sentence, added up")
def by_statistics(hypotheses, references):
    rows = [statistics_of(hypothesis, several) for hypothesis, several in zip(hypotheses, references, strict=True)]
    written, wanted, *counts = (sum(column) for column in zip(*rows, strict=True))
    right, total = counts[:4], counts[4:]
    if not any(right) or 0 in total:
        return 0.0
    smooth, logarithms = 1, []
    for found, of in zip(right, total, strict=True):
        if found == 0:
            smooth *= 2
        logarithms.append(math.log(100 * found / of) if found else math.log(100 / (smooth * of)))
    return (math.exp(1 - wanted / written) if written < wanted else 1.0) * math.exp(sum(logarithms) / 4)


def statistics_of(hypothesis, several):
    lengths = sorted({len(one) for one in several})
    closest = min(lengths, key=lambda length: abs(length - len(hypothesis)))
    right, total = [], []
    for n in range(1, 5):
        grams = [tuple(hypothesis[i : i + n]) for i in range(len(hypothesis)) if i + n <= len(hypothesis)]
        counts = [Counter(tuple(one[i : i + n]) for i in range(len(one) - n + 1)) for one in several]
        right.append(sum(min(grams.count(gram), max(each[gram] for each in counts)) for gram in set(grams)))
        total.append(len(grams))
    return [len(hypothesis), closest, *right, *total]
