"""The references of lesson 06 against torch's triangles, its padding tools and its own attention."""

import pytest
import torch
from torch import nn
from torch.nn import functional

from attnlab.content import read_answers, read_course
from attnlab.paths import course_root

COURSE = read_course(course_root(None))
BATCH, HEADS, QUERIES, KEYS, D_K, D_V = 3, 2, 4, 6, 5, 7
LENGTHS = torch.tensor([4, 6, 1])


def reference(name):
    return read_answers(COURSE, COURSE.exercise(name)).implementation


@pytest.fixture(params=range(3))
def generator(request):
    return torch.Generator().manual_seed(request.param)


def attention(generator, queries=QUERIES, dtype=torch.float64):
    shapes = (queries, D_K), (KEYS, D_K), (KEYS, D_V)
    return [torch.randn(BATCH, HEADS, *table, generator=generator, dtype=dtype) for table in shapes]


def torchs_own(query, key, value, lengths, causal):
    """Torch's attention, for each sentence by itself on its words alone, where only the future has to be hidden."""
    contexts = []
    for sentence, length in enumerate(lengths.tolist()):
        bias = None
        if causal:
            bias = torch.full((query.shape[-2], KEYS), -torch.inf, dtype=query.dtype)
            bias = bias.triu(1 + KEYS - query.shape[-2])[:, :length]
        ours = query[sentence], key[sentence, :, :length], value[sentence, :, :length]
        contexts.append(functional.scaled_dot_product_attention(*ours, attn_mask=bias))
    return torch.stack(contexts)


@pytest.mark.parametrize("lengths", [[4, 6, 1], [0, 3], [5], [2, 2, 2, 2]])
def test_padding_mask_is_where_torch_puts_words_when_it_pads(lengths):
    sentences = [torch.ones(length) for length in lengths]
    padded = nn.utils.rnn.pad_sequence([*sentences, torch.ones(8)], batch_first=True)[:-1]

    mask = reference("padding_mask")(torch.tensor(lengths), 8)

    assert mask.dtype == torch.bool
    assert mask.shape == (len(lengths), 1, 1, 8)
    assert torch.equal(mask[:, 0, 0], padded.bool())


@pytest.mark.parametrize("dtype", [torch.int32, torch.int64])
def test_padding_mask_takes_whole_numbers_of_any_width(dtype):
    assert torch.equal(reference("padding_mask")(LENGTHS.to(dtype), KEYS), reference("padding_mask")(LENGTHS, KEYS))


@pytest.mark.parametrize("size", [1, 2, 7])
def test_causal_mask_is_torchs_own_for_as_many_queries_as_keys(size):
    """Torch's is added to scores: zero where one may look, -inf where not."""
    added = nn.Transformer.generate_square_subsequent_mask(size)

    assert torch.equal(reference("causal_mask")(size, size), added == 0)


@pytest.mark.parametrize("queries", range(1, 8))
@pytest.mark.parametrize("keys", range(1, 8))
def test_causal_mask_is_the_last_rows_of_the_square_one(queries, keys):
    mask = reference("causal_mask")(queries, keys)

    size = max(queries, keys)
    assert mask.dtype == torch.bool
    assert torch.equal(mask, torch.ones(size, size).tril().bool()[size - queries :, size - keys :])


def test_causal_mask_serves_decoding_one_word_at_a_time():
    """Row by row, with more keys each time, the masks are those of all words at once."""
    at_once = reference("causal_mask")(KEYS, KEYS)

    for word in range(KEYS):
        assert torch.equal(reference("causal_mask")(1, word + 1)[0], at_once[word, : word + 1])


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("queries", [1, QUERIES, KEYS])
def test_masked_attention_is_torchs_own_on_each_sentences_words(generator, causal, queries):
    query, key, value = attention(generator, queries)

    context, weights = reference("masked_attention")(query, key, value, LENGTHS, causal)

    torch.testing.assert_close(context, torchs_own(query, key, value, LENGTHS, causal))
    torch.testing.assert_close(weights.sum(dim=-1), torch.ones(BATCH, HEADS, queries, dtype=torch.float64))


def test_masked_attention_is_torchs_multihead_attention_with_its_two_masks(generator):
    """One head of identity matrices; True means hidden there."""
    query, key, value = (part[:, :1] for part in attention(generator, KEYS))
    value = value[..., :D_K]
    layer = nn.MultiheadAttention(D_K, 1, bias=False, batch_first=True, dtype=torch.float64)
    identity = torch.eye(D_K, dtype=torch.float64)
    layer.in_proj_weight.data, layer.out_proj.weight.data = torch.cat([identity] * 3), identity
    padding = torch.arange(KEYS) >= LENGTHS[:, None]
    future = torch.ones(KEYS, KEYS).triu(1).bool()

    context, weights = reference("masked_attention")(query, key, value, LENGTHS, True)

    expected = layer(query[:, 0], key[:, 0], value[:, 0], key_padding_mask=padding, attn_mask=future)
    torch.testing.assert_close(context[:, 0], expected[0].detach())
    torch.testing.assert_close(weights[:, 0], expected[1].detach())


def test_the_future_and_the_padding_cannot_change_the_context(generator):
    query, key, value = attention(generator, KEYS)
    before, _ = reference("masked_attention")(query, key, value, LENGTHS, True)

    key[:, :, 3:], value[:, :, 3:] = 100.0, -100.0
    after, _ = reference("masked_attention")(query, key, value, LENGTHS, True)

    torch.testing.assert_close(after[:, :, :3], before[:, :, :3], rtol=0, atol=0)
    torch.testing.assert_close(after[2], before[2], rtol=0, atol=0)


def test_what_may_see_nothing_gets_zeros():
    """A sentence without words, and queries that stand before the first key."""
    query, key, value = attention(torch.Generator().manual_seed(0), KEYS + 2)
    lengths = torch.tensor([4, 0, 6])

    context, weights = reference("masked_attention")(query, key, value, lengths, True)

    assert (weights[1] == 0).all()
    assert (weights[:, :, :2] == 0).all()
    assert (context[1] == 0).all()
    assert (context[:, :, :2] == 0).all()
    assert (weights[0, :, 2, 0] == 1).all()


def test_gradients_are_those_of_finite_differences_also_where_there_is_nothing_to_see(generator):
    arguments = [argument[:, :1].clone().requires_grad_() for argument in attention(generator, KEYS + 1)]
    lengths = torch.tensor([4, 0, 6])

    attend = reference("masked_attention")

    assert torch.autograd.gradcheck(lambda *given: attend(*given, lengths, True), arguments)


@pytest.mark.parametrize("dtype", [torch.float16, torch.float32])
def test_narrow_dtypes_stay_what_they_are_and_finite(generator, dtype):
    context, weights = reference("masked_attention")(*attention(generator, dtype=dtype), LENGTHS * 0, True)

    assert context.dtype == weights.dtype == dtype
    assert (context == 0).all()
    assert (weights == 0).all()
