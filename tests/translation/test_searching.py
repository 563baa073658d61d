"""Searching against exhaustive search, the course's own searches, and itself without a cache."""

import functools
import itertools
from dataclasses import replace

import pytest
import torch

from attnlab.content import read_answers, read_course
from attnlab.errors import WrongUsage
from attnlab.paths import course_root
from attnlab.translation import Kind, TransformerSettings, Vocabulary, build
from attnlab.translation import searching as searching_module
from attnlab.translation.fast.decoder import Output
from attnlab.translation.searching import max_tokens, search
from attnlab.translation.translator import Memory, Translator
from attnlab.translation.vocabulary import BOS, EOS, SPECIAL

COURSE = read_course(course_root(None))
SOURCE = Vocabulary((*SPECIAL, *(f"s{number}" for number in range(9))))
TARGET = Vocabulary((*SPECIAL, *(f"t{number}" for number in range(5))))
SMALL = TransformerSettings(layers=2, heads=2, d_model=12, d_ff=20)
SENTENCES = [SOURCE.tokens[4:8], SOURCE.tokens[9:11], SOURCE.tokens[5:12], SOURCE.tokens[6:7], SOURCE.tokens[8:11]]


def model_of(kind, seed=0, target=TARGET, **changes):
    """A model in double precision with opinions of its own, which comes to an end now and then."""
    settings = replace(SMALL, **changes)
    model = build(kind, len(SOURCE), len(target), seed=seed, d_embedding=7, d_model=10, transformer=settings).double()
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter += 0.4 * torch.randn(parameter.shape, generator=generator, dtype=torch.float64)
    return model.eval()


MODELS = {
    **{f"{kind}": (kind, {}) for kind in Kind},
    "not causal": (Kind.TRANSFORMER, {"causal": False}),
    "without positions": (Kind.TRANSFORMER, {"source_positions": False, "target_positions": False}),
    "tied": (Kind.TRANSFORMER, {"tied": True}),
}


@pytest.fixture(scope="module", params=MODELS)
def model(request):
    kind, changes = MODELS[request.param]
    return model_of(kind, **changes)


def step_of(model, sentence):
    """The model as the course's exercises know one: from prefixes to log-probabilities."""
    numbers = SOURCE.encode(sentence)

    @torch.no_grad()
    def step(prefixes):
        memory = model.encode(torch.tensor([numbers] * len(prefixes)), torch.tensor([len(numbers)] * len(prefixes)))
        return torch.log_softmax(model.teach(memory, prefixes)[0][:, -1], dim=-1)

    return step


class Babble(Translator):
    """What comes next depends on all that was written, and on the source, without rhyme or reason."""

    def __init__(self, liveliness, ending):
        super().__init__()
        generator = torch.Generator().manual_seed(3)
        self.table = liveliness * torch.randn(9973, len(TARGET), generator=generator, dtype=torch.float64)
        self.table[:, EOS] += ending

    def encode(self, source, lengths):
        seed = (source**3).sum(1, keepdim=True)
        return Memory(seed.double().unsqueeze(1), source >= 0, seed)

    def states(self, memory, target):
        row = memory.summary
        for token in target.unbind(1):
            row = torch.cat([row, (row[:, -1:] * 31 + token.unsqueeze(1) + 7) % 9973], dim=1)
        return row[:, 1:], None

    def logits(self, states):
        return self.table[states]

    def start(self, memory):
        return (memory.summary[:, 0],)

    def step(self, token, state, memory):
        row = (state[0] * 31 + token + 7) % 9973
        return self.table[row], (row,), None


def course_answer(name):
    return answers_of(name).implementation


@functools.cache
def answers_of(name):
    return read_answers(COURSE, COURSE.exercise(name))


def numbers_of(found):
    return [[TARGET.encode(each.tokens) for each in several] for several in found]


def assert_the_same(some, others):
    assert [[each.tokens for each in several] for several in some] == [
        [each.tokens for each in several] for several in others
    ]
    for one, other in zip(itertools.chain(*some), itertools.chain(*others)):
        assert one.score == pytest.approx(other.score, abs=1e-9)
        assert torch.tensor(one.weights).allclose(torch.tensor(other.weights), atol=1e-9)


def test_greedy_is_the_course_s_greedy_decode(model):
    wanted = [
        course_answer("greedy_decode")(step_of(model, sentence), BOS, EOS, max_tokens(len(sentence)))
        for sentence in SENTENCES
    ]

    found = search(model, SENTENCES, SOURCE, TARGET)

    assert numbers_of(found) == [[each] for each in wanted]


@pytest.mark.parametrize(("beam", "alpha"), [(2, 0.6), (3, 0.0), (5, 1.0), (11, 0.6), (4, -0.5)])
def test_a_beam_is_the_course_s_beam_search(model, beam, alpha):
    wanted = [
        course_answer("beam_search")(step_of(model, sentence), BOS, EOS, beam, max_tokens(len(sentence)), alpha)
        for sentence in SENTENCES
    ]

    found = search(model, SENTENCES, SOURCE, TARGET, beam=beam, alpha=alpha)

    assert numbers_of(found) == [[each] for each in wanted]


@pytest.mark.parametrize(("liveliness", "ending"), [(0.5, 0), (1.5, -1), (3, 1), (8, 0)])
@pytest.mark.parametrize(("beam", "alpha"), [(2, 0.6), (3, 2.0), (4, 0.0), (3, -1.0)])
def test_in_any_language_a_beam_is_the_course_s_beam_search(liveliness, ending, beam, alpha):
    model = Babble(liveliness, ending)
    sentences = [SOURCE.tokens[first : first + length] for first in range(4, 11) for length in (1, 2, 3)]

    found = search(model, sentences, SOURCE, TARGET, beam=beam, alpha=alpha, together=8)

    for sentence, (best,) in zip(sentences, found):
        step, limit = step_of(model, sentence), max_tokens(len(sentence))
        assert TARGET.encode(best.tokens) == course_answer("beam_search")(step, BOS, EOS, beam, limit, alpha)


@pytest.mark.parametrize(("beam", "n_best"), [(1, 1), (3, 2), (6, 6)])
def test_the_cache_changes_nothing(model, beam, n_best):
    cached = search(model, SENTENCES, SOURCE, TARGET, beam=beam, n_best=n_best)

    anew = search(model, SENTENCES, SOURCE, TARGET, beam=beam, n_best=n_best, cached=False)

    assert_the_same(cached, anew)


@pytest.mark.parametrize("beam", [1, 4])
def test_sentences_together_are_sentences_alone(model, beam):
    together = search(model, SENTENCES, SOURCE, TARGET, beam=beam, n_best=beam)

    alone = [search(model, [each], SOURCE, TARGET, beam=beam, n_best=beam)[0] for each in SENTENCES]

    assert_the_same(together, alone)
    assert_the_same(together, search(model, SENTENCES, SOURCE, TARGET, beam=beam, n_best=beam, together=2))


def test_threads_side_by_side_change_nothing_and_leave_torch_as_it_was(model):
    threads = torch.get_num_threads()
    alone = search(model, SENTENCES, SOURCE, TARGET, beam=2, together=1)
    torch.set_num_threads(3)
    try:
        found = search(model, SENTENCES, SOURCE, TARGET, beam=2, together=1)

        assert torch.get_num_threads() == 3
    finally:
        torch.set_num_threads(threads)
    assert_the_same(found, alone)


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("alpha", [0.0, 0.6])
def test_a_beam_that_holds_everything_finds_the_best_of_all_sentences(kind, alpha, monkeypatch):
    target, longest = Vocabulary((*SPECIAL, "a")), 4
    model = model_of(kind, target=target)
    monkeypatch.setattr(searching_module, "max_tokens", lambda source_length: longest)
    step = step_of(model, SENTENCES[0])
    everything = []
    for length in range(1, longest + 1):
        for tokens in itertools.product(range(len(target)), repeat=length):
            # Those that end, and those that are cut off.
            if EOS not in tokens[:-1] and (tokens[-1] == EOS or length == longest):
                total = sum(
                    float(step(torch.tensor([[BOS, *tokens[:at]]]))[0, token]) for at, token in enumerate(tokens)
                )
                everything.append((total / ((5 + length) / 6) ** alpha, [each for each in tokens if each != EOS]))
    everything.sort(reverse=True)

    (found,) = search(model, SENTENCES[:1], SOURCE, target, beam=700, n_best=9, alpha=alpha)

    assert [target.encode(each.tokens) for each in found] == [tokens for _, tokens in everything[:9]]
    assert [each.score for each in found] == pytest.approx([score for score, _ in everything[:9]])


def test_the_score_is_what_the_model_says_of_the_whole_sentence(model):
    for sentence, several in zip(SENTENCES, search(model, SENTENCES, SOURCE, TARGET, beam=4, n_best=3)):
        for each in several:
            tokens = TARGET.encode(each.tokens)
            if len(tokens) < max_tokens(len(sentence)):
                tokens.append(EOS)
            step = step_of(model, sentence)
            total = sum(float(step(torch.tensor([[BOS, *tokens[:at]]]))[0, token]) for at, token in enumerate(tokens))

            assert each.score == pytest.approx(total / ((5 + len(tokens)) / 6) ** 0.6)


def test_the_best_come_first_and_none_comes_twice(model):
    for several in search(model, SENTENCES, SOURCE, TARGET, beam=6, n_best=5):
        assert [each.score for each in several] == sorted((each.score for each in several), reverse=True)
        assert len({each.tokens for each in several}) == len(several) > 1


def test_a_model_that_never_ends_is_cut_off_at_each_sentence_s_own_limit():
    model = model_of(Kind.TRANSFORMER)
    with torch.no_grad():
        model.vocabulary.bias[EOS] = -1e9

    for beam in (1, 3):
        found = search(model, SENTENCES, SOURCE, TARGET, beam=beam)

        assert [len(best.tokens) for (best,) in found] == [max_tokens(len(each)) for each in SENTENCES]


@pytest.mark.parametrize("beam", [1, 3])
def test_weights_are_left_out_when_nobody_looks(beam):
    model = model_of(Kind.TRANSFORMER)

    found = search(model, SENTENCES, SOURCE, TARGET, beam=beam, looking=False)

    assert [best.tokens for (best,) in found] == [
        best.tokens for (best,) in search(model, SENTENCES, SOURCE, TARGET, beam=beam)
    ]
    assert all(best.weights == () for (best,) in found)


def test_every_token_looks_at_its_own_sentence_s_words():
    for sentence, several in zip(SENTENCES, search(model_of(Kind.LUONG), SENTENCES, SOURCE, TARGET, beam=3, n_best=3)):
        for each in several:
            assert len(each.weights) == len(each.tokens)
            assert all(len(row) == len(sentence) and sum(row) == pytest.approx(1) for row in each.weights)


def test_a_sentence_without_words_has_a_translation_without_words():
    found = search(model_of(Kind.RNN), [(), SENTENCES[0]], SOURCE, TARGET)

    assert [len(several) for several in found] == [1, 1]
    assert found[0][0].tokens == ()
    assert search(model_of(Kind.RNN), [], SOURCE, TARGET) == []


def test_a_model_in_training_goes_on_training_and_nothing_is_dropped():
    model = model_of(Kind.TRANSFORMER, dropout=0.5)
    quiet = search(model, SENTENCES, SOURCE, TARGET)
    model.train()

    found = search(model, SENTENCES, SOURCE, TARGET)

    assert model.training
    assert_the_same(found, quiet)


@pytest.mark.parametrize(("beam", "n_best"), [(0, 1), (2, 3), (2, 0)])
def test_more_translations_than_the_beam_is_wide_are_refused(beam, n_best):
    with pytest.raises(WrongUsage, match="translations"):
        search(model_of(Kind.RNN), SENTENCES, SOURCE, TARGET, beam=beam, n_best=n_best)


def test_single_precision_finds_the_same_with_and_without_the_cache():
    # Many words, so that the best are looked for in blocks, and long sentences, so that the cache has to grow.
    target = Vocabulary((*SPECIAL, *(f"t{number}" for number in range(300))))
    model = model_of(Kind.TRANSFORMER, target=target).float()
    with torch.no_grad():
        model.vocabulary.bias[EOS] -= 4
    sentences = [SOURCE.tokens[4:13] * 3, SOURCE.tokens[5:9], SOURCE.tokens[4:13] * 2]

    for beam in (1, 5):
        cached = search(model, sentences, SOURCE, target, beam=beam)
        anew = search(model, sentences, SOURCE, target, beam=beam, cached=False)

        assert [best.tokens for (best,) in cached] == [best.tokens for (best,) in anew]


@pytest.mark.parametrize("words", [63, 64, 65, 200, 640, 6500])
@pytest.mark.parametrize("best", [1, 2, 9, 63])
def test_the_best_words_are_the_best_wherever_they_stand(words, best):
    generator = torch.Generator().manual_seed(words)
    table, x, bias = (
        torch.randn(*size, generator=generator, dtype=torch.float64) for size in ((words, 7), (300, 7), (words,))
    )

    gains, tokens = Output(table, bias).best(x, best)

    wanted = torch.log_softmax(x @ table.T + bias, dim=-1).topk(best)
    torch.testing.assert_close(gains, wanted.values)
    assert torch.equal(tokens, wanted.indices)
