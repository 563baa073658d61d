"""What somebody wishes to train, checked and made complete by the recipe for it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attnlab.errors import UnknownName, WrongUsage
from attnlab.study.workspace import Workspace
from attnlab.translation.corpora import GRAMMAR
from attnlab.translation.kinds import Kind
from attnlab.translation.machine import check_device

if TYPE_CHECKING:
    from attnlab.translation.recipes import Recipe
    from attnlab.translation.runs import RunSettings

MINE, REFERENCE, FAST = "mine", "reference", "fast"
MADE_OF = (MINE, REFERENCE, FAST)
TRANSFORMER = Kind.TRANSFORMER
_OF_TRANSFORMERS = {"layers", "heads", "d_ff", "dropout"}


@dataclass(frozen=True)
class Wishes:
    """What was typed; None for whatever was not.

    Args:
        made_of: mine, reference or fast.
        sizes: what is to be otherwise than in the recipe, by the recipe's names.
        data: the folder of the corpora.
    """

    kind: str | None = None
    corpus: str | None = None
    made_of: str | None = None
    minutes: float | None = None
    steps: int | None = None
    device: str = "auto"
    run: Path | None = None
    seed: int | None = None
    sizes: tuple[tuple[str, Any], ...] = ()
    data: Path | None = None


def check_wishes(wishes: Wishes) -> None:
    """See to it that they can be meant.

    Raises:
        UnknownName: there is no such kind or choice of parts.
        WrongUsage: they contradict each other.
    """
    for kind, wanted, known in (
        ("kind of model", wishes.kind, [kind.value for kind in Kind]),
        ("choice of parts", wishes.made_of, MADE_OF),
    ):
        if wanted is not None and wanted not in known:
            raise UnknownName(kind, wanted, known, listing=f"there are: {', '.join(known)}")
    check_device(wishes.device)
    if wishes.minutes is not None and wishes.steps is not None:
        raise WrongUsage("--minutes and --steps cannot both be meant", remedy="leave one of them away")
    for name, number in (("minutes", wishes.minutes), ("steps", wishes.steps), *wishes.sizes):
        told = f"--{name.replace('_', '-')} {number} cannot be meant"
        if name == "dropout" and not 0 <= number < 1:
            raise WrongUsage(told, remedy="it should be below one, and not below zero")
        if name != "dropout" and number is not None and number <= 0:
            raise WrongUsage(told, remedy="it should be above zero")
    if wishes.made_of == MINE and wishes.kind not in (None, TRANSFORMER):
        raise WrongUsage(
            f"the parts you write make a transformer, not the kind '{wishes.kind}'",
            remedy="leave --parts away, or --model",
        )


def settings_for(wishes: Wishes, workspace: Workspace | None) -> RunSettings:
    """What is to be trained, as far as it depends on nothing but the wishes."""
    from attnlab.translation.recipes import recipe_for
    from attnlab.translation.runs import RunSettings

    kind, corpus = wishes.kind or TRANSFORMER, wishes.corpus or GRAMMAR
    recipe = _otherwise(recipe_for(kind, corpus), kind, wishes)
    made_of = wishes.made_of or (MINE if workspace and kind == TRANSFORMER else FAST)
    if made_of == MINE and workspace is None:
        raise WrongUsage(
            "there are no parts of yours here: this is no workspace",
            remedy="'attnlab init attention' makes one; '--parts fast' needs none",
        )
    minutes = wishes.minutes
    if minutes is None and wishes.steps is None:
        minutes = recipe.minutes
    return RunSettings(
        kind=Kind(kind),
        corpus=corpus,
        recipe=recipe,
        seed=wishes.seed or 0,
        steps=wishes.steps,
        minutes=minutes,
        parts=made_of,
    )


def _otherwise(recipe: Recipe, kind: str, wishes: Wishes) -> Recipe:
    """The recipe with the sizes that were wished for."""
    for name, _ in wishes.sizes:
        if kind != TRANSFORMER and name in _OF_TRANSFORMERS:
            raise WrongUsage(f"--{name.replace('_', '-')} means nothing to the kind '{kind}'", remedy="leave it away")
    changed = replace(recipe, **dict(wishes.sizes))
    if kind == TRANSFORMER and changed.d_model % changed.heads:
        shared = changed.heads * -(-changed.d_model // changed.heads)
        raise WrongUsage(
            f"{changed.heads} heads cannot share a width of {changed.d_model} evenly",
            remedy=f"--d-model {shared} could be shared by {changed.heads}",
        )
    return changed
