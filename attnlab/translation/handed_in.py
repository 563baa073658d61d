"""A run that somebody handed in, read from bytes that are trusted in nothing: settings, vocabularies, weights.

Nothing is unpickled, no library of others parses anything, and every size is checked before anything is built.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from attnlab.translation.recipes import Recipe
from attnlab.translation.runs.records import Unreadable, read
from attnlab.translation.runs.settings import RunSettings
from attnlab.translation.vocabulary import SPECIAL, Vocabulary

if TYPE_CHECKING:
    from attnlab.translation.transformer import TransformerSettings

RUN, VOCABULARY, SUBWORDS, MODEL = "run.json", "vocabulary.json", "subwords.model", "model.safetensors"
# Several times what a run of the course holds; together they fit the worker's memory and the wire's frames.
LARGEST = {RUN: 1 << 20, VOCABULARY: 4 << 20, SUBWORDS: 4 << 20, MODEL: 48 << 20}
_FORMAT = 1
_HEADER_CAP = 1 << 20
_DEEPEST = 16
_WIDEST = 1024
_WORDS = 1 << 16
_LONGEST_WORD = 200

Weights = Mapping[str, npt.NDArray[np.float32]]


class Unfit(Exception):
    """What was handed in is not a run that can be judged; the message says why."""


@dataclass(frozen=True, slots=True, eq=False)
class HandedIn:
    """A run as it was read; `subwords` is how its text became tokens, not opened."""

    settings: RunSettings
    source: Vocabulary
    target: Vocabulary
    subwords: bytes | None = field(repr=False)
    weights: Weights = field(repr=False)

    @property
    def sizes(self) -> dict[str, int | float | bool]:
        """What a model that is to hold the weights is made with."""
        recipe = self.settings.recipe
        return {
            "source_vocabulary": len(self.source),
            "target_vocabulary": len(self.target),
            "layers": recipe.layers,
            "heads": recipe.heads,
            "d_model": recipe.d_model,
            "d_ff": recipe.d_ff,
            "tied": recipe.tied,
        }

    @property
    def transformer(self) -> TransformerSettings:
        return _transformer(self.settings.recipe)


def read_run(files: Mapping[str, bytes]) -> HandedIn:
    """The run in these files.

    Raises:
        Unfit: one is missing, too large, or not what it should be.
    """
    for name in (RUN, VOCABULARY, MODEL):
        if name not in files:
            raise Unfit(f"the run has no {name}")
    for name, most in LARGEST.items():
        if len(files.get(name, b"")) > most:
            raise Unfit(f"{name} has more than {most >> 20} MiB, which no run of this course needs")
    settings = _settings(_table(RUN, files[RUN]).get("settings"))
    source, target = _vocabularies(_table(VOCABULARY, files[VOCABULARY]), settings.recipe.tied)
    from attnlab.translation.assembled import canonical_shapes

    shapes = canonical_shapes(len(source), len(target), _transformer(settings.recipe))
    return HandedIn(settings, source, target, files.get(SUBWORDS), read_weights(files[MODEL], shapes))


def read_weights(content: bytes, shapes: Mapping[str, tuple[int, ...]]) -> Weights:
    """The tensors of a safetensors file: these names and shapes and no others, float32 and finite.

    Raises:
        Unfit: the file holds something else, or lies about what it holds.
    """
    if content[:2] in (b"PK", b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05"):
        raise Unfit(f"{MODEL} is a pickle, which is never opened; 'attnlab train' writes safetensors")
    size = struct.unpack("<Q", content[:8])[0] if len(content) >= 8 else 0
    if not 2 <= size <= min(_HEADER_CAP, len(content) - 8):
        raise Unfit(f"{MODEL} is no safetensors file: its header is said to have {size:,} bytes")
    header, body = _json(MODEL, content[8 : 8 + size]), memoryview(content)[8 + size :]
    if not isinstance(header, dict):
        raise Unfit(f"{MODEL} is no safetensors file: its header is no table")
    header.pop("__metadata__", None)
    if odd := sorted(header.keys() ^ shapes.keys()):
        missing = "lacks" if odd[0] in shapes else "should not have"
        raise Unfit(f"{MODEL} {missing} {odd[0][:80]!r}, going by the sizes in {RUN}")
    return {name: _tensor(name, header[name], shape, body) for name, shape in shapes.items()}


def _tensor(name: str, entry: Any, shape: tuple[int, ...], body: memoryview) -> npt.NDArray[np.float32]:
    match entry:
        case {"dtype": "F32", "shape": list(said), "data_offsets": [int(start), int(end)]}:
            pass
        case {"dtype": str(dtype)} if dtype != "F32":
            raise Unfit(f"{name} is of type {dtype[:20]}, not F32")
        case _:
            raise Unfit(f"{MODEL} does not describe {name} by dtype, shape and place")
    if said != list(shape):
        raise Unfit(f"{name} is of shape {str(said)[:60]}, not {list(shape)}, going by the sizes in {RUN}")
    if not 0 <= start <= end <= len(body) or end - start != 4 * math.prod(shape):
        raise Unfit(f"{MODEL} lies about where {name} is: bytes {start:,} to {end:,} of {len(body):,}")
    weights = np.frombuffer(body[start:end], dtype="<f4").astype(np.float32).reshape(shape)
    if not np.isfinite(weights).all():
        raise Unfit(f"{name} holds numbers that are not finite")
    return weights


def _settings(table: Any) -> RunSettings:
    try:
        settings = read(RunSettings, table, "settings")
    except (Unreadable, OverflowError, RecursionError) as error:
        raise Unfit(f"{RUN} cannot be understood: {str(error)[:300]}") from error
    if settings.kind != "transformer":
        raise Unfit(f"the run is of kind {settings.kind[:40]!r}; only a transformer is made of the course's parts")
    recipe = settings.recipe
    for name, most in (("layers", _DEEPEST), ("heads", _WIDEST), ("d_model", _WIDEST), ("d_ff", 4 * _WIDEST)):
        value = getattr(recipe, name)
        if not 1 <= value <= most:
            raise Unfit(f"{name} is {str(value)[:20]}; it can be from 1 to {most}")
    if not 0 <= recipe.subwords <= _WORDS:
        raise Unfit(f"subwords is {str(recipe.subwords)[:20]}; there can be up to {_WORDS}")
    if recipe.d_model % recipe.heads:
        raise Unfit(f"{recipe.heads} heads do not divide a d_model of {recipe.d_model}")
    return settings


def _vocabularies(table: dict[str, Any], tied: bool) -> tuple[Vocabulary, Vocabulary]:
    found = []
    for side in ("source", "target"):
        tokens = table.get(side)
        if not isinstance(tokens, list) or not len(SPECIAL) < len(tokens) <= _WORDS:
            raise Unfit(f"{VOCABULARY} has no list of {len(SPECIAL) + 1} to {_WORDS} tokens called {side}")
        if not all(isinstance(token, str) and 0 < len(token) <= _LONGEST_WORD for token in tokens):
            raise Unfit(f"{VOCABULARY} has something else than words among the tokens of the {side}")
        if len(set(tokens)) != len(tokens) or tuple(tokens[: len(SPECIAL)]) != SPECIAL:
            raise Unfit(f"{VOCABULARY} has tokens of the {side} twice, or others than {' '.join(SPECIAL)} first")
        found.append(Vocabulary(tuple(tokens)))
    source, target = found
    if tied and source.tokens[: len(target)] != target.tokens:
        raise Unfit(f"{VOCABULARY} has no joint vocabulary that begins with the target's, as tied weights need")
    return source, target


def _table(name: str, content: bytes) -> dict[str, Any]:
    table = _json(name, content)
    if not isinstance(table, dict) or type(table.get("format_version")) is not int:
        raise Unfit(f"{name} is not what attnlab writes")
    if table["format_version"] > _FORMAT:
        raise Unfit(f"{name} is of format {str(table['format_version'])[:20]}; this attnlab knows up to {_FORMAT}")
    return table


def _json(name: str, content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError, MemoryError) as error:
        raise Unfit(f"{name} cannot be understood: it is not JSON") from error


def _transformer(recipe: Recipe) -> TransformerSettings:
    from attnlab.translation.transformer import TransformerSettings

    return TransformerSettings(
        layers=recipe.layers, heads=recipe.heads, d_model=recipe.d_model, d_ff=recipe.d_ff, tied=recipe.tied
    )
