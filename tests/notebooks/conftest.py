"""Notebooks made of a few cells, and what running an extracted source defines."""

import json
from pathlib import Path

import pytest

from attnlab.content import read_course
from attnlab.notebooks import sources_in

MINI_COURSE = Path(__file__).parents[1] / "mini_course"
STARTER = 'def double(numbers):\n    """Make every number twice as large."""\n    raise NotImplementedError("open")'
WANTED = {"double": "double", "double_sum": "double_sum"}


@pytest.fixture
def course():
    return read_course(MINI_COURSE)


@pytest.fixture
def notebook():
    """The bytes of a notebook with these code cells."""

    def notebook(*cells: object, **extra: object) -> bytes:
        made = [{"cell_type": "code", "source": cell, "metadata": {}, "outputs": []} for cell in cells]
        return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": made, **extra}).encode()

    return notebook


@pytest.fixture
def found(notebook):
    """What a notebook of these code cells answers."""
    return lambda *cells, **options: sources_in(notebook(*cells), WANTED, **options)


@pytest.fixture
def source(found):
    """The source for `double` in a notebook of these code cells."""
    return lambda *cells, **options: found(*cells, **options).sources["double"].decode()


@pytest.fixture
def doubled(source):
    """What `double` gives for an argument, as a notebook of these code cells defines it."""

    def doubled(*cells: str, of: object = 3) -> object:
        names: dict[str, object] = {"__name__": "double"}
        exec(compile(source(*cells), "double.py", "exec"), names)
        return names["double"](of)

    return doubled
