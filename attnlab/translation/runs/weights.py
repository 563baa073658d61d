"""The trained model as a file of named tensors, and a model of the right sizes to put them in."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from attnlab.errors import NotThere
from attnlab.translation.flat import Flat
from attnlab.translation.kinds import Kind
from attnlab.translation.models import build
from attnlab.translation.runs.files import FORMAT, STORY, broken, header
from attnlab.translation.runs.settings import RunSettings
from attnlab.translation.shelf import write
from attnlab.translation.transformer import TransformerSettings
from attnlab.translation.translator import Translator


def untrained(settings: RunSettings, source_vocabulary: int, target_vocabulary: int) -> Translator:
    """A model of these settings with the weights it begins with."""
    recipe = settings.recipe
    sizes = TransformerSettings(
        layers=recipe.layers,
        heads=recipe.heads,
        d_model=recipe.d_model,
        d_ff=recipe.d_ff,
        dropout=recipe.dropout,
        tied=recipe.tied,
    )
    return build(
        settings.kind,
        source_vocabulary,
        target_vocabulary,
        seed=settings.seed,
        d_embedding=recipe.d_embedding,
        d_model=recipe.d_model,
        transformer=sizes if settings.kind is Kind.TRANSFORMER else None,
    )


def fill(model: Translator, flat: Flat, values: Tensor) -> None:
    """Give the model the weights that lie in `values` as those of another model lie in `flat`."""
    parameters = dict(model.named_parameters())
    with torch.no_grad():
        for name, weights in flat.named(values):
            parameters[name].copy_(weights)


def write_model(file: Path, flat: Flat, values: Tensor, *, step: int, steps: int, remedy: str) -> None:
    """Keep these weights by their names.

    Raises:
        CannotWrite: the disk is full and the like; what was there before is untouched.
    """
    told = json.dumps({"format_version": FORMAT, "step": step, "steps": steps})
    named = {name: weights.detach().cpu().clone() for name, weights in flat.named(values)}
    write(file, save(named, {STORY: told}), remedy=remedy)


def read_model(
    file: Path, settings: RunSettings, source_vocabulary: int, target_vocabulary: int, device: torch.device | str | None
) -> Translator:
    """The model with the weights in the file, ready to translate.

    Raises:
        NotThere: there are none, or they are not those of such a model.
        NewerFormat: a later attnlab wrote them.
    """
    if header(file) is None:
        raise NotThere(
            f"{file.parent} has no trained weights yet", remedy="the same 'attnlab train' again goes on with it"
        )
    model = untrained(settings, source_vocabulary, target_vocabulary)
    parameters = dict(model.named_parameters())
    try:
        with safe_open(file, framework="pt") as opened, torch.no_grad():
            names = set(opened.keys())
            if names != set(parameters):
                odd = sorted(names ^ set(parameters))
                raise broken(file, f"its weights are not those of such a model: {odd[0]} is in one of them only")
            for name, parameter in parameters.items():
                # The header's word, before any number is read: a lie costs no memory.
                shape = tuple(opened.get_slice(name).get_shape())
                if shape != tuple(parameter.shape):
                    raise broken(file, f"{name} is of shape {shape}, not {tuple(parameter.shape)}")
                weights = opened.get_tensor(name)
                if not torch.isfinite(weights).all():
                    raise broken(file, f"{name} holds numbers that are not finite")
                parameter.copy_(weights)
    except (OSError, SafetensorError) as error:
        raise broken(file, "it is cut short, or not what attnlab writes") from error
    return model.to(device or torch.device("cpu")).eval()
