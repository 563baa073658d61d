"""The grammar keeps its promises: lengths, gold alignments, agreement, order, splits."""

import subprocess
import sys
from hashlib import sha256
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attnlab.errors import WrongUsage
from attnlab.translation import Construction, Split, by_construction, by_length, draw, lexicon, split_of, stream
from attnlab.translation.grammar import LONGEST, SHORTEST, draw_pair

pairs = st.builds(
    lambda seed, length: draw_pair(Random(seed), length), st.integers(0, 10**9), st.integers(SHORTEST, LONGEST)
)
MINUTE = settings(max_examples=300, deadline=None)


@MINUTE
@given(seed=st.integers(0, 10**9), length=st.integers(SHORTEST, LONGEST))
def test_a_sentence_has_at_least_three_tokens_and_never_more_than_wanted(seed, length):
    pair = draw_pair(Random(seed), length)

    assert SHORTEST <= len(pair.source) <= length


@MINUTE
@given(pair=pairs)
def test_the_source_has_no_words_but_those_the_lexicon_names(pair):
    assert set(pair.source) <= lexicon.SOURCE_WORDS


def test_the_sentences_are_the_same_for_ever():
    random = Random("for ever")

    drawn = [draw_pair(random, 3 + at % 58) for at in range(300)]

    told = repr([(pair.source, pair.target, sorted(pair.sure), sorted(pair.possible)) for pair in drawn])
    assert sha256(told.encode()).hexdigest().startswith("bfaef76e2cbfc648")


@MINUTE
@given(pair=pairs)
def test_every_word_of_both_sides_is_linked_within_the_sentences(pair):
    assert pair.sure <= pair.possible
    assert {source for source, _ in pair.possible} == set(range(len(pair.source)))
    assert {target for _, target in pair.sure} == set(range(len(pair.target)))


@MINUTE
@given(pair=pairs)
def test_nouns_are_linked_to_their_own_translations(pair):
    forms = {noun.source_form(plural=plural): noun.target[plural] for noun in lexicon.NOUNS for plural in (False, True)}

    linked = {at: {pair.target[to] for source, to in pair.sure if source == at} for at in range(len(pair.source))}

    for at, word in enumerate(pair.source):
        if word in forms:
            assert linked[at] == {forms[word]}


@MINUTE
@given(pair=pairs)
def test_a_determiner_agrees_with_the_noun_it_stands_before(pair):
    nouns = {form: (noun, plural) for noun in lexicon.NOUNS for plural, form in enumerate(noun.target)}
    singular = {"un": False, "une": True, "cette": True, "cet": False, "le": False, "la": True}
    plural = {"les", "des", "ces", "mes", "nos", "deux", "trois"}
    before = {form for adjective in lexicon.ADJECTIVES if adjective.before for form in adjective.target}
    links = {(pair.source[source], at) for source, at in pair.sure}

    for at, word in enumerate(pair.target):
        # 'des' is also 'de les', 'la' also a pronoun: only what comes from a determiner is meant.
        if not any((name, at) in links for name in ("the", "a", "some", "this", "these", "my", "our", "two", "three")):
            continue
        following = at + 1
        while pair.target[following] in before:
            following += 1
        noun, many = nouns[pair.target[following]]
        if word in singular:
            assert not many or noun.target[0] == noun.target[1]
            assert noun.feminine is singular[word]
        elif word in plural:
            assert many or noun.target[0] == noun.target[1]


@MINUTE
@given(pair=pairs)
def test_an_adjective_after_its_noun_agrees_with_it(pair):
    nouns = {form: (noun, plural) for noun in lexicon.NOUNS for plural, form in enumerate(noun.target)}
    after = [adjective for adjective in lexicon.ADJECTIVES if not adjective.before]

    for word, following in zip(pair.target, pair.target[1:]):
        for adjective in after:
            if word in nouns and following in adjective.target:
                noun, plural = nouns[word]
                allowed = {plural} if noun.target[0] != noun.target[1] else {0, 1}
                forms = {adjective.target_form(feminine=noun.feminine, plural=bool(many)) for many in allowed}
                assert following in forms


@MINUTE
@given(pair=pairs)
def test_negation_has_its_two_parts_around_the_verb(pair):
    first = [at for at, word in enumerate(pair.target) if word in ("ne", "n'")]
    second = [at for at, word in enumerate(pair.target) if word in ("pas", "jamais", "plus")]

    assert len(first) == len(second)
    assert all(2 <= after - before <= 3 for before, after in zip(first, second))
    assert bool(first) is (Construction.NEGATION in pair.constructions)


@MINUTE
@given(pair=pairs)
def test_no_vowel_follows_a_word_that_would_have_been_shortened(pair):
    for word, following in zip(pair.target, pair.target[1:]):
        assert not (word in lexicon.ELIDED and lexicon.opens_with_vowel(following))


def test_one_source_sentence_has_one_translation(many_pairs):
    known = {}

    for pair in [*many_pairs, *(draw_pair(random, 6) for random in [Random(1)] for _ in range(4000))]:
        assert known.setdefault(pair.source, pair.target) == pair.target


def test_an_adjective_before_its_noun_in_english_follows_it_in_french(many_pairs):
    nouns = {noun.source_form(plural=plural) for noun in lexicon.NOUNS for plural in (False, True)}
    after = {adjective.source for adjective in lexicon.ADJECTIVES if not adjective.before}
    seen = 0

    for pair in many_pairs:
        to = dict(sorted(pair.sure))
        for at, (word, following) in enumerate(zip(pair.source, pair.source[1:])):
            if word in after and following in nouns:
                assert to[at] == to[at + 1] + 1
                seen += 1
    assert seen > 1000


def test_an_object_pronoun_moves_before_the_verb(many_pairs):
    verbs = {form for verb in (*lexicon.TRANSITIVE, *lexicon.DITRANSITIVE) for form in verb.target}
    seen = 0

    for pair in many_pairs:
        for source, target in pair.sure:
            if pair.source[source] in {"him", "her", "them", "me", "us"}:
                assert pair.target[target] in {"le", "la", "l'", "les", "lui", "leur", "me", "m'", "nous"}
                assert pair.target[target + 1] in verbs
                seen += 1
    assert seen > 1000


def test_a_preposition_and_an_article_melt_into_one_word_of_two_origins(many_pairs):
    melted = 0
    for pair in many_pairs:
        assert not set(zip(pair.target, pair.target[1:])) & set(lexicon.CONTRACTED)
        for at, word in enumerate(pair.target):
            if word in {"du", "aux", "au"}:
                assert len([link for link in pair.sure if link[1] == at]) == 2
                melted += 1
    assert melted > 300


def test_joined_subjects_agree_in_the_masculine_unless_both_are_feminine():
    proud = next(adjective for adjective in lexicon.ADJECTIVES if adjective.source == "proud")
    feminine = {noun.source_form(plural=plural): noun.feminine for noun in lexicon.NOUNS for plural in (False, True)}
    found = set()
    for pair in draw(Split.TRAIN, 6000, seed=0, lengths=range(8, 13), showing=Construction.AGREEMENT):
        words = pair.source
        if words[2:3] == ("and",) and words[5:] in (("are", "proud", "."), ("are", "very", "proud", ".")):
            both = feminine[words[1]] and feminine[words[4]]
            found.add(both)
            assert pair.target[-2] == proud.target_form(feminine=both, plural=True)

    assert found == {True, False}


def test_the_same_seed_gives_the_same_sentences_in_another_process():
    code = "from attnlab.translation import Split, draw; print([p.source for p in draw(Split.VAL, 20, seed=4)])"

    elsewhere = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert elsewhere.strip() == str([pair.source for pair in draw(Split.VAL, 20, seed=4)])


def test_the_grammar_is_drawn_from_without_importing_torch():
    code = "import sys; from attnlab.translation import Split, draw; draw(Split.TEST, 3, seed=0); "
    code += "print('torch' in sys.modules, 'numpy' in sys.modules)"

    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert told.strip() == "False False"


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 1000), other=st.integers(0, 1000))
def test_splits_share_no_sentence_whatever_the_seeds(seed, other):
    trained = {pair.source for pair in draw(Split.TRAIN, 100, seed=seed, lengths=range(3, 7))}
    kept = {
        pair.source for split in (Split.VAL, Split.TEST) for pair in draw(split, 30, seed=other, lengths=range(3, 7))
    }

    assert not trained & kept
    assert all(split_of(source) is Split.TRAIN for source in trained)


def test_a_stream_repeats_nothing():
    drawn = draw(Split.TRAIN, 2000, seed=0, lengths=range(3, 6))

    assert len({pair.source for pair in drawn}) == len(drawn)


def test_a_stream_ends_where_the_grammar_has_no_more():
    threes = list(stream(Split.TEST, seed=0, lengths=range(3, 4)))

    assert 0 < len(threes) < 20


def test_test_sets_by_length_hold_only_such_lengths():
    bands = [range(4, 9), range(20, 25), range(56, 61)]

    for band, drawn in by_length(Split.TEST, bands, 20, seed=1).items():
        assert len(drawn) == 20
        assert {len(pair.source) for pair in drawn} <= set(band)


def test_test_sets_by_construction_show_it():
    for kind, drawn in by_construction(Split.VAL, 5, seed=1).items():
        assert len(drawn) == 5
        assert all(kind in pair.constructions for pair in drawn)


@pytest.mark.parametrize("lengths", [range(2, 5), range(50, 70), range(5, 5)])
def test_lengths_the_grammar_does_not_have_are_refused(lengths):
    with pytest.raises(WrongUsage, match="3 to 60"):
        draw(Split.TRAIN, 1, seed=0, lengths=lengths)
