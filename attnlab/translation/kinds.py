"""The kinds of translators, by the names they go by in the course."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What is inside a translator."""

    RNN = "rnn"
    ADDITIVE = "additive"
    LUONG = "luong"
    TRANSFORMER = "transformer"
