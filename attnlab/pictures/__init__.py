"""Attention as pictures: curves and heatmaps for a terminal, as PNG and as a web page, readable without colour."""

from attnlab.pictures.curves import curve
from attnlab.pictures.heatmaps import heatmap, side_by_side
from attnlab.pictures.html import picture_page, rendered, table_of
from attnlab.pictures.labels import visible
from attnlab.pictures.panels import Furthest, Panel, differing, furthest
from attnlab.pictures.picture import Picture
from attnlab.pictures.png import curve_png, panels_png

__all__ = [
    "Furthest", "Panel", "Picture", "curve", "curve_png", "differing", "furthest", "heatmap", "panels_png",
    "picture_page", "rendered", "side_by_side", "table_of", "visible",
]  # fmt: skip
