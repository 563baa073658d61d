"""The references of lesson 11 against exhaustive search, sacrebleu, and the numbers that the lesson works out."""

import itertools
import math
import random
import sys
from importlib import import_module

import numpy as np
import pytest
import sacrebleu
import torch

from attnlab.content import read_answers, read_course
from attnlab.paths import course_root

COURSE = read_course(course_root(None))
BOS, EOS = 0, 1
VOCABULARY = 5


def reference(name):
    return read_answers(COURSE, COURSE.exercise(name)).implementation


@pytest.fixture(params=range(6))
def step(request):
    """A language of its own, independent of the course's: every prefix has a random row of its own."""

    def row(prefix):
        chance = random.Random(f"{request.param} {prefix}")
        logits = [chance.gauss(0, 1.5) for _ in range(VOCABULARY)]
        total = math.log(sum(map(math.exp, logits)))
        return [logit - total for logit in logits]

    return lambda prefixes: torch.tensor([row(prefix) for prefix in prefixes.tolist()], dtype=torch.float64)


def scored_sentences(step, max_length):
    """Every sentence there is, with eos where it has one, and its score, by multiplying out."""
    words = [token for token in range(VOCABULARY) if token != EOS]
    for length in range(max_length + 1):
        for sentence in itertools.product(words, repeat=length):
            tokens = [*sentence, EOS] if length < max_length else [*sentence]
            score = sum(
                step(torch.tensor([[BOS, *tokens[:place]]]))[0, token].item() for place, token in enumerate(tokens)
            )
            yield tokens, score


def without_eos(tokens):
    return [token for token in tokens if token != EOS]


def test_greedy_takes_the_likeliest_token_every_time(step):
    sentence = reference("greedy_decode")(step, BOS, EOS, 6)

    for place, token in enumerate([*sentence, EOS][:6]):
        assert step(torch.tensor([[BOS, *sentence[:place]]]))[0].argmax() == token


def test_a_beam_of_one_is_greedy(step):
    beam_of_one = reference("beam_search")(step, BOS, EOS, 1, 7, 0.0)

    assert beam_of_one == reference("greedy_decode")(step, BOS, EOS, 7)


@pytest.mark.parametrize("alpha", [0.0, 0.6, 1.0, 3.0])
@pytest.mark.parametrize("max_length", [1, 2, 4])
def test_a_beam_as_wide_as_everything_finds_the_best_of_all_sentences(step, max_length, alpha):
    found = reference("beam_search")(step, BOS, EOS, VOCABULARY**5, max_length, alpha)

    best, _ = max(scored_sentences(step, max_length), key=lambda each: each[1] / ((5 + len(each[0])) / 6) ** alpha)
    assert found == without_eos(best)


def test_the_beam_keeps_what_a_search_by_the_rules_keeps(step):
    """The rules of the docstring once more, with dictionaries and probabilities, on narrow beams."""
    for beam, max_length, alpha in itertools.product((2, 3, 4), (3, 5, 8), (0.0, 0.7, 2.0)):
        live, finished = {(BOS,): 1.0}, {}
        for length in range(1, max_length + 1):
            grown = {
                (*prefix, token): probability * math.exp(step(torch.tensor([prefix]))[0, token])
                for prefix, probability in live.items()
                for token in range(VOCABULARY)
            }
            kept = dict(sorted(grown.items(), key=lambda each: each[1])[-beam:])
            finished |= {prefix: value for prefix, value in kept.items() if prefix[-1] == EOS}
            live = {prefix: value for prefix, value in kept.items() if prefix[-1] != EOS}
            if length == max_length:
                finished |= live
            if len(finished) >= beam or not live:
                break
        worth = {
            prefix: math.log(value) / ((5 + len(prefix) - 1) ** alpha / 6**alpha) for prefix, value in finished.items()
        }

        found = reference("beam_search")(step, BOS, EOS, beam, max_length, alpha)

        assert found == without_eos(max(worth, key=worth.get)[1:])


LIKELY = {
    "bos": {"le": 0.5, "un": 0.4, "eos": 0.1},
    "le": {"chat": 0.4, "chien": 0.35, "eos": 0.25},
    "un": {"chat": 0.9, "chien": 0.05, "eos": 0.05},
    "chat": {"eos": 0.9, "noir": 0.1},
    "chien": {"eos": 0.9, "noir": 0.1},
    "noir": {"eos": 1.0},
}
WORDS = ["bos", "eos", "le", "un", "chat", "chien", "noir"]


def step_of_the_lesson(prefixes):
    rows = [[LIKELY.get(WORDS[prefix[-1]], {}).get(word, 1e-9) for word in WORDS] for prefix in prefixes.tolist()]
    return torch.tensor(rows).log()


def test_the_lessons_sentences_come_out_as_it_says():
    greedy = reference("greedy_decode")(step_of_the_lesson, BOS, EOS, 5)
    beam = reference("beam_search")(step_of_the_lesson, BOS, EOS, 2, 5, 0.0)

    assert [WORDS[token] for token in greedy] == ["le", "chat"]
    assert [WORDS[token] for token in beam] == ["un", "chat"]
    assert math.log(0.5 * 0.4 * 0.9) == pytest.approx(-1.715, abs=5e-4)
    assert math.log(0.4 * 0.9 * 0.9) == pytest.approx(-1.127, abs=5e-4)


def test_the_lessons_penalties_are_right():
    table = {alpha: [round(((5 + length) / 6) ** alpha, 2) for length in (1, 4, 9, 20, 40)] for alpha in (0.6, 1)}

    assert table == {0.6: [1.0, 1.28, 1.66, 2.35, 3.35], 1: [1.0, 1.5, 2.33, 4.17, 7.5]}
    assert pytest.approx(-1.33, abs=0.005) == -2.0 / 1.5
    assert pytest.approx(-1.11, abs=0.005) == -2.6 / (14 / 6)


def test_the_lessons_dog_has_the_bleu_it_says():
    wanted = ["the", "old", "dog", "sleeps", "in", "the", "garden"]
    written = ["the", "dog", "sleeps", "in", "the", "the", "garden"]

    assert reference("corpus_bleu")([written], [[wanted]]) == pytest.approx(48.9, abs=0.05)


@pytest.fixture
def shared(monkeypatch):
    """The modules that the lesson's checks and misconceptions have in common."""
    monkeypatch.syspath_prepend(COURSE.root / "solutions" / "11-decoding")
    yield import_module("languages"), import_module("searches")
    for name in ("languages", "searches"):
        sys.modules.pop(name, None)


class Drawing:
    """As much of the engine's `draw` as a language needs."""

    def __init__(self, seed):
        self.generator = np.random.default_rng(seed)


def test_the_search_of_which_every_rule_can_be_exchanged_is_the_right_one_as_it_stands(shared):
    languages, searches = shared
    for seed in range(30):
        spoken = languages.language(Drawing(seed), 6, hurry=0.4)
        call = (spoken.step, spoken.bos, spoken.eos, 1 + seed % 4, 6, seed % 3 / 2)

        assert searches.search(*call) == reference("beam_search")(*call)


@pytest.mark.parametrize(
    ("prefixes", "said"),
    [
        ([[0]], "a torch tensor"),
        (torch.zeros(3, dtype=torch.int64), "two axes"),
        (torch.zeros(1, 2), "torch.int64"),
        (torch.zeros(0, 3, dtype=torch.int64), "nothing to go on from"),
        (torch.zeros(1, 40, dtype=torch.int64), "far more than max_length"),
        (torch.tensor([[99]]), "token 99 is not one of"),
    ],
)
def test_a_language_says_what_is_wrong_with_a_prefix(shared, prefixes, said):
    spoken = shared[0].language(Drawing(0), 6)

    with pytest.raises(ValueError, match=said):
        spoken.step(prefixes)


def test_a_language_wants_every_prefix_to_start_with_bos(shared):
    spoken = shared[0].language(Drawing(0), 6)

    with pytest.raises(ValueError, match=f"a prefix is bos, here {spoken.bos}"):
        spoken.step(torch.tensor([[spoken.bos, 0], [spoken.eos, 0]]))


def by_sacrebleu(hypotheses, references):
    most = max(map(len, references))
    streams = [
        [" ".join(several[place]) if place < len(several) else None for several in references] for place in range(most)
    ]
    written = [" ".join(tokens) for tokens in hypotheses]
    return sacrebleu.corpus_bleu(written, streams, tokenize="none", force=True).score


@pytest.mark.parametrize("seed", range(40))
def test_bleu_is_what_sacrebleu_says(seed):
    chance = random.Random(seed)
    every = ["The", "cat", "the", "dog", ".", ",", "sees", "don't", "&amp;", "a", "old", "Ähre", "3.5", "%"]
    words = every[: chance.randint(3, 14)]

    def tokens(shortest, longest):
        return chance.choices(words, k=chance.randint(shortest, longest))

    sentences = chance.randint(1, 6)
    references = [[tokens(1, 12) for _ in range(chance.randint(1, 3))] for _ in range(sentences)]
    # Anything from noise to a copy, from nothing at all to twice the length.
    hypotheses = [
        chance.choice([several[0], several[-1][: chance.randint(0, 9)], tokens(0, 16), several[0] * 2])
        for several in references
    ]

    score = reference("corpus_bleu")(hypotheses, references)

    assert score == pytest.approx(by_sacrebleu(hypotheses, references), abs=1e-9)


def test_bleu_agrees_with_sacrebleu_where_smoothing_and_nothing_decide():
    words = list("abcdefgh")
    cases = [
        [["a", "x", "c", "y", "e"]],
        [["a", "b", "x", "d", "e", "y"]],
        [["x", "y", "z", "w"]],
        [["a", "b", "c"]],
        [[]],
        [words],
    ]

    for hypotheses in cases:
        score = reference("corpus_bleu")(hypotheses, [[words]])

        assert score == pytest.approx(by_sacrebleu(hypotheses, [[words]]), abs=1e-9)
