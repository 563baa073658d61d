"""Exceptions about names, types, dtypes and gradients."""

from __future__ import annotations

import re
from difflib import get_close_matches

from attnlab.grading.explainers.evidence import Inputs
from attnlab.grading.explainers.reading import Reading
from attnlab.grading.verdicts import Diagnosis
from attnlab.grading.wording import plain

_IMPORTS = {
    "np": "import numpy as np",
    "numpy": "import numpy",
    "torch": "import torch",
    "math": "import math",
    "F": "import torch.nn.functional as F",
    "nn": "from torch import nn",
}
_IN_NUMPY = {
    "unsqueeze": "np.expand_dims(x, axis)",
    "view": "x.reshape(...)",
    "permute": "x.transpose(...)",
    "masked_fill": "np.where(mask, x, value)",
    "size": "an int, not a call, and x.shape holds them all",
    "dim": "x.ndim",
    "exp": "np.exp(x)",
    "tanh": "np.tanh(x)",
    "sqrt": "np.sqrt(x)",
    "abs": "np.abs(x)",
    "log": "np.log(x)",
    "matmul": "x @ y",
    "bmm": "x @ y",
    "mm": "x @ y",
    "amax": "x.max(axis=...)",
    "float": "x.astype(float)",
    "clone": "x.copy()",
    "expand": "np.broadcast_to(x, shape)",
    "mT": "x.swapaxes(-1, -2)",
}
_IN_TORCH = {"astype": "x.to(dtype)", "copy": "x.clone()", "fill": "torch.full_like(x, value)"}
_RENAMED = {
    "dim": "; numpy calls it axis",
    "keepdim": "; numpy calls it keepdims",
    "keepdims": "; torch calls it keepdim",
    "axes": "; is axis meant?",
}
_HOW_MANY = "How many axes does that shape have, or how many things does that function return?"


def _unbound(found: re.Match[str], inputs: Inputs) -> Diagnosis:
    name = found["name"]
    hidden = f" The name hides everything else called `{name}`." if name in inputs.values else ""
    return Diagnosis(
        f"`{name}` is used before it gets a value: it is assigned further down, or only in a branch that did not run."
        + hidden,
        f"On which paths through your code has `{name}` been given something by then?",
    )


def _unknown_name(found: re.Match[str], inputs: Inputs) -> Diagnosis:
    name = found["name"]
    if name in _IMPORTS:
        return Diagnosis(
            f"`{name}` is not known in this file: nothing imports it.",
            f"Does the file still begin with `{_IMPORTS[name]}`?",
        )
    if near := get_close_matches(name, list(inputs.values), n=1, cutoff=0.6):
        return Diagnosis(f"There is no `{name}` here; there is `{near[0]}`.", "Is it the same thing by another name?")
    return Diagnosis(
        f"There is no `{name}` here: nothing gives it a value before it is used.",
        "Is it spelt as where it was made, and was it perhaps made inside another function?",
    )


def _none(found: re.Match[str], inputs: Inputs) -> Diagnosis:
    if empty := [name for name, value in inputs.values.items() if value is None]:
        return Diagnosis(
            f"Something that is None is used as if it were not; in this call `{empty[0]}` is None.",
            f"What should happen when `{empty[0]}` is None?",
        )
    return Diagnosis(
        "Something that is None is used as if it were not.",
        "Which function has returned nothing, or which argument may be None?",
    )


def _attribute(found: re.Match[str], inputs: Inputs) -> Diagnosis:
    kind, name = found["kind"], plain(found["name"])
    ask = "What is it called in the library of this exercise?"
    if kind == "numpy.ndarray":
        instead = f"; in numpy it is {_IN_NUMPY[name]}" if name in _IN_NUMPY else ""
        return Diagnosis(f"A numpy array has nothing called `{name}`{instead}.", ask)
    if kind == "Tensor":
        instead = f"; in torch it is {_IN_TORCH[name]}" if name in _IN_TORCH else ""
        return Diagnosis(f"A torch tensor has nothing called `{name}`{instead}.", ask)
    if kind in ("list", "tuple", "float", "int", "dict", "str", "function"):
        return Diagnosis(
            f"A value of type {kind} has nothing called `{name}`: something else was expected there.",
            f"Which line makes it a {kind}?",
        )
    return Diagnosis(
        f"`{plain(kind)}` has no `{name}` at that moment.", "Is it set in the constructor, under the very same name?"
    )


def _module_attribute(found: re.Match[str], inputs: Inputs) -> Diagnosis:
    return Diagnosis(
        f"The module {plain(found['module'])} has nothing called `{plain(found['name'])}`.",
        "What is it called there, or is it yours to write?",
    )


def _keyword(found: re.Match[str], inputs: Inputs) -> Diagnosis:
    name = plain(found["name"])
    return Diagnosis(
        f"A function was given an argument called `{name}`, which it does not have{_RENAMED.get(name, '')}.",
        "Which arguments does it have, and what is yours called there?",
    )


def _too_few(found: re.Match[str], inputs: Inputs) -> Diagnosis:
    return Diagnosis(
        f"A line unpacks into {found['expected']} names, and there were only {found['came']} things to unpack.",
        _HOW_MANY,
    )


def _too_many(found: re.Match[str], inputs: Inputs) -> Diagnosis:
    return Diagnosis(f"A line unpacks into {found['expected']} names, and there were more things to unpack.", _HOW_MANY)


def _no_module(found: re.Match[str], inputs: Inputs) -> Diagnosis:
    return Diagnosis(
        f"The module {plain(found['name'])} is not available where your code is judged.",
        "Can you do without it? Python, the exercise's library and your other exercises, by their names, are there.",
    )


def _not_in_module(found: re.Match[str], inputs: Inputs) -> Diagnosis:
    return Diagnosis(
        f"There is no `{plain(found['name'])}` in {plain(found['module'])}.",
        "Is it spelt as there, and has that file been written already?",
    )


def _not_callable(found: re.Match[str], inputs: Inputs) -> Diagnosis:
    return Diagnosis(
        f"Something of type {plain(found['kind'])} is called like a function.",
        "Has a variable taken the name of a function, or do round brackets stand where square ones belong?",
    )


_NO_YES_OR_NO = Diagnosis(
    "An `if`, `and`, `or`, `not` or `while` asks a whole array for a single yes or no.",
    "Is the question whether something is None (`is None`), or one for every place (where, &, |, ~)?",
)

PYTHON_READINGS = (
    Reading(
        ("",),
        Diagnosis(
            "The line that says the code is still to be written has run.",
            "Is the starter's raise NotImplementedError still there, above or below your code?",
        ),
        types=("NotImplementedError",),
    ),
    Reading(
        ("",),
        Diagnosis(
            "A function calls itself, directly or through another, and never stops.",
            "Does a function of yours have the name of the one it means to call?",
        ),
        types=("RecursionError",),
    ),
    Reading(
        ("",),
        Diagnosis(
            "The lines are not indented as Python needs it.",
            "Is every block indented by four spaces, with no tabs among them?",
        ),
        types=("IndentationError", "TabError"),
    ),
    Reading(
        ("",),
        Diagnosis(
            "The file is not Python yet, so nothing of it could run.",
            "Is a bracket, a quote or a colon missing on that line or just above it, or a single = where == is meant?",
        ),
        types=("SyntaxError",),
    ),
    Reading(
        ("",),
        Diagnosis(
            "A plain number is divided by zero.", "Which count or sum can be zero, and what should come out then?"
        ),
        types=("ZeroDivisionError",),
    ),
    Reading(
        ("",),
        Diagnosis(
            "A dictionary is asked for a key it does not have.", "What puts keys in, and is this one among them?"
        ),
        types=("KeyError",),
    ),
    Reading((r"No module named '(?P<name>[\w.]+)'",), _no_module, types=("ModuleNotFoundError", "ImportError")),
    Reading((r"cannot import name '(?P<name>\w+)' from '(?P<module>[\w.]+)'",), _not_in_module, types=("ImportError",)),
    Reading((r"variable '(?P<name>[A-Za-z_]\w{0,60})'",), _unbound, types=("UnboundLocalError",)),
    Reading((r"name '(?P<name>[A-Za-z_]\w{0,60})' is not defined",), _unknown_name, types=("NameError",)),
    Reading(
        (r"list index out of range", r"tuple index out of range"),
        Diagnosis(
            "The code asks a list or tuple for a place beyond its end.",
            "How long is it at that moment, and how far does your loop go?",
        ),
        types=("IndexError",),
    ),
    Reading((r"truth value of an array .*ambiguous", r"Boolean value of Tensor .*ambiguous"), _NO_YES_OR_NO),
    Reading((r"'NoneType' object has no attribute",), _none, types=("AttributeError",)),
    Reading(
        (r"module '(?P<module>[\w.]+)' has no attribute '(?P<name>\w+)'",), _module_attribute, types=("AttributeError",)
    ),
    Reading((r"'(?P<kind>[\w.]+)' object has no attribute '(?P<name>\w+)'",), _attribute, types=("AttributeError",)),
    Reading(
        (r"unexpected keyword argument '(?P<name>\w+)'", r"'(?P<name>\w+)' is an invalid keyword"),
        _keyword,
        types=("TypeError",),
    ),
    Reading(
        (
            r"positional arguments? but",
            r"missing \d+ required",
            r"takes no arguments",
            r"multiple values for argument",
        ),
        Diagnosis(
            "A function was called with other arguments than it has.",
            "Which arguments does its first line name, which of them may be left out, and which does the call give?",
        ),
        types=("TypeError",),
    ),
    Reading(
        (r"unsupported operand type.*NoneType", r"NoneType' object is not", r"non-iterable NoneType"),
        _none,
        types=("TypeError",),
    ),
    Reading(
        (r"not enough values to unpack \(expected (?:at least )?(?P<expected>\d+), got (?P<came>\d+)\)",), _too_few
    ),
    Reading((r"too many values to unpack \(expected (?P<expected>\d+)",), _too_many),
    Reading((r"'(?P<kind>[\w.]+)' object is not callable",), _not_callable),
    Reading(
        (
            r"Cannot cast ufunc '\w+' output from dtype\('float\d+'\) to dtype\('u?int\d+'\)",
            r"result type \w+ can't be cast to the desired output type (?:Long|Int)",
        ),
        Diagnosis(
            "Results with fractions are written into an array of whole numbers.",
            "Where is that array made, and from what does it take its dtype?",
        ),
    ),
    Reading(
        (
            r"only (?:length-1|size-1|0-dimensional) arrays can be converted",
            r"only one element tensors can be converted",
            r"a Tensor with \d+ elements cannot be converted",
            r"must be real number, not (?:numpy\.ndarray|Tensor)",
        ),
        Diagnosis(
            "A whole array is used where Python needs a single number, as in float(), int(), range() or math.exp.",
            "Is there an operation that does it for all places at once?",
        ),
    ),
    Reading(
        (
            r"only integers, slices",
            r"arrays used as indices must be of integer",
            r"tensors used as indices must be",
            r"indices must be integers",
            r"'float' object cannot be interpreted as an integer",
        ),
        Diagnosis(
            "A number with fractions, or an array of them, is used as an index or a count.",
            "Which division makes it one, and would // or an integer dtype be right?",
        ),
    ),
    Reading(
        (
            r"ufunc '(?:invert|bitwise_and|bitwise_or)' not supported",
            r"\(operator\.invert\) is only implemented",
            r"\"bitwise_\w+\" not implemented",
            r"bad operand type for unary ~",
        ),
        Diagnosis(
            "`~`, `&` or `|` is used on numbers with fractions; they work on True and False.",
            "What makes the mask an array of numbers on its way there, or does a comparison beside it lack "
            "its brackets: a & (b <= c)?",
        ),
    ),
    Reading(
        (r"numpy boolean (?:subtract|negative)", r"the `-` operator, (?:with|on) (?:a|two) bool"),
        Diagnosis(
            "A mask of True and False is subtracted, or negated with `-`.",
            "What turns True into False, and False into True?",
        ),
    ),
    Reading(
        (r"expected scalar type \w+ but found", r"must have the same dtype", r"to have the same dtype"),
        Diagnosis(
            "Tensors of two dtypes meet in one product.",
            "Which tensor do you make yourself, such as zeros, arange or a weight, and which dtype has it?",
        ),
    ),
    Reading(
        (r"modified by an inplace operation", r"a leaf Variable that requires grad"),
        Diagnosis(
            "Something is changed in place that the gradient still needs as it was.",
            "Which line uses +=, an index on the left or a name ending in _, where it could make something new?",
        ),
    ),
    Reading(
        (r"Can't call numpy\(\) on Tensor that requires grad",),
        Diagnosis(
            "A tensor whose gradient is followed is turned into a numpy array.",
            "Which operation of torch does the same and stays inside?",
        ),
    ),
    Reading(
        (r"does not require grad and does not have a grad_fn",),
        Diagnosis(
            "No gradient can flow back: the result does not know how it was computed.",
            "Which step cuts the tape: .item(), .detach(), .data, numpy, torch.tensor(...), no_grad?",
        ),
    ),
    Reading(
        (r"must be Tensor, not numpy\.ndarray",),
        Diagnosis(
            "A function of torch is given a numpy array: this exercise is written in numpy.",
            "What is the function of the same name in numpy?",
        ),
    ),
    Reading(
        (r"(?:assignment destination|output array) is read-only",),
        Diagnosis(
            "The code writes into an array that may only be read, such as a broadcast view.",
            "Which line writes into it instead of making something new?",
        ),
    ),
)
