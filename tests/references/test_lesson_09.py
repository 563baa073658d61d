"""The references of lesson 09 against torch's own layers, finite differences and plain numbers."""

import math

import pytest
import torch
from torch import nn
from torch.nn import functional

from attnlab.content import read_answers, read_course
from attnlab.paths import course_root

COURSE = read_course(course_root(None))
BATCH, LENGTH, SOURCE, HEADS, D_MODEL, D_FF = 3, 5, 7, 2, 6, 11
EPS = 1e-5


def reference(name):
    return read_answers(COURSE, COURSE.exercise(name)).implementation


@pytest.fixture(params=range(3))
def generator(request):
    return torch.Generator().manual_seed(request.param)


@pytest.fixture
def x(generator):
    return normal(generator, BATCH, LENGTH, D_MODEL)


@pytest.fixture
def memory(generator):
    return normal(generator, BATCH, SOURCE, D_MODEL)


@pytest.fixture
def mask(generator):
    return some_mask(generator, LENGTH)


@pytest.fixture
def memory_mask(generator):
    return some_mask(generator, SOURCE)


@pytest.fixture
def encoder(generator):
    return redrawn(reference("EncoderLayer")(D_MODEL, HEADS, D_FF, 0.0), generator)


@pytest.fixture
def decoder(generator):
    return redrawn(reference("DecoderLayer")(D_MODEL, HEADS, D_FF, 0.0), generator)


def normal(generator, *shape):
    return torch.randn(*shape, generator=generator, dtype=torch.float64)


def some_mask(generator, keys):
    """Another one for every sentence and head, something to look at in every row."""
    mask = torch.rand(BATCH, HEADS, LENGTH, keys, generator=generator) < 0.6
    mask[..., 0] = True
    return mask


def redrawn(layer, generator):
    """Gains other than one and biases other than zero, so that each is seen to be used."""
    layer.double()
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter.copy_(normal(generator, *parameter.shape) * 0.5 + (parameter.ndim == 1) * 0.3)
    return layer


def copy_attention(theirs, ours):
    theirs.in_proj_weight.data = torch.cat([ours.W_q.weight, ours.W_k.weight, ours.W_v.weight]).detach()
    theirs.in_proj_bias.data = torch.cat([ours.W_q.bias, ours.W_k.bias, ours.W_v.bias]).detach()
    theirs.out_proj.load_state_dict(ours.W_o.state_dict())


def torchs_encoder(ours):
    theirs = nn.TransformerEncoderLayer(
        D_MODEL, HEADS, D_FF, 0.0, layer_norm_eps=EPS, batch_first=True, norm_first=True, dtype=torch.float64
    )
    copy_attention(theirs.self_attn, ours.attention)
    _copy(theirs, ours, norms=2)
    return theirs


def torchs_decoder(ours):
    theirs = nn.TransformerDecoderLayer(
        D_MODEL, HEADS, D_FF, 0.0, layer_norm_eps=EPS, batch_first=True, norm_first=True, dtype=torch.float64
    )
    copy_attention(theirs.self_attn, ours.self_attention)
    copy_attention(theirs.multihead_attn, ours.cross_attention)
    _copy(theirs, ours, norms=3)
    return theirs


def _copy(theirs, ours, *, norms):
    theirs.linear1.load_state_dict(ours.W_1.state_dict())
    theirs.linear2.load_state_dict(ours.W_2.state_dict())
    for number in range(1, norms + 1):
        getattr(theirs, f"norm{number}").load_state_dict(getattr(ours, f"norm_{number}").state_dict())


def as_torch_has_it(mask):
    """torch masks are (batch · heads, queries, keys), and True means may not look."""
    return ~mask.flatten(0, 1)


def test_layer_norm_is_torchs(generator, x):
    gain, bias = normal(generator, D_MODEL), normal(generator, D_MODEL)

    y = reference("layer_norm")(x, gain, bias, 0.1)

    torch.testing.assert_close(y, functional.layer_norm(x, (D_MODEL,), gain, bias, 0.1), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("shape", [(D_MODEL,), (1, D_MODEL), (2, BATCH, LENGTH, D_MODEL)])
def test_layer_norm_takes_any_leading_axes(generator, shape):
    x, gain, bias = normal(generator, *shape), normal(generator, D_MODEL), normal(generator, D_MODEL)

    y = reference("layer_norm")(x, gain, bias, EPS)

    torch.testing.assert_close(y, functional.layer_norm(x, (D_MODEL,), gain, bias, EPS), rtol=1e-12, atol=1e-12)


def test_layer_norm_has_right_gradients_also_where_all_numbers_are_the_same(generator, x):
    x[0, 0] = 3.0
    arguments = [each.requires_grad_() for each in (x, normal(generator, D_MODEL), normal(generator, D_MODEL))]

    assert torch.autograd.gradcheck(lambda *given: reference("layer_norm")(*given, 0.1), arguments)


def test_the_lessons_numbers_by_hand_are_right():
    ones, zeros = torch.ones(4), torch.zeros(4)
    x = torch.tensor([[4.0, 8, 6, 6], [400, 800, 600, 600]])

    y = reference("layer_norm")(x, ones, zeros, 0.0)

    root = math.sqrt(2)
    torch.testing.assert_close(y, torch.tensor([[-root, root, 0, 0]] * 2))


def test_the_lessons_counts_of_weights_are_right():
    layer = reference("EncoderLayer")(512, 8, 2048, 0.1)

    sizes = {name: sum(each.numel() for each in part.parameters()) for name, part in layer.named_children()}

    assert sizes["attention"] == 1_050_624
    assert sizes["W_1"] + sizes["W_2"] == 2_099_712


def test_the_encoder_layer_is_torchs_with_the_norm_first(encoder, x):
    torch.testing.assert_close(encoder(x, None), torchs_encoder(encoder)(x), rtol=1e-10, atol=1e-12)


def test_the_encoder_layer_under_a_mask_is_torchs(encoder, x, mask):
    expected = torchs_encoder(encoder)(x, src_mask=as_torch_has_it(mask))

    torch.testing.assert_close(encoder(x, mask), expected, rtol=1e-10, atol=1e-12)


def test_the_decoder_layer_is_torchs_with_the_norm_first(decoder, x, memory):
    y, _ = decoder(x, memory, None, None)

    torch.testing.assert_close(y, torchs_decoder(decoder)(x, memory), rtol=1e-10, atol=1e-12)


def test_the_decoder_layer_under_masks_is_torchs_and_returns_the_weights_of_its_cross_attention(
    decoder, x, memory, mask, memory_mask
):
    theirs = torchs_decoder(decoder)
    seen = {}
    attend = theirs.multihead_attn.forward

    def attend_and_tell(*arguments, **keywords):
        output, seen["weights"] = attend(*arguments, **keywords | {"need_weights": True, "average_attn_weights": False})
        return output, None

    theirs.multihead_attn.forward = attend_and_tell

    y, weights = decoder(x, memory, mask, memory_mask)

    expected = theirs(x, memory, tgt_mask=as_torch_has_it(mask), memory_mask=as_torch_has_it(memory_mask))
    torch.testing.assert_close(y, expected, rtol=1e-10, atol=1e-12)
    torch.testing.assert_close(weights, seen["weights"], rtol=1e-10, atol=1e-12)


def test_a_mask_of_a_row_for_all_queries_reaches_every_query_and_head(decoder, x, memory, memory_mask):
    row = memory_mask[:, :1, :1]

    broadcast = decoder(x, memory, None, row)

    torch.testing.assert_close(broadcast, decoder(x, memory, None, row.expand_as(memory_mask).clone()))


def test_where_nothing_may_be_seen_only_the_output_bias_is_added(encoder, x):
    nothing = torch.zeros(LENGTH, LENGTH, dtype=torch.bool)
    with torch.no_grad():
        encoder.W_2.weight.zero_()

    y = encoder(x, nothing)

    torch.testing.assert_close(y, x + encoder.attention.W_o.bias + encoder.W_2.bias)


def test_gradients_of_the_encoder_layer_are_those_of_finite_differences(encoder, x, mask):
    mask[0, 0, 0] = False

    assert torch.autograd.gradcheck(lambda x: encoder(x, mask), x.requires_grad_(), fast_mode=True)


def test_gradients_of_the_decoder_layer_are_those_of_finite_differences(decoder, x, memory, mask, memory_mask):
    memory_mask[-1] = False
    inputs = x.requires_grad_(), memory.requires_grad_()

    assert torch.autograd.gradcheck(lambda x, memory: decoder(x, memory, mask, memory_mask), inputs, fast_mode=True)


@pytest.mark.parametrize(("name", "sublayers"), [("EncoderLayer", 2), ("DecoderLayer", 3)])
def test_dropout_falls_on_what_every_sublayer_adds_and_only_in_training(name, sublayers, x, memory):
    layer = reference(name)(D_MODEL, HEADS, D_FF, 1.0).double()
    fell_on = []
    layer.dropout.register_forward_hook(lambda module, given, result: fell_on.append(given[0].shape))
    arguments = (x, None) if name == "EncoderLayer" else (x, memory, None, None)

    trained, evaluated = layer.train()(*arguments), layer.eval()(*arguments)

    trained, evaluated = (each if name == "EncoderLayer" else each[0] for each in (trained, evaluated))
    torch.testing.assert_close(trained, x, rtol=0, atol=0)
    assert not torch.isclose(evaluated, x).all(dim=-1).any()
    assert fell_on == [x.shape] * sublayers * 2


def test_dropout_adds_on_average_what_is_added_without_it(encoder, x):
    encoder.dropout.p = 0.4
    with torch.no_grad(), torch.random.fork_rng():
        torch.manual_seed(3)
        encoder.W_2.weight.zero_()

        often = encoder(x[:1].expand(20_000, -1, -1), None)

        torch.testing.assert_close(often.mean(dim=0), encoder.eval()(x[:1], None)[0], rtol=0, atol=0.1)


@pytest.mark.parametrize("name", ["EncoderLayer", "DecoderLayer"])
def test_a_layer_that_heads_do_not_divide_is_refused(name):
    with pytest.raises(ValueError, match="divide"):
        reference(name)(7, 2, D_FF, 0.0)


def test_float32_stays_float32(encoder, decoder, x, memory):
    results = encoder.float()(x.float(), None), *decoder.float()(x.float(), memory.float(), None, None)

    assert {result.dtype for result in results} == {torch.float32}
