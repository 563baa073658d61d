"""Sines and cosines, written otherwise."""

import math

import numpy as np
import torch

from attnlab.content import variant


@variant("frequencies by exp and log, as many programs have it")
def by_exponentials(length, d_model):
    frequencies = torch.exp(torch.arange(0, d_model, 2, dtype=torch.float32) * (-math.log(10000.0) / d_model))
    angles = torch.arange(length, dtype=torch.float32).unsqueeze(1) * frequencies
    positions = torch.empty(length, d_model)
    positions[:, 0::2] = angles.sin()
    positions[:, 1::2] = angles[:, : d_model // 2].cos()
    return positions


@variant("number by number, in plain Python")
def by_loops(length, d_model):
    positions = torch.zeros(length, d_model)
    for position in range(length):
        for column in range(d_model):
            angle = position / 10000 ** ((column - column % 2) / d_model)
            positions[position, column] = math.cos(angle) if column % 2 else math.sin(angle)
    return positions


@variant("every column its angle, then a choice between sine and cosine")
def by_choice(length, d_model):
    column = torch.arange(d_model)
    angles = torch.arange(length).unsqueeze(1) / torch.pow(10000.0, (column - column % 2) / d_model)
    return torch.where(column % 2 == 1, torch.cos(angles), torch.sin(angles))


@variant("sine and cosine stacked in pairs and flattened, one column cut off where d_model is odd")
def stacked(length, d_model):
    angles = torch.outer(torch.arange(length).float(), 10000 ** (-torch.arange(0, d_model, 2) / d_model))
    return torch.stack([angles.sin(), angles.cos()], dim=-1).flatten(1)[:, :d_model]


@variant("sines only, the odd columns a quarter of a wave ahead")
def shifted(length, d_model):
    column = np.arange(d_model)
    angles = np.arange(length)[:, None] / 10000.0 ** (2 * (column // 2) / d_model) + np.pi / 2 * (column % 2)
    return torch.from_numpy(np.sin(angles).astype(np.float32))


@variant("in float64, narrowed at the end")
def in_float64(length, d_model):
    wavelengths = 10000 ** (torch.arange(0, d_model, 2, dtype=torch.float64) / d_model)
    angles = torch.arange(length, dtype=torch.float64)[:, None] / wavelengths
    positions = torch.zeros(length, d_model, dtype=torch.float64)
    positions[:, ::2], positions[:, 1::2] = torch.sin(angles), torch.cos(angles)[:, : d_model // 2]
    return positions.float()
