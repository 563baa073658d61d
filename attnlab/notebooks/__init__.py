"""Exercises as cells of a notebook, and a notebook's cells as exercises."""

from __future__ import annotations

from attnlab.notebooks.reading import BadNotebook, Found, sources_in

__all__ = ["BadNotebook", "Found", "sources_in"]
