"""The explainers in order, from the most specific evidence to the least; the first that fits speaks."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from attnlab.grading.comparison import Difference
from attnlab.grading.explainers import (
    batches,
    constants,
    dtypes,
    finiteness,
    functions,
    masking,
    normalisation,
    order,
    returned,
    shape,
    tokens,
)
from attnlab.grading.explainers.evidence import Explainer, Inputs
from attnlab.grading.verdicts import Diagnosis
from attnlab.shapes import NamedShape
from attnlab.wire.values import Value

EXPLAINERS: tuple[Explainer, ...] = (
    # Something else than the array that was expected.
    returned.nothing, returned.not_called, returned.parts_swapped, returned.among_several, returned.list_of_rows,
    returned.other_library, returned.plain_number, returned.too_few, returned.other_kind,
    tokens.end_token_kept, tokens.start_token_kept, tokens.never_stops, tokens.stops_together, tokens.one_short,
    tokens.same_sentence, tokens.shifted, tokens.list_turned, tokens.one_list,
    dtypes.widened, dtypes.narrowed, dtypes.whole_numbers, dtypes.truth_values,
    shape.axes_reordered, shape.axis_lost, shape.axis_shrunk, shape.extra_axis, shape.column_met_row,
    shape.axis_left_over, shape.one_too_many, shape.flattened, shape.axis_of_another_size,
    finiteness.empty_row, finiteness.overflow, finiteness.underflow, finiteness.infinite_input, finiteness.everywhere,
    # The right shape and dtype, other numbers.
    dtypes.single_precision_inside, normalisation.epsilon,
    functions.all_zeros, functions.input_returned, functions.other_part_returned,
    constants.sign, masking.inverted, masking.shifted_triangle, masking.wrong_length,
    masking.uniform_empty_row, masking.not_renormalised, masking.leak_through_mask,
    constants.ratio, functions.function_of_expected, functions.before_the_tanh,
    functions.instead_of_the_tanh, functions.missing_term,
    normalisation.picks_the_largest, normalisation.wrong_axis, normalisation.over_everything, normalisation.not_divided,
    masking.leak_into_the_future, masking.leak_past_the_end,
    constants.offset, constants.offset_of_rows, order.permuted, order.reversed_axis, order.shifted, order.reshaped,
    batches.first_item_for_all, batches.items_reordered, batches.full_length_only, batches.one_item_only,
    batches.same_along_axis,
    functions.plain_average, dtypes.rounded, normalisation.sums_to_something_else,
    batches.one_slice_wrong, order.same_numbers,
)  # fmt: skip


def explain(
    difference: Difference, inputs: Mapping[str, Value], *, shapes: Mapping[str, NamedShape] | None = None
) -> Diagnosis | None:
    """What a learner's code seems to have done, or None where nothing is certain.

    Args:
        inputs: the arguments of the call, by parameter name.
        shapes: the docstring's words for them, as `read_shapes(...).arguments`.
    """
    known = Inputs(inputs, {name: named.axes for name, named in (shapes or {}).items()})
    with np.errstate(all="ignore"):
        for explainer in EXPLAINERS:
            for part in (difference, *difference.also):
                if diagnosis := explainer(part, known):
                    return diagnosis
    return None
