"""The same rate, written otherwise."""

import math

import torch

from attnlab.content import variant


@variant("as two cases, before and after the end of the warm-up")
def in_two_cases(step, d_model, warmup):
    if step <= warmup:
        return step / (math.sqrt(d_model) * warmup * math.sqrt(warmup))
    return 1 / math.sqrt(d_model * step)


@variant("as shares of the highest rate")
def from_the_top(step, d_model, warmup):
    top = (d_model * warmup) ** -0.5
    return top * min(step / warmup, math.sqrt(warmup / max(step, 1)))


@variant("the step clamped where the root needs it, the line left as it is")
def clamped(step, d_model, warmup):
    return pow(d_model, -0.5) * min(max(step, 1) ** -0.5, step * warmup**-1.5)


@variant("step 0 as a case of its own, and an int")
def with_a_case(step, d_model, warmup):
    if not step:
        return 0
    arguments = (1 / step**0.5, step / warmup**1.5)
    return min(arguments) / d_model**0.5


@variant("by torch, whose root of zero is infinite and loses against the line")
def by_torch(step, d_model, warmup):
    step = torch.tensor(float(step), dtype=torch.float64)
    return (d_model**-0.5 * torch.minimum(step**-0.5, step * warmup**-1.5)).item()
