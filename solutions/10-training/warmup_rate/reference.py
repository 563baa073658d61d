"""warmup_rate: how far to go at each step of training. The lesson: attnlab read 10"""


def warmup_rate(step, d_model, warmup):
    """The learning rate at a step: it rises in a line for `warmup` steps, then falls with the root of the step.

    d_model**-0.5 * min(step**-0.5, step * warmup**-1.5); steps count from 1, and step 0 gives 0.
    Vaswani et al. 2017, equation 3.

    Shapes:
        step:    a whole number, 0 or more
        d_model: a whole number, 1 or more
        warmup:  a whole number, 1 or more
        returns: rate (), a number
    """
    if step == 0:
        return 0.0
    return d_model**-0.5 * min(step**-0.5, step * warmup**-1.5)
