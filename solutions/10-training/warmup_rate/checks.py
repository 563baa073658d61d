"""What a right rate shows."""

from attnlab.content import check


def sizes(draw):
    """A width and a warm-up whose roots do not come out even, small enough that no rate is lost in a tolerance."""
    return int(draw.integers(3, 40)) * 5 + 2, int(draw.integers(4, 40)) * 5 + 3


@check("the rate rises in a line during the warm-up, and then falls with the root of the step", points=4)
def values(learner, draw):
    # All of them asked for before any is compared: many a wrong curve is right on one side.
    d_model, warmup = sizes(draw)
    rates = [learner.warmup_rate(step, d_model, warmup) for step in (2, warmup // 3, warmup, 3 * warmup + 1)]
    for rate in [*rates, learner.warmup_rate(40, d_model, 3)]:
        rate.agrees()


@check("the first step is a real one, also when it is all the warm-up there is", after=values, fresh=True)
def first_step(learner, draw):
    d_model, warmup = sizes(draw)
    rates = [learner.warmup_rate(step=1, d_model=d_model, warmup=length) for length in (warmup, 1)]
    for rate in [*rates, learner.warmup_rate(step=2, d_model=1, warmup=1)]:
        rate.agrees()


@check("at step 0 the rate is 0", points=2, after=values)
def step_zero(learner, draw):
    d_model, _ = sizes(draw)
    learner.warmup_rate(0, d_model, int(draw.integers(2, 9))).agrees()
