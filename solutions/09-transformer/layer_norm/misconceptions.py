"""Normalisations over the wrong numbers, or by the wrong spread."""

import torch
from torch.nn import functional

from attnlab.content import misconception


def normalised(x, eps, dim=-1):
    mean = x.mean(dim=dim, keepdim=True)
    return (x - mean) / torch.sqrt(x.var(dim=dim, keepdim=True, correction=0) + eps)


def centred(x):
    return x - x.mean(dim=-1, keepdim=True)


def variance(x, correction=0):
    return x.var(dim=-1, keepdim=True, correction=correction)


@misconception(
    tell="You divide by the standard deviation plus eps: the root is taken before eps is added.",
    ask="What does √(variance + eps) do for a variance of 0, and what for its gradient, that the other order does not?",
    hint=3,
)
def std_plus_eps(x, gain, bias, eps):
    return centred(x) / (torch.sqrt(variance(x)) + eps) * gain + bias


@misconception(
    tell="Your variance divides by d_model - 1, as torch's var and std do unless told otherwise.",
    ask="Are these d_model numbers a sample of something, whose spread is guessed, or are they all there is?",
    hint=2,
)
def unbiased_variance(x, gain, bias, eps):
    return centred(x) / torch.sqrt(variance(x, correction=1) + eps) * gain + bias


@misconception(
    tell="You divide by torch's std plus eps. That std divides by d_model - 1, and eps belongs under the root.",
    ask="Two things differ from the formula. What does torch's std divide by, and where does the root end?",
    hint=3,
)
def unbiased_std_plus_eps(x, gain, bias, eps):
    return centred(x) / (torch.sqrt(variance(x, correction=1)) + eps) * gain + bias


@misconception(
    tell="You divide by the variance, not by its root.",
    ask="If every number of a position is doubled, what happens to its variance? What should happen to the result?",
    hint=3,
)
def root_missing(x, gain, bias, eps):
    return centred(x) / (variance(x) + eps) * gain + bias


@misconception(
    tell="The eps you are given makes no difference: it is left out, or another number stands there.",
    ask="Call your function with eps=0.1 and with eps=10. Should the results be the same?",
    hint=3,
)
def eps_ignored(x, gain, bias, eps):
    return centred(x) / torch.sqrt(variance(x)) * gain + bias


@misconception(
    tell="You let torch normalise and do not hand eps on: its own is 0.00001.",
    ask="Which arguments does functional.layer_norm take, and which of yours does it never get?",
    hint=3,
)
def eps_not_handed_on(x, gain, bias, eps):
    return functional.layer_norm(x, x.shape[-1:], gain, bias)


@misconception(
    tell="eps is the least that the variance may be, instead of being added to it.",
    ask="Where the variance is larger than eps, does eps change your result? Does it change the formula's?",
    hint=3,
)
def variance_clamped(x, gain, bias, eps):
    return centred(x) / torch.sqrt(variance(x).clamp(min=eps)) * gain + bias


@misconception(
    tell="eps goes under the root squared: you take the root of (variance + eps²).",
    ask="Does the formula square eps?",
    hint=3,
)
def eps_squared(x, gain, bias, eps):
    return centred(x) / torch.sqrt(variance(x) + eps * eps) * gain + bias


@misconception(
    tell="The mean is not taken from x: only the spread is brought to one.",
    ask="What is the mean of a position that comes out of your function with gain 1 and bias 0?",
    hint=1,
)
def mean_not_subtracted(x, gain, bias, eps):
    return x / torch.sqrt(variance(x) + eps) * gain + bias


@misconception(
    tell="You divide by the root of the mean square, and the mean stays in: that is RMSNorm, a later invention.",
    ask="What is the mean of a position that comes out of your function with gain 1 and bias 0?",
    hint=3,
)
def root_mean_square(x, gain, bias, eps):
    return x / torch.sqrt((x * x).mean(dim=-1, keepdim=True) + eps) * gain + bias


@misconception(
    tell="The mean is taken away and nothing is divided: every position keeps its own spread.",
    ask="One position's numbers are a hundred times as large as another's. Can one tell from your result?",
    hint=3,
)
def only_centred(x, gain, bias, eps):
    return centred(x) * gain + bias


@misconception(
    tell="You divide by the mean distance from the mean, not by the root of the mean square of it.",
    ask="What is the variance of (0, 0, 0, 4), and what is the mean distance?",
    hint=3,
)
def mean_distance(x, gain, bias, eps):
    return centred(x) / (centred(x).abs().mean(dim=-1, keepdim=True) + eps) * gain + bias


@misconception(
    tell="Your variance is the sum of the squares, not their mean: nothing is divided by d_model.",
    ask="What is the variance of (-2, 2, 0, 0), by the lesson's example?",
    hint=2,
)
def sum_for_the_variance(x, gain, bias, eps):
    return centred(x) / torch.sqrt(centred(x).square().sum(dim=-1, keepdim=True) + eps) * gain + bias


@misconception(
    tell="You take away the sum of a position's numbers, not their mean.",
    ask="What is the mean of (4, 8, 6, 6), and what is the sum?",
    hint=2,
)
def sum_for_the_mean(x, gain, bias, eps):
    return (x - x.sum(dim=-1, keepdim=True)) / torch.sqrt(variance(x) + eps) * gain + bias


@misconception(
    tell="You add up the numbers of one position and divide by how many numbers there are in all of x.",
    ask="What is x.numel() for (2, 3, 4), and how many numbers does one position have?",
    hint=2,
)
def divided_by_all_numbers(x, gain, bias, eps):
    distance = x - x.sum(dim=-1, keepdim=True) / x.numel()
    return distance / torch.sqrt(distance.square().sum(dim=-1, keepdim=True) / x.numel() + eps) * gain + bias


@misconception(
    tell="Your mean and variance run over the second axis from behind: every feature is normalised along the sentence.",
    ask="A word is added to the sentence. May that change the numbers of the words before it?",
    hint=1,
)
def over_the_sequence(x, gain, bias, eps):
    return normalised(x, eps, dim=-2 if x.ndim > 1 else -1) * gain + bias


@misconception(
    tell="Your mean and variance run over the first axis: the sentences of a batch are normalised against each other.",
    ask="The same sentence in another batch: should the result be another?",
    hint=1,
)
def over_the_batch(x, gain, bias, eps):
    return normalised(x, eps, dim=0) * gain + bias


@misconception(
    tell="You normalise every feature over all positions of all sentences: that is batch normalisation.",
    ask="The same sentence in another batch: should the result be another?",
    hint=1,
)
def batch_normalisation(x, gain, bias, eps):
    return normalised(x, eps, dim=tuple(range(x.ndim - 1)) or -1) * gain + bias


@misconception(
    tell="A sentence is normalised as a whole: one mean and one variance for all of its positions.",
    ask="A word is added to the sentence. May that change the numbers of the words before it?",
    hint=1,
)
def over_the_whole_sentence(x, gain, bias, eps):
    return normalised(x, eps, dim=tuple(range(min(1, x.ndim - 1), x.ndim))) * gain + bias


@misconception(
    tell="There is one mean and one variance for all of x: mean() and var() were not told along which axis.",
    ask="How many means does a batch of 2 sentences with 3 positions each need?",
    hint=2,
)
def over_everything(x, gain, bias, eps):
    return normalised(x, eps, dim=tuple(range(x.ndim))) * gain + bias


@misconception(
    tell="The last axis is written as axis 2, which it is only where there are three.",
    ask="How do you write the last axis, however many there are before it?",
    hint=2,
)
def last_axis_written_as_two(x, gain, bias, eps):
    return normalised(x, eps, dim=2) * gain + bias


@misconception(
    tell="gain is never used.",
    ask="Every position now has variance one, for ever. Which argument lets the layer choose another?",
    hint=3,
)
def gain_missing(x, gain, bias, eps):
    return normalised(x, eps) + bias


@misconception(
    tell="bias is never used.",
    ask="Every position now has mean zero, for ever. Which argument lets the layer choose another?",
    hint=3,
)
def bias_missing(x, gain, bias, eps):
    return normalised(x, eps) * gain


@misconception(
    tell="Neither gain nor bias is used.",
    ask="Every position now has mean zero and variance one, for ever. Which arguments let the layer choose otherwise?",
    hint=3,
)
def gain_and_bias_missing(x, gain, bias, eps):
    return normalised(x, eps)


@misconception(
    tell="gain and bias have changed places: you multiply by bias and add gain.",
    ask="Which of the two should be 1 for a layer that has learned nothing yet?",
    hint=3,
)
def gain_and_bias_swapped(x, gain, bias, eps):
    return normalised(x, eps) * bias + gain


@misconception(
    tell="bias is added before gain multiplies, so gain stretches the bias as well.",
    ask="For gain 2 and bias 1, what becomes of a number that is 0 after normalising?",
    hint=3,
)
def bias_before_gain(x, gain, bias, eps):
    return (normalised(x, eps) + bias) * gain


@misconception(
    tell="gain and bias are used before normalising, which then takes most of what they did away again.",
    ask="In the formula, is gain inside the fraction or behind it?",
    hint=3,
)
def gain_and_bias_first(x, gain, bias, eps):
    return normalised(x * gain + bias, eps)


@misconception(
    tell="Your mean and variance let no gradient through: they are treated as constants.",
    ask="If x₁ grows, does the mean not grow? Where do you cut its gradient: detach, no_grad, item?",
)
def statistics_without_gradient(x, gain, bias, eps):
    with torch.no_grad():
        mean, spread = x.mean(dim=-1, keepdim=True), torch.sqrt(variance(x) + eps)
    return (x - mean) / spread * gain + bias


@misconception(
    tell="Your variance is the mean of the squares minus the square of the mean: two huge numbers whose difference is "
    "mostly rounding when x is far from zero.",
    ask="How large are the squares of 1000000.5 and 1000001.5, and how many digits are left for their difference?",
    hint=3,
)
def difference_of_squares(x, gain, bias, eps):
    mean = x.mean(dim=-1, keepdim=True)
    return (x - mean) / torch.sqrt((x * x).mean(dim=-1, keepdim=True) - mean * mean + eps) * gain + bias


@misconception(
    tell="Everything comes back as float32, whatever x is.",
    ask="Which line of yours fixes a dtype, and what would it be if x decided?",
)
def always_float32(x, gain, bias, eps):
    return (normalised(x.float(), eps) * gain.float() + bias.float()).float()


@misconception(
    tell="x -= ... writes into the caller's x, who still needs it: the residual will be added to it.",
    ask="What is the difference between x -= mean and x = x - mean?",
)
def centred_in_place(x, gain, bias, eps):
    with torch.no_grad():
        x -= x.mean(dim=-1, keepdim=True)
    return x / torch.sqrt(variance(x) + eps) * gain + bias


@misconception(
    tell="You take the root of the variance by itself and square it again. Where a position's numbers are all the same "
    "the root's slope is infinite, and the gradient is nan.",
    ask="What is the slope of √v at v = 0, and where should eps stand so that v = 0 is never met?",
    hint=3,
)
def root_before_eps(x, gain, bias, eps):
    std = torch.sqrt(variance(x))
    return centred(x) / torch.sqrt(std * std + eps) * gain + bias


@misconception(
    tell="You make a tensor of your own on the CPU, wherever x is.",
    ask="Which tensor do you make, and how would it come to lie where x lies?",
)
def made_on_the_cpu(x, gain, bias, eps):
    return torch.zeros(x.shape, dtype=x.dtype) + normalised(x, eps) * gain + bias
