"""sinusoidal_positions: a vector that says where. The lesson: attnlab read 07"""

import torch


def sinusoidal_positions(length, d_model):
    """Make one vector for each position, of waves that get longer from column to column.

    At position p, column 2i holds sin(p / 10000^(2i / d_model)), column 2i + 1 the cosine of the same angle.
    Positions count from 0. An odd d_model ends on a sine. float32. Vaswani et al. 2017, section 3.5.

    Shapes:
        returns: positions (length, d_model)
    """
    wavelengths = 10000 ** (torch.arange(0, d_model, 2) / d_model)
    angles = torch.arange(length)[:, None] / wavelengths  # (length, sines)
    positions = torch.empty(length, d_model)
    positions[:, ::2] = torch.sin(angles)
    positions[:, 1::2] = torch.cos(angles)[:, : d_model // 2]
    return positions
