"""layer_norm: every position on the same scale. The lesson: attnlab read 09"""

import torch


def layer_norm(x, gain, bias, eps):
    """Bring every position to mean zero and variance one, then let gain and bias say what suits the layer.

    (x - mean) / √(variance + eps) * gain + bias. Mean and variance are those of one position, over its d_model
    numbers; the variance is the mean of the squares, divided by d_model. x may have any leading axes.
    dtype and device follow the inputs; no input is changed.
    Ba, Kiros, Hinton 2016, section 3.

    Shapes:
        x:       (batch, length, d_model), or any other leading axes, also none
        gain:    (d_model)
        bias:    (d_model)
        returns: y (batch, length, d_model)
    """
    centred = x - x.mean(dim=-1, keepdim=True)
    variance = (centred * centred).mean(dim=-1, keepdim=True)
    return centred / torch.sqrt(variance + eps) * gain + bias
