"""Right normalisations, written otherwise."""

import torch
from torch.nn import functional

from attnlab.content import variant


@variant("with torch's biased var")
def torch_var(x, gain, bias, eps):
    mean = x.mean(-1, keepdim=True)
    variance = x.var(-1, unbiased=False, keepdim=True)
    return gain * (x - mean) / (variance + eps).sqrt() + bias


@variant("var_mean and one over the root")
def reciprocal_root(x, gain, bias, eps):
    variance, mean = torch.var_mean(x, dim=-1, correction=0, keepdim=True)
    return torch.addcmul(bias, (x - mean) * torch.rsqrt(variance + eps), gain)


@variant("with unsqueeze instead of keepdim, and a power instead of a root")
def unsqueezed(x, gain, bias, eps):
    centred = x - x.mean(dim=-1).unsqueeze(-1)
    return bias + gain * centred * (centred.pow(2).mean(dim=-1).unsqueeze(-1) + eps) ** -0.5


@variant("sums divided by d_model, all in one einsum")
def sums(x, gain, bias, eps):
    d_model = x.shape[-1]
    centred = x - x.sum(dim=-1, keepdim=True) / d_model
    squares = torch.einsum("...d,...d->...", centred, centred)[..., None]
    return centred * gain / torch.sqrt(squares / d_model + eps) + bias


@variant("as torch's own")
def torchs_own(x, gain, bias, eps):
    return functional.layer_norm(x, x.shape[-1:], gain, bias, eps)


@variant("position by position")
def loops(x, gain, bias, eps):
    rows = []
    for row in x.reshape(-1, x.shape[-1]):
        distance = row - row.mean()
        rows.append(distance / (distance.square().mean() + eps).sqrt() * gain + bias)
    return torch.stack(rows).reshape(x.shape)
