"""The reference of lesson 12 against a count by hand, published cases, and the translator's own rate over a corpus."""

import itertools
import random

import pytest

from attnlab.content import read_answers, read_course
from attnlab.paths import course_root
from attnlab.translation import count_links

COURSE = read_course(course_root(None))
LINKS = list(itertools.product(range(3), range(4)))


def error_rate(predicted, sure, possible):
    return read_answers(COURSE, COURSE.exercise("alignment_error_rate")).implementation(predicted, sure, possible)


@pytest.fixture(params=range(20))
def gold_and_found(request):
    """Three sets of links, of any overlap, some of them empty."""
    drawn = random.Random(request.param)
    return [set(drawn.sample(LINKS, drawn.randint(0, 8))) for _ in range(3)]


def counted_by_hand(predicted, sure, possible):
    """Every place of the table looked at in turn; AER is the share of mistakes: invented and missed links."""
    mistakes = total = 0
    for link in LINKS:
        total += (link in predicted) + (link in sure)
        if link in predicted and link not in possible and link not in sure:
            mistakes += 1
        if link in sure and link not in predicted:
            mistakes += 1
    return mistakes / total if total else 0.0


def test_it_is_the_share_of_mistakes_counted_place_by_place(gold_and_found):
    assert error_rate(*gold_and_found) == pytest.approx(counted_by_hand(*gold_and_found))


def test_it_is_the_translators_own_rate(gold_and_found):
    assert error_rate(*gold_and_found) == pytest.approx(count_links(*gold_and_found).error_rate)


def test_a_corpus_is_one_long_sentence_whose_words_are_numbered_on():
    drawn = random.Random(7)
    sentences = [[set(drawn.sample(LINKS, drawn.randint(0, 8))) for _ in range(3)] for _ in range(9)]
    numbered_on = [
        {
            (source + 3 * at, target + 4 * at)
            for at, sentence in enumerate(sentences)
            for source, target in sentence[which]
        }
        for which in range(3)
    ]

    counts = [count_links(*sentence) for sentence in sentences]

    assert error_rate(*numbered_on) == pytest.approx(sum(counts[1:], start=counts[0]).error_rate)


@pytest.mark.parametrize(
    ("predicted", "sure", "possible", "expected"),
    [
        # The example in the documentation of NLTK's alignment_error_rate.
        ({(0, 0), (1, 2), (2, 1)}, {(0, 0), (1, 1), (2, 2)}, {(0, 0), (1, 1), (2, 2)}, 2 / 3),
        # The lesson's own: 3 predicted, 2 sure, 1 of the predicted sure, 2 possible.
        ({(0, 0), (1, 2), (3, 3)}, {(0, 0), (2, 1)}, {(1, 2)}, 0.4),
        # All possible links may be found or left out without harm.
        ({(0, 0), (1, 1)}, {(0, 0)}, {(1, 1), (2, 2)}, 0.0),
        ({(0, 0)}, {(0, 0)}, {(1, 1), (2, 2)}, 0.0),
        (set(), {(0, 0)}, set(), 1.0),
        ({(1, 0)}, {(0, 1)}, set(), 1.0),
        ({(1, 0)}, set(), set(), 1.0),
        (set(), set(), {(0, 0)}, 0.0),
        (set(), set(), set(), 0.0),
    ],
)
def test_cases_worked_out_by_hand(predicted, sure, possible, expected):
    assert error_rate(predicted, sure, possible) == pytest.approx(expected)


def test_the_callers_sets_stay_as_they_were(gold_and_found):
    before = [set(links) for links in gold_and_found]

    error_rate(*gold_and_found)

    assert gold_and_found == before
