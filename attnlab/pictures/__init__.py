"""Attention as pictures in a terminal: curves and heatmaps, as wide as there is room, readable without colour."""

from attnlab.pictures.curves import curve
from attnlab.pictures.heatmaps import heatmap
from attnlab.pictures.labels import visible
from attnlab.pictures.picture import Picture

__all__ = ["Picture", "curve", "heatmap", "visible"]
