import torch
from torch import nn

from attnlab.translation.flat import flatten


def small():
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(3, 5), nn.LayerNorm(5), nn.Linear(5, 2, bias=False))


def test_weights_stay_what_they_were():
    model, untouched = small(), small()

    flatten(model)

    for (name, parameter), (_, before) in zip(model.named_parameters(), untouched.named_parameters(), strict=True):
        assert torch.equal(parameter, before), name


def test_changing_the_vector_changes_the_model():
    model = small()
    flat = flatten(model)

    flat.values.zero_()

    assert all(not parameter.any() for parameter in model.parameters())


def test_gradients_are_gathered_in_the_other_vector():
    model = small()
    flat = flatten(model)

    model(torch.ones(4, 3)).pow(2).sum().backward()

    for name, parameter in model.named_parameters():
        assert torch.equal(flat.view(name, flat.gradients), parameter.grad)
    assert flat.gradients.any()


def test_a_shared_weight_is_there_once():
    model = small()
    model.again = model[0]

    flat = flatten(model)

    assert len(flat.values) == 3 * 5 + 5 + 5 + 5 + 5 * 2


def test_only_the_weights_a_model_names_are_taken():
    model = small()
    model.canonical_parameters = lambda: {"first": model[0].weight}

    flat = flatten(model)

    assert list(flat.places) == ["first"]
    assert len(flat.values) == 3 * 5
