"""Trained models kept in a folder, so that experiments which need the same one train it once."""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Callable
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import torch

from attnlab.translation.models import Kind, build
from attnlab.translation.plan import Step
from attnlab.translation.trial import Trained, Trial, train_on_grammar
from attnlab.translation.vocabulary import Vocabulary

# The entry that is no weight; no parameter's name begins with a dot.
_STORY = ".story"


def trained_on_grammar(
    kind: Kind,
    trial: Trial,
    *,
    folder: Path | None = None,
    progress: Callable[[Step], None] = lambda step: None,
) -> Trained:
    """The model this trial leads to: the one kept in `folder` if it is there and fits, else trained anew and kept.

    Args:
        folder: where to look and to keep; None keeps nothing. One that cannot be written is done without.
        progress: hears of every step of a training, and of nothing when there is none.
    """
    if folder is None:
        return train_on_grammar(kind, trial, progress=progress)
    file = file_of(kind, trial, folder)
    trained = _restored(file, kind, trial)
    if trained is None:
        trained = train_on_grammar(kind, trial, progress=progress)
        _keep(file, trained, trial)
    return trained


def file_of(kind: Kind, trial: Trial, folder: Path) -> Path:
    """The file in which the model of this kind and trial is kept."""
    told = json.dumps(trial.described(), sort_keys=True)
    return folder / f"{kind}_{blake2b(told.encode(), digest_size=6).hexdigest()}.npz"


def _keep(file: Path, trained: Trained, trial: Trial) -> None:
    story = {
        "kind": trained.kind,
        "trial": trial.described(),
        "source": trained.source.tokens,
        "target": trained.target.tokens,
        "losses": trained.losses,
        "seconds": trained.seconds,
    }
    entries: dict[str, Any] = {name: weights.numpy(force=True) for name, weights in trained.model.state_dict().items()}
    entries[_STORY] = np.frombuffer(json.dumps(story).encode(), np.uint8)
    beside = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with beside.open("wb") as opened:
            np.savez(opened, **entries)
        beside.replace(file)
    except OSError:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def _restored(file: Path, kind: Kind, trial: Trial) -> Trained | None:
    try:
        with np.load(file, allow_pickle=False) as kept:
            story = json.loads(kept[_STORY].tobytes())
            if story["kind"] != kind or story["trial"] != trial.described():
                return None
            source, target = Vocabulary(tuple(story["source"])), Vocabulary(tuple(story["target"]))
            weights = {name: torch.from_numpy(kept[name]) for name in kept.files if name != _STORY}
        model = build(
            kind,
            len(source),
            len(target),
            seed=trial.seed,
            d_embedding=trial.d_embedding,
            d_model=trial.d_model,
            transformer=trial.transformer,
        )
        model.load_state_dict(weights)
        return Trained(
            kind, model.eval(), source, target, tuple(story["losses"]), story["seconds"], torch.device("cpu")
        )
    except (OSError, EOFError, ValueError, TypeError, KeyError, RuntimeError, BadZipFile, zlib.error):
        # Not there, cut short, or somebody else's: load_state_dict complains by RuntimeError.
        return None
