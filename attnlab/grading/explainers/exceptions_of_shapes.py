"""Exceptions of numpy and torch about shapes, axes and indices, told with the names of the axes."""

from __future__ import annotations

import re

from attnlab.grading.explainers.evidence import Inputs
from attnlab.grading.explainers.reading import Reading
from attnlab.grading.verdicts import Diagnosis
from attnlab.shapes import shape_in_words

_MEET = "Which axis does each of them have that the other lacks, and where would an axis of size 1 let them meet?"
_LACKS = "Which axis do you think it has that it lacks, and which operation took that one away?"
_FROM_THE_BACK = "How many axes are left at that line, and does counting from the back (-1, -2) say it better?"


def _product(found: re.Match[str], inputs: Inputs) -> Diagnosis | None:
    one, other = int(found["one"]), int(found["other"])
    if one == other:
        return None
    return Diagnosis(
        "In a matrix product the last axis of the left has to be as long as the last but one of the right; "
        f"here {_sizes(inputs, one, other)}.{_transposed(inputs)}",
        "Over which axis should the product sum, and does it lie last on the left and last but one on the right?",
    )


def _operands_swapped(found: re.Match[str], inputs: Inputs) -> Diagnosis | None:
    """numpy names the right operand's size first."""
    one, other = int(found["right"]), int(found["left"])
    return Diagnosis(
        "In a matrix product the last axis of the left has to be as long as the last but one of the right; "
        f"here {_sizes(inputs, other, one)}.{_transposed(inputs)}",
        "Over which axis should the product sum, and does it lie last on the left and last but one on the right?",
    )


def _broadcast(found: re.Match[str], inputs: Inputs) -> Diagnosis | None:
    shapes = [_shape(text) for text in re.findall(r"\(([\d, ]*)\)", found["shapes"])][:4]
    if len(shapes) < 2:
        return None
    clash = _clash(shapes[0], shapes[1])
    where = f": counted from the right, {_sizes(inputs, *clash)}" if clash else ""
    told = " and ".join(_who(inputs, shape) for shape in shapes)
    return Diagnosis(f"Two arrays whose shapes do not fit are combined place by place, {told}{where}.", _MEET)


def _torch_broadcast(found: re.Match[str], inputs: Inputs) -> Diagnosis:
    sizes = _sizes(inputs, int(found["one"]), int(found["other"]))
    return Diagnosis(
        f"Two tensors whose shapes do not fit are combined: along one axis {sizes}.",
        "What made each of them as long as it is along that axis, and which of the two is as it should be?",
    )


def _assigned(found: re.Match[str], inputs: Inputs) -> Diagnosis:
    source, target = (shape_in_words(None, _shape(found[side])) for side in ("source", "target"))
    return Diagnosis(
        f"Something of shape {source} is written into a place of shape {target}.",
        "What does each step of your loop make, and how large is the place made for it?",
    )


def _reshaped(found: re.Match[str], inputs: Inputs) -> Diagnosis:
    return Diagnosis(
        f"A reshape asks for another number of places than there are numbers, {found['count']}.",
        "Multiply the sizes you ask for: which axis is missing or too many?",
    )


def _index(found: re.Match[str], inputs: Inputs) -> Diagnosis:
    wanted, size = int(found["wanted"]), int(found["size"])
    whose = inputs.who_has(size)
    off = " It is just one past the end." if wanted == size else ""
    return Diagnosis(
        f"The code asks for place {wanted} along an axis of size {size}{f', {whose}' if whose else ''}, "
        f"whose last place is {size - 1}.{off}",
        "Counting from 0, which is the last index, and how far does your loop go?",
    )


def _too_many_indices(found: re.Match[str], inputs: Inputs) -> Diagnosis:
    return Diagnosis(f"An array with {_axes(found['rank'])} is asked with more indices than that.", _LACKS)


def _axis(found: re.Match[str], inputs: Inputs) -> Diagnosis:
    return Diagnosis(f"The code asks for axis {found['axis']} of an array with {_axes(found['rank'])}.", _FROM_THE_BACK)


def _torch_axis(found: re.Match[str], inputs: Inputs) -> Diagnosis:
    rank = str(int(found["last"]) + 1)
    return Diagnosis(f"The code asks for axis {found['axis']} of a tensor with {_axes(rank)}.", _FROM_THE_BACK)


SHAPE_READINGS = (
    Reading((r"matmul: .*size (?P<right>\d+) is different from (?P<left>\d+)",), _operands_swapped),
    Reading(
        (
            r"not aligned: (?P<one>\d+) \(dim \d+\) != (?P<other>\d+) \(dim \d+\)",
            r"cannot be multiplied \(\d+x(?P<one>\d+) and (?P<other>\d+)x\d+\)",
            r"size mismatch, got input \(\d+\), mat \(\d+x(?P<one>\d+)\), vec \((?P<other>\d+)\)",
            r"expected tensor \[(?P<one>\d+)\] and src \[(?P<other>\d+)\]",
        ),
        _product,
    ),
    Reading(
        (r"batch2 tensor to be: \[\d+, (?P<one>\d+)\] but got: \[\d+, (?P<other>\d+)\]",),
        _product,
    ),
    Reading(
        (
            r"batch2 tensor to be: \[(?P<one>\d+), \d+\] but got: \[(?P<other>\d+), \d+\]",
            r"size of tensor a \((?P<one>\d+)\) must match the size of tensor b \((?P<other>\d+)\)",
            r"expanded size of the tensor \((?P<one>\d+)\) must match the existing size \((?P<other>\d+)\)",
        ),
        _torch_broadcast,
    ),
    Reading(
        (r"does not have enough dimensions", r"both arguments to (?:matmul|linear)\w* need to be at least 1D"),
        Diagnosis(
            "A matrix product met a single number where it needs an array with at least one axis.",
            "Which of the two was reduced to one number before, or is * meant?",
        ),
    ),
    Reading(
        (r"input array from shape \((?P<source>[\d,]*)\) into shape \((?P<target>[\d,]*)\)",),
        _assigned,
    ),
    Reading(
        (r"with remapped shapes", r"einstein sum", r"einsum\(\)"),
        Diagnosis(
            "The letters of an einsum do not fit the axes of what it is given.",
            "For each array, write its axes beside its letters: are there as many, and is one letter always one size?",
        ),
    ),
    Reading((r"could not be broadcast together with shapes (?P<shapes>[\d(), ]+)",), _broadcast),
    Reading(
        (
            r"cannot reshape array of size (?P<count>\d+)",
            r"shape '\[[-\d, ]+\]' is invalid for input of size (?P<count>\d+)",
        ),
        _reshaped,
    ),
    Reading(
        (
            r"concatenat",
            r"all the input array",
            r"all input arrays must have the same shape",
            r"Sizes of tensors must match except",
            r"stack expects each tensor",
        ),
        Diagnosis(
            "Arrays are joined that differ in more than the axis along which they are joined.",
            "Along which axis do you join, and are all the others equal: same number of axes, same sizes?",
        ),
    ),
    Reading(
        (
            r"too many indices for array: array is (?P<rank>\d+)-dimensional",
            r"too many indices for tensor of dimension (?P<rank>\d+)",
        ),
        _too_many_indices,
    ),
    Reading((r"index (?P<wanted>\d+) is out of bounds for (?:axis|dimension) \d+ with size (?P<size>\d+)",), _index),
    Reading((r"axis (?P<axis>-?\d+) is out of bounds for array of dimension (?P<rank>\d+)",), _axis),
    Reading(
        (r"Dimension out of range \(expected to be in range of \[-?\d+, (?P<last>\d+)\], but got (?P<axis>-?\d+)\)",),
        _torch_axis,
    ),
    Reading(
        (r"axes don't match array", r"number of dimensions in the tensor input does not match"),
        Diagnosis(
            "A transpose names another number of axes than the array has.",
            "Do you want all axes in a new order, or only two of them swapped?",
        ),
    ),
)


def _shape(text: str) -> tuple[int, ...]:
    return tuple(int(size) for size in re.findall(r"\d+", text))


def _clash(one: tuple[int, ...], other: tuple[int, ...]) -> tuple[int, int] | None:
    """The first two sizes, from the right, that cannot meet."""
    pairs = zip(reversed(one), reversed(other), strict=False)
    return next((pair for pair in pairs if pair[0] != pair[1] and 1 not in pair), None)


def _sizes(inputs: Inputs, one: int, other: int) -> str:
    return f"{_size(inputs, one)} meets {_size(inputs, other)}"


def _size(inputs: Inputs, size: int) -> str:
    whose = inputs.who_has(size)
    return f"{size} ({whose})" if whose else str(size)


def _who(inputs: Inputs, shape: tuple[int, ...]) -> str:
    """A shape with its input's name and axes, where exactly one input has it."""
    owners = [name for name, array in inputs.arrays() if array.shape == shape]
    if len(owners) != 1:
        return shape_in_words(None, shape)
    return f"`{owners[0]}` {shape_in_words(inputs.axes_of(owners[0], len(shape)), shape)}"


def _transposed(inputs: Inputs) -> str:
    """A reminder that `.T` turns all axes round, where an input has more than two."""
    ranks = [array.ndim for _, array in inputs.arrays()]
    return " (On a batch, `.T` reverses all axes, not just the last two.)" if ranks and max(ranks) > 2 else ""


def _axes(rank: str) -> str:
    return f"{rank} {'axis' if rank == '1' else 'axes'}"
