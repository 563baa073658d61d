"""What is read off a source: the call an exercise asks for, and parameters that do not fit it."""

from __future__ import annotations

import pytest

from attnlab.grading.sources import call_line, other_parameters

FUNCTION = "def attend(query, key, mask=None): ..."
LAYER = """
class Layer(nn.Module):
    def __init__(self, d_in, d_out): ...
    def forward(self, x, mask=None): ...
"""
MADE = "    def __init__(self, d_in, d_out): ...\n"
CALLED = "    def forward(self, x, mask=None): ...\n"


@pytest.mark.parametrize(
    ("reference", "name", "line"),
    [
        (FUNCTION, "attend", "attend(query, key, mask=None)"),
        (LAYER, "Layer", "Layer(d_in, d_out), called with (x, mask=None)"),
        ("class Plain:\n    def __init__(self): ...", "Plain", "Plain()"),
    ],
)
def test_what_is_asked_for_reads_as_a_call(reference, name, line):
    assert call_line(reference, name) == line


@pytest.mark.parametrize(
    "body",
    [
        MADE + CALLED,
        "    def __init__(self, d_in, d_out, bias=True): ...\n" + CALLED,
        "    def __init__(this, d_in, d_out, *, bias=True): ...\n" + CALLED,
        MADE + "    def forward(self, x, mask=None, scale=1.0): ...\n",
        MADE + "    def forward(self, x, mask): ...\n",
        MADE + "    def forward(self, *args, **kwargs): ...\n",
        MADE + "    def __call__(self, x, mask=None): ...\n",
        MADE + "    def forward(self, y): ...\n" + CALLED,
        MADE + "    forward = some_function\n",
    ],
)
def test_a_class_with_the_parameters_asked_for_fits(body):
    assert other_parameters(LAYER, f"class Layer(nn.Module):\n{body}".encode(), "Layer") is None


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (
            "    def __init__(self, d_out, d_in): ...\n" + CALLED,
            "Layer's constructor takes (d_out, d_in); the exercise fixes (d_in, d_out)",
        ),
        (
            "    def __init__(self, d_in, d_out, heads): ...\n" + CALLED,
            "Layer's constructor takes (d_in, d_out, heads); the exercise fixes (d_in, d_out)",
        ),
        (
            "    def __init__(self, d_in, d_out, *, heads): ...\n" + CALLED,
            "Layer's constructor takes (d_in, d_out, *, heads); the exercise fixes (d_in, d_out)",
        ),
        (
            MADE + "    def forward(self, mask, x): ...\n",
            "Layer.forward takes (mask, x); the exercise fixes (x, mask=None)",
        ),
        (MADE + "    def forward(self, x): ...\n", "Layer.forward takes (x); the exercise fixes (x, mask=None)"),
        (MADE, "Layer defines no forward; the exercise fixes forward(self, x, mask=None)"),
        (CALLED, "Layer defines no __init__; the exercise fixes __init__(self, d_in, d_out)"),
    ],
)  # fmt: skip
def test_a_class_with_other_parameters_is_told_so(body, problem):
    assert other_parameters(LAYER, f"class Layer(nn.Module):\n{body}".encode(), "Layer") == problem


def test_what_a_base_of_ones_own_may_bring_is_left_to_the_call():
    assert other_parameters(LAYER, b"class Layer(Mine):\n    pass\n", "Layer") is None


def test_of_two_definitions_the_last_counts():
    source = b"class Layer(nn.Module):\n    def __init__(self, size): ...\n" + LAYER.encode()

    assert other_parameters(LAYER, source, "Layer") is None
    assert other_parameters(FUNCTION, b"def attend(q): ...\ndef attend(query, key, mask=None): ...", "attend") is None
