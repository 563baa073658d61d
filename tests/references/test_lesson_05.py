"""The references of lesson 05 against torch's own attention, finite differences and the paper's claims."""

import math

import pytest
import torch
from torch import nn
from torch.nn import functional

from attnlab.content import read_answers, read_course
from attnlab.paths import course_root

COURSE = read_course(course_root(None))
BATCH, HEADS, QUERIES, KEYS, D_K, D_V, D_MODEL = 2, 3, 4, 6, 5, 7, 8


def reference(name):
    return read_answers(COURSE, COURSE.exercise(name)).implementation


@pytest.fixture(params=range(3))
def generator(request):
    return torch.Generator().manual_seed(request.param)


def normal(generator, *shape, dtype=torch.float64):
    return torch.randn(*shape, generator=generator, dtype=dtype)


def attention(generator, *leading, dtype=torch.float64):
    """Query, key and value with these leading axes."""
    return [normal(generator, *leading, *table, dtype=dtype) for table in ((QUERIES, D_K), (KEYS, D_K), (KEYS, D_V))]


def a_mask(generator, *axes, empty_row=True):
    """Every row has something to look at, but, with `empty_row`, the very last."""
    mask = torch.rand(*axes, generator=generator) < 0.5
    mask[..., 1] = True
    if empty_row:
        mask.view(-1, axes[-1])[-1] = False
    return mask


def weights_of_torch(query, key, mask):
    """Torch's attention hands out no weights; mixing the rows of an identity gives them."""
    identity = torch.eye(key.shape[-2], dtype=key.dtype).expand(*key.shape[:-2], -1, -1)
    return functional.scaled_dot_product_attention(query, key, identity, attn_mask=mask)


def test_projections_are_what_torchs_linear_layers_give(generator):
    x = normal(generator, BATCH, QUERIES, D_MODEL)
    matrices = [normal(generator, D_MODEL, width) for width in (D_K, D_K, D_V)]

    projected = reference("project_qkv")(x, *matrices)

    for part, W in zip(projected, matrices, strict=True):
        layer = nn.Linear(*W.shape, bias=False, dtype=torch.float64)
        layer.weight.data = W.T.contiguous()
        torch.testing.assert_close(part, layer(x).detach())


@pytest.mark.parametrize("leading", [(), (BATCH,), (BATCH, HEADS), (2, BATCH, HEADS)])
def test_attention_is_torchs_own_for_any_leading_axes(generator, leading):
    query, key, value = attention(generator, *leading)

    context, weights = reference("scaled_dot_product_attention")(query, key, value)

    torch.testing.assert_close(context, functional.scaled_dot_product_attention(query, key, value))
    torch.testing.assert_close(weights, weights_of_torch(query, key, None))


@pytest.mark.parametrize(
    "axes", [(BATCH, HEADS, QUERIES, KEYS), (BATCH, 1, QUERIES, KEYS), (BATCH, 1, 1, KEYS), (QUERIES, KEYS), (KEYS,)]
)
def test_masked_attention_is_torchs_own_wherever_there_is_something_to_see(generator, axes):
    query, key, value = attention(generator, BATCH, HEADS)
    mask = a_mask(generator, *axes, empty_row=len(axes) > 1)
    seen = mask.any(dim=-1).expand(BATCH, HEADS, QUERIES)

    context, weights = reference("scaled_dot_product_attention")(query, key, value, mask)

    mask = mask.expand(BATCH, HEADS, QUERIES, KEYS)
    expected = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
    torch.testing.assert_close(context[seen], expected[seen])
    torch.testing.assert_close(weights[seen], weights_of_torch(query, key, mask)[seen])
    assert (context[~seen] == 0).all()
    assert (weights[~seen] == 0).all()


def test_attention_is_the_papers_equation_number_for_number(generator):
    """Equation 1 for one table, with plain numbers."""
    query, key, value = attention(generator)

    context, weights = reference("scaled_dot_product_attention")(query, key, value)

    for asked in range(QUERIES):
        scores = [sum(float(query[asked, i] * key[j, i]) for i in range(D_K)) / D_K**0.5 for j in range(KEYS)]
        total = sum(math.exp(score) for score in scores)
        shares = [math.exp(score) / total for score in scores]
        assert weights[asked].tolist() == pytest.approx(shares)
        mixed = [sum(shares[j] * float(value[j, i]) for j in range(KEYS)) for i in range(D_V)]
        assert context[asked].tolist() == pytest.approx(mixed)


@pytest.mark.parametrize("masked", [False, True])
def test_gradients_are_those_of_finite_differences_also_beside_an_empty_row(generator, masked):
    arguments = [argument.requires_grad_() for argument in attention(generator, 2)]
    mask = a_mask(generator, 2, QUERIES, KEYS) if masked else None

    attend = reference("scaled_dot_product_attention")

    assert torch.autograd.gradcheck(lambda *given: attend(*given, mask), arguments)


def test_a_batch_of_empty_rows_gives_zero_gradients(generator):
    arguments = [argument.requires_grad_() for argument in attention(generator, BATCH)]
    nothing = torch.zeros(BATCH, QUERIES, KEYS, dtype=torch.bool)

    context, weights = reference("scaled_dot_product_attention")(*arguments, nothing)
    (context.sum() + weights.sum()).backward()

    assert all((argument.grad == 0).all() for argument in arguments)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32])
def test_narrow_dtypes_stay_what_they_are_and_finite(generator, dtype):
    query, key, value = attention(generator, BATCH, HEADS, dtype=dtype)
    mask = a_mask(generator, BATCH, HEADS, QUERIES, KEYS)

    context, weights = reference("scaled_dot_product_attention")(query, key, value, mask)

    wide = [part.double() for part in (query, key, value)]
    expected, _ = reference("scaled_dot_product_attention")(*wide, mask)
    assert context.dtype == weights.dtype == dtype
    torch.testing.assert_close(context.double(), expected, atol=0.05, rtol=0.05)
    assert (weights[-1, -1, -1] == 0).all()


def test_a_hidden_key_cannot_change_the_context(generator):
    query, key, value = attention(generator, BATCH, HEADS)
    mask = a_mask(generator, BATCH, HEADS, QUERIES, KEYS, empty_row=False)
    mask[..., 3] = False
    before, _ = reference("scaled_dot_product_attention")(query, key, value, mask)

    key[..., 3, :], value[..., 3, :] = 1e6, -1e6
    after, _ = reference("scaled_dot_product_attention")(query, key, value, mask)

    torch.testing.assert_close(after, before, rtol=0, atol=0)


def test_the_variance_of_a_dot_product_is_d_k(generator):
    """Footnote 4 of the paper, on which the lesson stands."""
    for d_k in (4, 64, 400):
        query, key = normal(generator, 4000, d_k), normal(generator, 4000, d_k)

        products = (query * key).sum(dim=1)

        assert float(products.var()) == pytest.approx(d_k, rel=0.1)
        assert float(products.mean()) == pytest.approx(0, abs=4 * (d_k / 4000) ** 0.5)


def test_the_lessons_numbers_by_hand_are_right():
    query = torch.tensor([[1.0, 2, 0, -1]])
    key = torch.tensor([[1.0, 1, 0, -1], [0, 1, 2, 0], [-1, 0, 1, 1]])
    value = torch.tensor([[10.0, 0], [0, 10], [5, 5]])

    context, weights = reference("scaled_dot_product_attention")(query, key, value)
    bare = torch.softmax(query @ key.T, dim=-1)

    assert (query @ key.T).tolist() == [[4, 2, -2]]
    assert weights.tolist()[0] == pytest.approx([0.705, 0.259, 0.035], abs=5e-4)
    assert bare.tolist()[0] == pytest.approx([0.879, 0.119, 0.002], abs=5e-4)
    assert context.tolist()[0] == pytest.approx([7.23, 2.77], abs=5e-3)
