"""The state of a training as one file of tensors, written whole or not at all: what is needed to go on exactly."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save

from attnlab.translation.loop import State
from attnlab.translation.plan import Plan
from attnlab.translation.runs.files import FORMAT, STORY, broken, header
from attnlab.translation.runs.records import Unreadable, plain, read
from attnlab.translation.shelf import write
from attnlab.translation.trainee import Trainee

VALUES, FIRST, SECOND, AVERAGE = "values", "first_moment", "second_moment", "average"


@dataclass(frozen=True, slots=True)
class Story:
    """What the file's header tells beside the tensors; `steps` is the plan's, for whoever wants no plan."""

    format_version: int
    step: int
    steps: int
    seconds: float
    tokens: int
    pieces: int
    weights: int
    plan: Plan


def write_state(file: Path, trainee: Trainee, state: State, *, remedy: str) -> None:
    """Keep the state and the weights.

    Raises:
        CannotWrite: the disk is full and the like; what was there before is untouched.
    """
    values, plan = trainee.flat.values, state.plan
    tensors = {VALUES: values, FIRST: state.first_moment, SECOND: state.second_moment}
    if state.average is not None:
        tensors[AVERAGE] = state.average
    story = Story(FORMAT, state.step, plan.steps, state.seconds, state.tokens, state.pieces, len(values), plan)
    on_cpu = {name: tensor.detach().cpu() for name, tensor in tensors.items()}
    write(file, save(on_cpu, {STORY: json.dumps(plain(story))}), remedy=remedy)


def read_state(file: Path, trainee: Trainee) -> State | None:
    """The state that was kept, its weights given to the trainee; None where none was.

    Raises:
        NotThere: it is cut short, or that of another model.
        NewerFormat: a later attnlab wrote it.
    """
    told = header(file)
    if told is None:
        return None
    try:
        story = read(Story, told)
    except Unreadable as error:
        raise broken(file, str(error)) from error
    values = trainee.flat.values
    wanted = {VALUES, FIRST, SECOND} | ({AVERAGE} if story.plan.averaging else set())
    try:
        with safe_open(file, framework="pt") as opened:
            if set(opened.keys()) != wanted:
                raise broken(file, f"it has to hold {', '.join(sorted(wanted))}")
            for name in sorted(wanted):
                # The header's word, before any number is read: a lie costs no memory.
                if tuple(opened.get_slice(name).get_shape()) != tuple(values.shape):
                    raise broken(file, f"it is of a model with other than {len(values):,} weights")
            kept = {name: opened.get_tensor(name).to(values) for name in wanted}
    except (OSError, SafetensorError) as error:
        raise broken(file, "it is cut short, or not what attnlab writes") from error
    with torch.no_grad():
        values.copy_(kept[VALUES])
    trainee.updated()
    return State(
        story.plan,
        kept[FIRST],
        kept[SECOND],
        kept.get(AVERAGE),
        step=story.step,
        seconds=story.seconds,
        tokens=story.tokens,
        pieces=story.pieces,
    )
