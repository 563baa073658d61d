"""What the checks of both layers share: sizes that cannot be mistaken for each other, weights, masks."""

from dataclasses import dataclass

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
    shapes = layer_class(sizes.d_model, sizes.heads, sizes.d_ff, dropout).state_dict()
    state = {name: _weight(draw, name, tuple(value.shape), dtype) for name, value in shapes.items()}
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


def require_dropped_or_doubled(added, whole, what):
    """Break the promise unless every number that a sublayer adds is left out or, with dropout 0.5, doubled."""
    out, doubled = np.isclose(added, 0.0, atol=1e-9), np.isclose(added, 2 * whole, rtol=1e-6, atol=1e-9)
    ask = "Dropout falls once, on what comes out of the sublayer, number by number. Where else does yours fall?"
    if not (out | doubled).all():
        place = tuple(int(part) for part in np.argwhere(~(out | doubled))[0])
        found = f"{added[place]:.4f} is added, which is neither 0 nor {2 * whole[place]:.4f}"
        require(False, f"{what} with dropout 0.5: at {place} {found}, twice what it adds without dropout", ask=ask)
    share = out.mean()
    require(
        0.1 < share < 0.9, f"{what} with dropout 0.5: {share:.0%} of the numbers are left out, not about half", ask=ask
    )


def _weight(draw, name, shape, dtype):
    if name.startswith("norm") and name.endswith("weight"):
        return draw.normal(*shape, shift=1.0, scale=0.4, dtype=dtype)
    scale = 1.2 / shape[-1] ** 0.5 if len(shape) == 2 else 0.5
    return draw.normal(*shape, scale=scale, dtype=dtype)
