"""How translations and alignments are measured."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attnlab.translation import alignment_error_rate, corpus_bleu, count_links, draw, links_of
from attnlab.translation.corpus import Split

links = st.frozensets(st.tuples(st.integers(0, 4), st.integers(0, 4)))
PAIRS = draw(Split.TEST, 20, seed=0)


def looking_at_gold(pair):
    """Weights that put everything on a sure link."""
    chosen = {target: source for source, target in sorted(pair.sure)}
    return [[float(source == chosen[at]) for source in range(len(pair.source))] for at in range(len(pair.target))]


def test_bleu_of_the_references_themselves_is_a_hundred():
    targets = [pair.target for pair in PAIRS]

    assert corpus_bleu(targets, targets) == pytest.approx(100)


def test_bleu_takes_tokens_as_they_are():
    hypothesis, reference = ["l'", "homme", "n'", "est", "pas", "là"], ["l'homme", "n'est", "pas", "là", "."]

    assert corpus_bleu([hypothesis], [reference]) < 30


@given(sure=links, possible=links)
def test_predicting_what_is_sure_is_no_error(sure, possible):
    assert count_links(sure, sure, possible).error_rate == pytest.approx(0)


@given(predicted=links, sure=links, possible=links)
def test_the_error_is_between_nothing_and_everything(predicted, sure, possible):
    assert 0 <= count_links(predicted, sure, possible).error_rate <= 1


def test_the_error_is_one_minus_what_och_and_ney_count():
    predicted, sure, possible = {(0, 0), (1, 1), (2, 3)}, {(0, 0), (4, 4)}, {(1, 1)}

    assert count_links(predicted, sure, possible).error_rate == pytest.approx(1 - (1 + 2) / (3 + 2))


def test_each_target_token_is_linked_to_what_it_looked_at_most():
    assert links_of([[0.1, 0.7, 0.2], [0.5, 0.2, 0.3]]) == {(1, 0), (0, 1)}


def test_looking_at_the_gold_gives_next_to_no_error():
    # 'du' comes from two words and can look at one: that is all that is lost.
    assert alignment_error_rate(PAIRS, [looking_at_gold(pair) for pair in PAIRS]) < 0.06


def test_counts_are_added_over_the_corpus_before_dividing():
    one, other = count_links({(0, 0)}, {(0, 0)}, set()), count_links({(1, 1), (2, 2)}, {(3, 3)}, set())

    assert (one + other).error_rate == pytest.approx(1 - (1 + 1) / (3 + 2))
