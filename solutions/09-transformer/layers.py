"""What the checks of both layers share: sizes that cannot be mistaken for each other, weights, masks."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from attnlab.content import require


@dataclass(frozen=True)
class Sizes:
    """d_head is another number than all of these."""

    batch: int
    length: int
    source: int
    heads: int
    d_model: int
    d_ff: int


CHOICES = (
    Sizes(batch=3, length=5, source=7, heads=2, d_model=12, d_ff=11),
    Sizes(batch=2, length=6, source=5, heads=3, d_model=21, d_ff=10),
    Sizes(batch=5, length=3, source=8, heads=2, d_model=14, d_ff=6),
    Sizes(batch=2, length=7, source=6, heads=5, d_model=15, d_ff=8),
)


def sizes_of(draw):
    return CHOICES[draw.generator.integers(len(CHOICES))]


def made(learner, draw, layer_class, sizes, *, dropout=0.0, dtype="float64", silent=()):
    """A layer of the learner's that holds weights we draw; the parts named `silent` add nothing to the stream.

    Args:
        layer_class: the reference's class, whose names and shapes the weights have.
    """
    layer = getattr(learner, layer_class.__name__)(sizes.d_model, sizes.heads, sizes.d_ff, dropout)
    if dtype == "float64":
        layer.double()
    state = {name: _weight(draw, name, shape, dtype) for name, shape in _shapes(layer_class, sizes).items()}
    for name in state:
        if name.startswith(tuple(silent)):
            state[name] *= 0
    layer.load_state_dict(state, strict=False)
    return layer


def inputs(draw, sizes, *, source=None, dtype="float64"):
    """x, which positions have means and spreads of their own; with `source` memory too."""
    spread = draw.uniform(0.5, 2.0, sizes.batch, sizes.length, 1, dtype=dtype)
    x = draw.normal(sizes.batch, sizes.length, sizes.d_model, shift=0.5, dtype=dtype) * spread
    if source is None:
        return (x,)
    return x, draw.normal(sizes.batch, source, sizes.d_model, shift=-0.5, scale=1.5, dtype=dtype)


def causal(length):
    """Row by row what a position may see: itself and what is before it."""
    return np.tril(np.ones((length, length), dtype=bool))


def require_same(one, other, what, ask):
    """Break the promise where two arrays differ by more than roundings."""
    different = ~np.isclose(one, other, rtol=1e-7, atol=1e-9)
    if different.any():
        place = tuple(int(part) for part in np.argwhere(different)[0])
        require(
            False, f"{what}: at {place} there is {one[place]:.4f} in one case, {other[place]:.4f} in the other", ask=ask
        )


def require_left_out(added, p, sublayer, x):
    """Break the promise unless about p of what a sublayer adds is left out, and nothing of the stream."""
    where = f"{sublayer}, in training with dropout {p}"
    gone = np.isclose(added, -x, rtol=0.0, atol=1e-9)
    ask = "In x + dropout(sublayer(norm(x))), where does the bracket of dropout close: before the sum or behind it?"
    require(gone.mean() < 0.1, f"{where}: {gone.mean():.0%} of the numbers that come out are 0, and x is lost", ask=ask)
    share = np.isclose(added, 0.0, atol=1e-9).mean()
    problem = f"{where}: {share:.0%} of the numbers that it adds are left out, not about {p:.0%}"
    require(abs(share - p) < 0.17, problem, ask="What in your layer leaves numbers out, where, and how often?")


def require_scaled_up(added, whole, p, sublayer):
    """Break the promise unless what a sublayer adds is, number by number, left out or divided by 1 - p."""
    where = f"{sublayer}, in training with dropout {p}"
    kept = ~np.isclose(added, 0.0, atol=1e-9)
    ask = f"With {p:.0%} left out, what has to happen to the others for the sum to stay as it was on average?"
    unscaled = kept.any() and np.allclose(added[kept], whole[kept], rtol=1e-6, atol=1e-9)
    require(not unscaled, f"{where}: what is not left out is added as it is, not divided by {1 - p}", ask=ask)
    wrong = kept & ~np.isclose(added, whole / (1 - p), rtol=1e-6, atol=1e-9)
    if wrong.any():
        place = tuple(int(part) for part in np.argwhere(wrong)[0])
        ask = "Dropout falls once, on what comes out of the sublayer, number by number. Where else does yours fall?"
        found = f"{added[place]:.4f} is added, which is neither 0 nor {whole[place]:.4f} / {1 - p}"
        require(False, f"{where}: at {place} {found}", ask=ask)


@cache
def _shapes(layer_class, sizes):
    """The names of a layer's weights and their shapes; to make the layer for them takes longer than to call it."""
    weights = layer_class(sizes.d_model, sizes.heads, sizes.d_ff, 0.0).state_dict()
    return {name: tuple(value.shape) for name, value in weights.items()}


def _weight(draw, name, shape, dtype):
    if name.startswith("norm") and name.endswith("weight"):
        return draw.normal(*shape, shift=1.0, scale=0.4, dtype=dtype)
    scale = 1.2 / shape[-1] ** 0.5 if len(shape) == 2 else 0.5
    return draw.normal(*shape, scale=scale, dtype=dtype)
