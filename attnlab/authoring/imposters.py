"""Submissions made mechanically of a reference: hollow ones, which know only its shapes, and nearly right ones.

A hollow one must earn nothing but for shapes. A nearly right one has a fault of a kind that no change of
one line makes; it shows of checks for such faults that they can fail.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass

from attnlab.content import Answers, Library

_FAKE = """

_faked_calls = []
_faked_spoils = []


def _faked_each(part, change):
    if isinstance(part, (list, tuple)):
        return type(part)(_faked_each(one, change) for one in part)
    if isinstance(part, dict):
        return {name: _faked_each(one, change) for name, one in part.items()}
    return change(part)


def _faked_array(part):
    return hasattr(part, "shape") and hasattr(part, "dtype")


def _faked_floating(part):
    return _faked_array(part) and "float" in str(part.dtype)


def _faked_hollow(part, made):
    if _faked_array(part):
        return CAST(made(part), part)
    return type(part)(0) if isinstance(part, (bool, int, float)) else part


def _faked_spoil(arguments):
    for argument in arguments:
        if _faked_array(argument):
            # What gradients are asked of may not be changed in place anyway.
            if getattr(argument, "requires_grad", False) or 0 in argument.shape:
                continue
            if "bool" in str(argument.dtype):
                argument ^= True
            else:
                argument += 1
        elif isinstance(argument, (list, set, dict)) and argument:
            argument.clear()
        else:
            continue
        _faked_spoils.append(None)


def _faked(right, arguments):
    first = next(iter(arguments), None)
    _faked_calls.append(None)
    FAULT
"""

_HOLLOW = "return _faked_each(right(), lambda part: _faked_hollow(part, lambda array: {0}))"
_CASTS = {
    Library.NUMPY: "(lambda made, part: np.asarray(made).astype(part.dtype))",
    Library.TORCH: "(lambda made, part: made.to(part.dtype))",
}

# Both are filled by the source itself while it is judged in the process that loaded it.
CALLS, SPOILS = "_faked_calls", "_faked_spoils"


@dataclass(frozen=True, slots=True)
class Imposter:
    """A submission as a source, made from the reference's.

    Args:
        hollow: it must not earn a point but for shapes.
        must_fail: some check has to notice it.
        spoils: it is wrong only where a call brings something that can be changed.
        remembers: it must be judged where every fresh check gets it fresh.
    """

    described: str
    source: str
    hollow: bool = False
    must_fail: bool = True
    spoils: bool = False
    remembers: bool = False


def imposters(answers: Answers) -> list[Imposter]:
    """What every exercise is tried against."""
    numpy = answers.exercise.library is Library.NUMPY
    library = "np" if numpy else "torch"
    share = "(array.shape[-1] if array.ndim else 1)"
    cast = "part.astype(np.{0})" if numpy else "part.to(torch.{0})"

    def made(fault: str) -> str:
        return _source(answers, fault)

    def each(change: str, of: str) -> str:
        return made(f"return _faked_each(right(), lambda part: {change} if {of}(part) else part)")

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
            made(f"if len(_faked_calls) == 1:\n        {_HOLLOW.format('array * 0')}\n    return right()"),
            remembers=True,
        ),
        Imposter(
            "an answer that changes its inputs",
            made("answer = right()\n    _faked_spoil(arguments)\n    return answer"),
            spoils=True,
        ),
        Imposter(
            "an answer without axes of size one", each(f"{library}.squeeze(part)", "_faked_array"), must_fail=False
        ),
        *(
            Imposter(f"an answer that is always {dtype}", each(cast.format(dtype), "_faked_floating"), must_fail=False)
            for dtype in ("float64", "float32")
        ),
    ]


def honest(answers: Answers) -> Imposter:
    """The reference inside the same wrapping: where it does not pass, no imposter was really tried."""
    return Imposter("the reference itself, wrapped", _source(answers, "return right()"), must_fail=False)


def _source(answers: Answers, fault: str) -> str:
    """The reference, and after it a function or class of the same name that calls it and then goes wrong.

    Of a class only `forward` is replaced: the constructor, the state and everything else stay the reference's.
    """
    name, library = answers.exercise.implements, answers.exercise.library
    imported = "import numpy as np" if library is Library.NUMPY else "import torch"
    tree = ast.parse(answers.source)
    definition = [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == name][
        -1
    ]
    fake = _FAKE.replace("CAST", _CASTS[library]).replace("FAULT", fault)
    head = f"{answers.source}\n\n{imported}\n\n_faked_right = {name}\n{fake}\n\n"
    if isinstance(definition, ast.FunctionDef):
        return head + _function(definition, "_faked_right", indent="")
    forward = next(
        (method for method in definition.body if isinstance(method, ast.FunctionDef) and method.name == "forward"),
        ast.parse("def forward(self, *arguments, **keywords): ...").body[0],
    )
    assert isinstance(forward, ast.FunctionDef)
    return f"{head}class {name}(_faked_right):\n" + _function(forward, "_faked_right.forward", indent="    ")


def _function(function: ast.FunctionDef, right: str, *, indent: str) -> str:
    arguments = function.args
    given = [argument.arg for argument in (*arguments.posonlyargs, *arguments.args)]
    starred = [f"*{arguments.vararg.arg}"] if arguments.vararg else []
    by_name = [argument.arg for argument in arguments.kwonlyargs]
    rest = [f"**{arguments.kwarg.arg}"] if arguments.kwarg else []
    call = ", ".join([*given, *starred, *(f"{name}={name}" for name in by_name), *rest])
    # The object itself is no input.
    inputs = [*(given[1:] if indent else given), *starred, *by_name]
    return (
        f"{indent}def {function.name}({ast.unparse(arguments)}):\n"
        f"{indent}    return _faked(lambda: {right}({call}), [{', '.join(inputs)}])\n"
    )
