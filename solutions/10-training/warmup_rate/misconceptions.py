"""Rates that rise or fall wrongly."""

from attnlab.content import misconception


@misconception(
    tell="You take the larger of the two curves: the rate starts high, falls, and then rises without end.",
    ask="At step 1, which of the two curves is the lower one? And at step 100 000?",
    hint=1,
)
def max_instead_of_min(step, d_model, warmup):
    return d_model**-0.5 * max(step**-0.5, step * warmup**-1.5) if step else 0.0


@misconception(
    tell="You add the two curves where the lower one should count alone.",
    ask="What does min do that a sum does not?",
    hint=1,
)
def sum_instead_of_min(step, d_model, warmup):
    return d_model**-0.5 * (step**-0.5 + step * warmup**-1.5) if step else 0.0


@misconception(
    tell="There is no warm-up: the rate only falls, from the first step on.",
    ask="What keeps the rate low while the weights are still random?",
    hint=1,
)
def only_falling(step, d_model, warmup):
    return d_model**-0.5 * step**-0.5 if step else 0.0


@misconception(
    tell="The rate rises and never falls: the curve with the root of the step is missing.",
    ask="Which curve is the lower one after the warm-up?",
    hint=1,
)
def only_rising(step, d_model, warmup):
    return d_model**-0.5 * step * warmup**-1.5


@misconception(
    tell="After the warm-up your rate stays where it is.",
    ask="Which of the two curves still depends on the step when the warm-up is over?",
    hint=2,
)
def stays_at_the_top(step, d_model, warmup):
    return d_model**-0.5 * min(warmup**-0.5, step * warmup**-1.5)


@misconception(
    tell="d_model is not used.",
    ask="Should a wider model take larger or smaller steps? Which factor says so?",
    hint=2,
)
def width_ignored(step, d_model, warmup):
    return min(step**-0.5, step * warmup**-1.5) if step else 0.0


@misconception(
    tell="You multiply by the root of d_model where you should divide by it.",
    ask="Which sign does the exponent of d_model have in the equation?",
    hint=2,
)
def width_the_wrong_way_up(step, d_model, warmup):
    return d_model**0.5 * min(step**-0.5, step * warmup**-1.5) if step else 0.0


@misconception(
    tell="You divide by d_model itself, not by its root.",
    ask="What is the exponent of d_model in the equation?",
    hint=2,
)
def width_without_root(step, d_model, warmup):
    return min(step**-0.5, step * warmup**-1.5) / d_model if step else 0.0


@misconception(
    tell="Only the root is divided by the root of d_model; the line is not, and the curves no longer meet at warmup.",
    ask="What stands outside the min?",
    hint=2,
)
def width_in_one_curve_only(step, d_model, warmup):
    return min(d_model**-0.5 * step**-0.5, step * warmup**-1.5) if step else 0.0


@misconception(
    tell="Your line rises with warmup**-0.5 and meets the root long before the warm-up is over.",
    ask="At step = warmup both curves should be equal. Which exponent makes them so?",
    hint=2,
)
def line_too_steep(step, d_model, warmup):
    return d_model**-0.5 * min(step**-0.5, step * warmup**-0.5) if step else 0.0


@misconception(
    tell="Step and warmup are swapped in the line: it falls where it should rise.",
    ask="Which of the two numbers changes while you train?",
    hint=2,
)
def line_turned_round(step, d_model, warmup):
    return d_model**-0.5 * min(step**-0.5, warmup * step**-1.5) if step else 0.0


@misconception(
    tell="Your rate is counted in shares of the warm-up: at its top it is d_model**-0.5, however long the warm-up is.",
    ask="Put step = warmup into the equation. What is left?",
    hint=2,
)
def top_does_not_depend_on_warmup(step, d_model, warmup):
    return d_model**-0.5 * min((step / warmup) ** -0.5, step / warmup) if step else 0.0


@misconception(
    tell="The root of the step is multiplied, not divided by: both your curves rise.",
    ask="Which sign does the exponent of the step have?",
    hint=2,
)
def root_of_the_step_rises(step, d_model, warmup):
    return d_model**-0.5 * min(step**0.5, step * warmup**-1.5)


@misconception(
    tell="After the warm-up your rate falls with the step itself, not with its root.",
    ask="Four times as many steps: by how much should the rate fall?",
    hint=2,
)
def falls_without_root(step, d_model, warmup):
    return d_model**-0.5 * min(warmup**0.5 / step, step * warmup**-1.5) if step else 0.0


@misconception(
    tell="Your falling curve is 1 / step, not one over its root: the curves meet far too early.",
    ask="At step = warmup both curves should be equal. Are they?",
    hint=2,
)
def one_over_the_step(step, d_model, warmup):
    return d_model**-0.5 * min(1 / step, step * warmup**-1.5) if step else 0.0


@misconception(
    tell="You divide with // and lose what is behind the point: your line is 0 where it should slowly rise.",
    ask="What is 2 // 3?",
    hint=2,
)
def whole_numbers_only(step, d_model, warmup):
    return d_model**-0.5 * min(step**-0.5, step // warmup**1.5) if step else 0.0


@misconception(
    tell="The sizes of the paper are built in: your rate is that of d_model 512 and 4000 steps of warm-up.",
    ask="Where do the numbers that you were given come in?",
)
def sizes_of_the_paper(step, d_model, warmup):
    return 512**-0.5 * min(step**-0.5, step * 4000**-1.5) if step else 0.0


@misconception(
    tell="You count from 0: every step gets the rate of the next.",
    ask="Which step is the first, and what does the equation give for it?",
    hint=3,
)
def counted_from_zero(step, d_model, warmup):
    return d_model**-0.5 * min((step + 1) ** -0.5, (step + 1) * warmup**-1.5)


@misconception(
    tell="At step 0 you divide by zero.",
    ask="What does the line of the warm-up say at step 0?",
    hint=3,
)
def step_zero_divides_by_zero(step, d_model, warmup):
    return d_model**-0.5 * min(step**-0.5, step * warmup**-1.5)


@misconception(
    tell="Step 0 gets the rate of step 1.",
    ask="Before the first step, how far should one go?",
    hint=3,
)
def step_zero_as_step_one(step, d_model, warmup):
    step = max(step, 1)
    return d_model**-0.5 * min(step**-0.5, step * warmup**-1.5)


@misconception(
    tell="At step 0 your rate is infinite: the root's curve is taken where it has no value.",
    ask="Which is smaller at step 0: infinity, or the line?",
    hint=3,
)
def infinite_at_step_zero(step, d_model, warmup):
    if step == 0:
        return float("inf")
    return d_model**-0.5 * min(step**-0.5, step * warmup**-1.5)


@misconception(
    tell="During the warm-up your rate is the share of the warm-up that is done, with no word of the model's width.",
    ask="Just before the end of the warm-up, is your rate near what it is just after it?",
    hint=2,
)
def rises_to_one(step, d_model, warmup):
    if step < warmup:
        return step / warmup
    return d_model**-0.5 * step**-0.5
