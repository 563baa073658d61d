"""Everything a run depends on, as its folder keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from attnlab.translation.kinds import Kind
from attnlab.translation.recipes import Recipe


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSettings:
    """Two runs with equal settings, on the same machine, have the same losses; if they name steps and not minutes.

    Args:
        kind: of model.
        corpus: its name; `fingerprint` says that it is still the same, and is filled in when the run starts.
        steps: how many; or else `minutes`, the time there is.
        parts: `mine`, `reference` or `fast`; `origins` says of each part which of the first two it was.
        precision: of the numbers it computes with, as chosen by measurement.
        threads: those it computes with on the CPU, on which the last digits of sums depend.
    """

    kind: Kind
    corpus: str
    recipe: Recipe
    seed: int = 0
    steps: int | None = None
    minutes: float | None = None
    parts: str = "reference"
    origins: Mapping[str, str] = field(default_factory=dict)
    precision: str = "float32"
    threads: int = 1
    fingerprint: str = ""

    def __post_init__(self) -> None:
        if (self.steps is None) == (self.minutes is None):
            raise ValueError("either steps or minutes have to be named")

    def differences(self, other: RunSettings) -> tuple[str, ...]:
        """The names of what is not the same, `recipe.` before those in the recipe; a fingerprint not known differs
        from none.
        """
        found = []
        for name in (each.name for each in fields(self) if each.name != "recipe"):
            mine, theirs = getattr(self, name), getattr(other, name)
            if mine != theirs and not (name == "fingerprint" and not (mine and theirs)):
                found.append(name)
        found += [
            f"recipe.{each.name}"
            for each in fields(self.recipe)
            if getattr(self.recipe, each.name) != getattr(other.recipe, each.name)
        ]
        return tuple(found)
