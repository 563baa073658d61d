"""Exercises as cells of a notebook, and a notebook's cells as exercises."""
