"""Submissions made mechanically of a reference: hollow ones, which know only its shapes, and nearly right ones.

A hollow one must earn nothing but for shapes. A nearly right one has a fault of a kind that no change of
one line makes; it shows of checks for such faults that they can fail.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass

from attnlab.content import Answers, Library

_FAKE = """

_calls = []

def _each(part, change):
    if isinstance(part, (list, tuple)):
        return type(part)(_each(one, change) for one in part)
    if isinstance(part, dict):
        return {name: _each(one, change) for name, one in part.items()}
    return change(part)


def _array(part):
    return hasattr(part, "shape") and hasattr(part, "dtype")


def _floating(part):
    return _array(part) and "float" in str(part.dtype)


def _hollow(part, made):
    if _array(part):
        return made(part)
    return type(part)(0) if isinstance(part, (bool, int, float)) else part


def _spoil(arguments):
    for argument in arguments:
        if _floating(argument):
            argument += 1


def _fake(right, arguments):
    first = next(iter(arguments), None)
    _calls.append(None)
    FAULT
"""

_HOLLOW = "return _each(right(), lambda part: _hollow(part, lambda array: {0}))"


@dataclass(frozen=True, slots=True)
class Imposter:
    """A submission as a source, made from the reference's.

    Args:
        hollow: it must not earn a point but for shapes.
        must_fail: some check has to notice it.
    """

    described: str
    source: str
    hollow: bool = False
    must_fail: bool = True


def imposters(answers: Answers) -> list[Imposter]:
    """What every exercise is tried against."""
    numpy = answers.exercise.library is Library.NUMPY
    library = "np" if numpy else "torch"
    share = "(array.shape[-1] if array.ndim else 1)"
    cast = "part.astype(np.{0})" if numpy else "part.to(torch.{0})"

    def made(fault: str) -> str:
        return _source(answers, fault)

    return [
        Imposter("an answer of nothing but zeros", made(_HOLLOW.format("array * 0")), hollow=True),
        Imposter("an answer of one number everywhere", made(_HOLLOW.format("array * 0 + 0.5")), hollow=True),
        Imposter("an answer of equal shares", made(_HOLLOW.format(f"array * 0 + 1 / {share}")), hollow=True),
        Imposter(
            "an answer that is the first input again",
            made("answer = right()\n    return tuple(first for _ in answer) if isinstance(answer, tuple) else first"),
            hollow=True,
        ),
        Imposter(
            "an answer that is wrong at the first call",
            made(f"if len(_calls) == 1:\n        {_HOLLOW.format('array * 0')}\n    return right()"),
        ),
        Imposter(
            "an answer that changes its inputs", made("answer = right()\n    _spoil(arguments)\n    return answer")
        ),
        Imposter(
            "an answer without axes of size one",
            made(f"return _each(right(), lambda part: {library}.squeeze(part) if _array(part) else part)"),
            must_fail=False,
        ),
        *(
            Imposter(
                f"an answer that is always {dtype}",
                made(f"return _each(right(), lambda part: {cast.format(dtype)} if _floating(part) else part)"),
                must_fail=False,
            )
            for dtype in ("float64", "float32")
        ),
    ]


def _source(answers: Answers, fault: str) -> str:
    name = answers.exercise.implements
    imported = "import numpy as np" if answers.exercise.library is Library.NUMPY else "import torch"
    tree = ast.parse(answers.source)
    definition = next(
        node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == name
    )
    head = f"{answers.source}\n\n{imported}\n\n_right = {name}\n{_FAKE.replace('FAULT', fault)}\n\n"
    if isinstance(definition, ast.FunctionDef):
        return head + _function(definition, "_right", indent="")
    forward = next(
        (method for method in definition.body if isinstance(method, ast.FunctionDef) and method.name == "forward"), None
    )
    if forward is None:
        return head
    return f"{head}class {name}(_right):\n" + _function(forward, "super().forward", indent="    ")


def _function(function: ast.FunctionDef, right: str, *, indent: str) -> str:
    arguments = function.args
    given = [argument.arg for argument in (*arguments.posonlyargs, *arguments.args) if argument.arg != "self"]
    starred = [f"*{arguments.vararg.arg}"] if arguments.vararg else []
    by_name = [f"{argument.arg}={argument.arg}" for argument in arguments.kwonlyargs]
    call = ", ".join([*given, *starred, *by_name])
    return (
        f"{indent}def {function.name}({ast.unparse(arguments)}):\n"
        f"{indent}    return _fake(lambda: {right}({call}), [{', '.join(given)}])\n"
    )
