from pathlib import Path

import pytest
import torch

from attnlab.content import read_answers, read_course
from attnlab.translation.assembled import AssembledTranslator, canonical_shapes
from attnlab.translation.parts import NAMES, Own, PartFails, assemble, select
from attnlab.translation.searching import max_tokens
from attnlab.translation.transformer import TransformerSettings, TransformerTranslator
from attnlab.translation.vocabulary import BOS, EOS

SETTINGS = TransformerSettings(layers=2, heads=4, d_model=24, d_ff=40)
TIED = TransformerSettings(layers=2, heads=3, d_model=18, d_ff=30, tied=True)
SOURCE_WORDS, TARGET_WORDS = 23, 17


@pytest.fixture(scope="module")
def course():
    return read_course(Path(__file__).parents[2])


@pytest.fixture(scope="module")
def references(course):
    return assemble(select(course))


@pytest.fixture
def canonical():
    return made(SETTINGS)


def made(settings):
    torch.manual_seed(5)
    model = TransformerTranslator(SOURCE_WORDS, TARGET_WORDS, settings).double()
    # Gains of one and biases of zero would hide a norm that forgets them.
    for parameter in model.parameters():
        parameter.data += 0.1 * torch.randn_like(parameter)
    return model.eval()


def sentences():
    source = torch.tensor([[4, 9, 5, 22, 8], [7, 6, 0, 0, 0], [5, 5, 20, 3, 0]])
    target = torch.tensor([[1, 4, 8, 5], [1, 16, 6, 0], [1, 3, 0, 0]])
    return source, torch.tensor([5, 2, 4]), target


def taught(model):
    source, lengths, target = sentences()
    logits, weights = model.teach(model.encode(source, lengths), target)
    real = target != 0
    return logits[real], weights[real]


def outputs_and_gradients(model, parameters):
    logits, weights = taught(model)
    loss = torch.nn.functional.cross_entropy(logits, torch.arange(len(logits)) + 3)
    gradients = torch.autograd.grad(loss, list(parameters.values()))
    return logits, weights, dict(zip(parameters, gradients))


def require_same(assembled, canonical):
    logits, weights, gradients = outputs_and_gradients(assembled, assembled.canonical_parameters())
    own = outputs_and_gradients(canonical, dict(canonical.named_parameters()))
    torch.testing.assert_close(logits, own[0], atol=2e-6, rtol=1e-5)
    torch.testing.assert_close(weights, own[1], atol=2e-6, rtol=1e-5)
    assert gradients.keys() == own[2].keys()
    for name, gradient in gradients.items():
        torch.testing.assert_close(gradient, own[2][name], atol=5e-6, rtol=1e-4, msg=lambda told: f"{name}: {told}")


@pytest.mark.parametrize("settings", [SETTINGS, TIED], ids=["two tables", "tied"])
def test_the_parts_compute_what_the_canonical_model_does_and_the_same_gradients(references, settings):
    canonical = made(settings)

    assembled = AssembledTranslator.like(canonical, references).double()

    require_same(assembled, canonical)


def variants_of(name):
    course = read_course(Path(__file__).parents[2])
    return [(name, variant.id) for variant in read_answers(course, course.exercise(name)).variants]


ODD_BUT_RIGHT = [
    each
    for name in (
        "scaled_dot_product_attention",
        "padding_mask",
        "causal_mask",
        "sinusoidal_positions",
        "MultiHeadAttention",
        "layer_norm",
        "EncoderLayer",
        "DecoderLayer",
    )
    for each in variants_of(name)
]


@pytest.mark.parametrize(("name", "variant"), ODD_BUT_RIGHT, ids=lambda part: part)
def test_every_right_answer_written_otherwise_computes_the_same(course, references, canonical, name, variant):
    found = {each.id: each for each in read_answers(course, course.exercise(name)).variants}
    parts = references._replace(**{name: found[variant].implementation})

    assembled = AssembledTranslator.like(canonical, parts).double()

    require_same(assembled, canonical)


def test_weights_of_the_one_open_in_the_other(references, canonical):
    assembled = AssembledTranslator.like(canonical, references).double()
    other = TransformerTranslator(SOURCE_WORDS, TARGET_WORDS, SETTINGS).double().eval()

    other.load_state_dict({name: value.data for name, value in assembled.canonical_parameters().items()})

    torch.testing.assert_close(taught(other)[0], taught(canonical)[0])


def test_what_a_layer_has_besides_is_not_trained(course, references, canonical):
    found = {each.id: each for each in read_answers(course, course.exercise("DecoderLayer")).variants}
    parts = references._replace(DecoderLayer=found["from_the_encoder"].implementation)

    assembled = AssembledTranslator.like(canonical, parts)

    trained = assembled.canonical_parameters()
    assert trained.keys() == canonical_shapes(SOURCE_WORDS, TARGET_WORDS, SETTINGS).keys()
    assert len({id(parameter) for parameter in trained.values()}) == len(trained)
    assert all(parameter.requires_grad for parameter in trained.values())


def test_step_by_step_it_writes_what_it_was_taught(references, canonical):
    assembled = AssembledTranslator.like(canonical, references).double()
    source, lengths, target = sentences()

    memory = assembled.encode(source, lengths)
    state, seen = assembled.start(memory), []
    for time in range(target.shape[1]):
        logits, state, _ = assembled.step(target[:, time], state, memory)
        seen.append(logits)

    torch.testing.assert_close(torch.stack(seen, dim=1), assembled.teach(memory, target)[0])


@torch.no_grad()
def test_the_parts_own_greedy_decode_writes_the_most_likely_tokens(references, canonical):
    assembled = AssembledTranslator.like(canonical.float(), references)
    sentence = [4, 9, 5, 22]

    written = assembled.translate(sentence)

    memory = canonical.encode(torch.tensor([sentence]), torch.tensor([4]))
    prefix = [BOS]
    while len(prefix) <= max_tokens(4):
        token = int(canonical.teach(memory, torch.tensor([prefix]))[0][0, -1].argmax())
        if token == EOS:
            break
        prefix.append(token)
    assert written == prefix[1:]


def test_the_parts_own_beam_search_finds_nothing_less_likely(references, canonical):
    assembled = AssembledTranslator.like(canonical.float(), references)
    sentence = [4, 9, 5, 22]

    def likelihood(tokens, ended):
        whole = torch.tensor([[BOS, *tokens, *([EOS] if ended else [])]])
        memory = assembled.encode(torch.tensor([sentence]), torch.tensor([4]))
        rows = assembled.teach(memory, whole[:, :-1])[0].log_softmax(-1)[0]
        return float(rows.gather(1, whole[0, 1:, None]).sum().detach()) / ((5 + whole.shape[1] - 1) / 6) ** 0.6

    limit = max_tokens(4)
    greedy, beam = assembled.translate(sentence), assembled.translate(sentence, beam=5)

    assert likelihood(beam, len(beam) < limit) >= likelihood(greedy, len(greedy) < limit) - 1e-5


def test_a_layer_without_the_weights_names_what_is_missing(references, canonical):
    class Nameless(torch.nn.Module):
        def __init__(self, d_model, heads, d_ff, dropout):
            super().__init__()

    with pytest.raises(PartFails, match=r"encoder\.0\.attention\.W_q\.weight .* no such weight"):
        AssembledTranslator.like(canonical, references._replace(EncoderLayer=Nameless))


def test_a_file_that_imports_another_exercise_gets_the_chosen_one(course):
    mine = Own(
        b"def scaled_dot_product_attention(query, key, value, mask=None):\n    return 'mine', 'here'\n", "sdpa.py"
    )

    parts = assemble(select(course, {"scaled_dot_product_attention": mine}))

    imported = vars(__import__("sys").modules[parts.MultiHeadAttention.__module__])["scaled_dot_product_attention"]
    assert imported(1, 2, 3) == ("mine", "here")
    assert parts.scaled_dot_product_attention is imported


def test_a_selection_says_who_wrote_what_and_why(course):
    mine = Own(b"def padding_mask(lengths, max_length): ...\n", "padding_mask.py")

    chosen = select(course, {"padding_mask": mine}, {"causal_mask": "its gap is still open"})

    assert tuple(part.name for part in chosen.parts) == NAMES
    assert chosen.mine == ("padding_mask",)
    told = {row["part"]: row for row in chosen.told()}
    assert told["causal_mask"] == {
        "part": "causal_mask",
        "origin": "reference",
        "exercise": "causal_mask",
        "note": "its gap is still open",
    }


@pytest.mark.parametrize(
    ("source", "told"),
    [(b"1/0", "ZeroDivisionError"), (b"x = 1", "defines no padding_mask"), (b"raise SystemExit(3)", "SystemExit: 3")],
)
def test_a_file_that_does_not_run_here_is_named_with_a_remedy(course, source, told):
    chosen = select(course, {"padding_mask": Own(source, "padding_mask.py")})

    with pytest.raises(PartFails, match=told) as caught:
        assemble(chosen)

    assert "attnlab check padding_mask" in caught.value.remedy


def test_choosing_parts_imports_no_torch():
    import subprocess
    import sys

    code = "import sys, attnlab.translation.parts, attnlab.study.parts; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
