"""What a right BLEU shows."""

from attnlab.content import check

# Few enough words that some stand twice in a sentence.
WORDS = ["the", "cat", "old", "young", "house", "garden", "sees", "hears", "and", "runs", "in", "a", "not", "Paris"]
STRANGE = ["aardvark", "zebra", "quick", "jumps", "vexed"]


def pick(draw, low, high):
    return int(draw.integers(low, high))


def sentence(draw, low=8, high=14):
    """A sentence in which some words, and even some pairs of words, come twice."""
    words = [WORDS[int(place)] for place in draw.integers(0, len(WORDS), pick(draw, low, high))]
    start = pick(draw, 0, len(words) - 3)
    return [*words[:start], *words[start : start + 2], *words[start:]]


def edited(draw, words, changes=2):
    """A translation much like the words, and as long: some are others, two are swapped.

    The first five stay, so that some n-gram of every length is right and nothing has to be smoothed.
    """
    words = list(words)
    for place in draw.generator.choice(range(5, len(words)), size=changes, replace=False):
        words[place] = STRANGE[pick(draw, 0, len(STRANGE))]
    place = pick(draw, 5, len(words) - 1)
    words[place : place + 2] = words[place + 1], words[place]
    return words


def stutter(draw, words, times=3):
    """The same translation, with some of its words said again and again."""
    words = list(words)
    for _ in range(times):
        start = pick(draw, 0, len(words) - 2)
        words[start:start] = words[start : start + 2]
    return words


def paraphrase(draw, words):
    """Another reference, of another length, that shares some stretches with the first."""
    start = pick(draw, 1, 4)
    extra = sentence(draw, 4, 6)
    return [*words[start : start + 4], *extra, *words[start + 5 :]]


def corpus(draw, sentences=4, changes=2):
    """Hypotheses as long as their one reference each, of different lengths and qualities."""
    references = [sentence(draw) for _ in range(sentences)]
    hypotheses = [edited(draw, words, changes + number % 3) for number, words in enumerate(references)]
    return hypotheses, [[words] for words in references]


def of_length(words, length):
    """The words over and over, up to so many."""
    return [words[place % len(words)] for place in range(length)]


def judged(learner, corpora):
    """Every corpus is scored before the first is looked at, so that all of them speak about what went wrong."""
    results = [learner.corpus_bleu(*each) for each in corpora]
    for result in results:
        result.agrees()


@check("one number comes back")
def shape(learner, draw):
    learner.corpus_bleu(*corpus(draw)).has_right_shape()


@check("a perfect translation gets 100", after=shape)
def perfect(learner, draw):
    references = [[sentence(draw)] for _ in range(3)]
    score = learner.corpus_bleu([list(one) for (one,) in references], references)
    score.equals(100.0)


@check("one translation, one reference: the four precisions are multiplied, their fourth root is taken", after=perfect)
def one_sentence(learner, draw):
    corpora = [corpus(draw, sentences=1, changes=1) for _ in range(3)]
    # The same sentence twice has the same BLEU, unless something is divided by the number of sentences.
    hypotheses, references = corpora[0]
    judged(learner, [*corpora, (hypotheses * 2, references * 2)])


@check("a corpus is counted as a whole, its n-grams end where a sentence does", points=2, after=one_sentence)
def whole_corpus(learner, draw):
    judged(learner, [corpus(draw, sentences=number) for number in (3, 4, 6)])


@check("a word said three times is right only as often as the reference has it", points=2, after=whole_corpus)
def clipping(learner, draw):
    corpora = []
    for _ in range(3):
        hypotheses, references = corpus(draw)
        # As long as before, so that nothing but the clipping is asked for.
        corpora.append(([stutter(draw, words)[: len(words)] for words in hypotheses], references))
    judged(learner, corpora)


@check("translations shorter than their references pay for it, longer ones do not", points=2, after=clipping)
def brevity(learner, draw):
    corpora = []
    for lost in (1, 2, 4, -2):
        hypotheses, references = corpus(draw, changes=1)
        cut = [words[lost:] if lost > 0 else words + STRANGE[:-lost] for words in hypotheses]
        # One of them is longer than its reference: what counts is the corpus, not the sentence.
        cut[0] = [*hypotheses[0], *STRANGE[:3]]
        corpora.append((cut, references))
    judged(learner, corpora)


@check("of several references each n-gram may take the one that has it most often", points=2, after=brevity)
def several_references(learner, draw):
    corpora = []
    for _ in range(3):
        hypotheses, references = [], []
        for number in (2, 3, 1):
            words = sentence(draw)
            both = stutter(draw, edited(draw, words, 1))
            others = [paraphrase(draw, words) for _ in range(number - 1)]
            # All as long as the hypothesis, so that it does not matter here which of them is closest.
            references.append([of_length(one, len(both)) for one in (*others, words)])
            hypotheses.append(both)
        corpora.append((hypotheses, references))
    judged(learner, corpora)


@check("the reference closest in length counts, of two equally close the shorter", points=2, after=several_references)
def closest_length(learner, draw):
    corpora = []
    for offsets in ((-5, 2, 7), (4, -6, 3), (6, -1, -4), (3, -3, 5), (-2, 2), (1, 8, -9)):
        hypotheses, references = [], []
        # The same reference may be the closest to one hypothesis and the farthest from the next.
        for each in (offsets, offsets[::-1], offsets[:2]):
            words = sentence(draw, 12, 15)
            hypotheses.append(edited(draw, words))
            references.append([of_length(words, len(words) + offset) for offset in each])
        # One that is too short, so that there is a penalty to be seen.
        words = sentence(draw, 12, 15)
        corpora.append(([*hypotheses, words[3:]], [*references, [words]]))
    judged(learner, corpora)


@check("where no n-gram of a length is right, half a one is counted, then a quarter", points=2, after=brevity)
def smoothing(learner, draw):
    corpora = []
    for right in (1, 2, 3):
        hypotheses, references = [], []
        for _ in range(2):
            words = [str(word) for word in draw.generator.permutation(WORDS)[:11]]
            # Every stretch of right words is `right` long, and what is between stands nowhere.
            hypotheses.append(
                [STRANGE[place % 5] if place % (right + 1) == right else word for place, word in enumerate(words)]
            )
            references.append([words])
        corpora.append((hypotheses, references))
    judged(learner, corpora)


@check("an empty or very short translation among others counts like any other", after=smoothing)
def short_ones(learner, draw):
    hypotheses, references = corpus(draw, sentences=4)
    hypotheses[1], hypotheses[2] = [], hypotheses[2][:2]
    judged(learner, [(hypotheses, references), (hypotheses[1:], references[1:])])


@check("no right word is 0, and so is a corpus in which nobody wrote four words", after=smoothing)
def nothing(learner, draw):
    words = sentence(draw)
    judged(
        learner,
        [
            ([of_length(STRANGE, len(words))], [[words]]),
            ([words[:3], words[2:4]], [[words[:3]], [words[2:4]]]),
            ([[], []], [[words], [words]]),
        ],
    )


@check(
    "tokens are taken as they are: Paris is not paris, a full stop is a token, no where is not now here",
    after=smoothing,
)
def as_given(learner, draw):
    hypotheses, references = corpus(draw, changes=1)
    lower = [[*map(str.lower, words), "."] for words in hypotheses]
    upper = [
        [[word.capitalize() if place % 5 == 0 else word for place, word in enumerate(words)]] for (words,) in references
    ]
    # Letters alone do not make a pair of words.
    apart = [[*words, "no", "where"] for words in hypotheses], [[[*words, "now", "here"]] for (words,) in references]
    judged(learner, [(lower, upper), ([*hypotheses, *lower], [*references, *upper]), apart])


@check("arguments given by name, in a process of its own", points=2, after=several_references, fresh=True)
def by_name(learner, draw):
    hypotheses, references = corpus(draw)
    several = [[*one, paraphrase(draw, one[0])] for one in references]
    learner.corpus_bleu(hypotheses=hypotheses, references=several).agrees()


@check("the translations and references passed in are left as they were", after=several_references)
def untouched(learner, draw):
    hypotheses, references = corpus(draw)
    # The longer first: whoever sorts them changes something.
    several = [[paraphrase(draw, one[0]), *one] for one in references]
    learner.corpus_bleu(hypotheses, several).leaves_inputs_alone()
