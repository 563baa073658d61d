"""What the exceptions that learners' code raises most say about that code.

Type and message come from submitted code, which may have written them itself: only names and
numbers that are found in them are repeated, never the message.
"""

from __future__ import annotations

from collections.abc import Mapping

from attnlab.grading.explainers.evidence import Inputs
from attnlab.grading.explainers.exceptions_of_python import PYTHON_READINGS
from attnlab.grading.explainers.exceptions_of_shapes import SHAPE_READINGS
from attnlab.grading.verdicts import Diagnosis
from attnlab.shapes import NamedShape
from attnlab.wire.values import Value


def explain_exception(
    type_name: str, message: str, inputs: Mapping[str, Value], *, shapes: Mapping[str, NamedShape] | None = None
) -> Diagnosis | None:
    """What an exception says about the code that raised it, with axis names where sizes can be recognised.

    Args:
        inputs: the arguments of the call, by parameter name.
        shapes: the docstring's words for them, as `read_shapes(...).arguments`.
    """
    known = Inputs(inputs, {name: named.axes for name, named in (shapes or {}).items()})
    for reading in (*SHAPE_READINGS, *PYTHON_READINGS):
        if diagnosis := reading.of(type_name, message, known):
            return diagnosis
    return None
