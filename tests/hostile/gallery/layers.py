"""What lies about gradients, masks and weights: on the real course, whose exercises ask for them."""

from __future__ import annotations

from pathlib import Path

from gallery.records import ENDED, FAILED, PASSED, Case

ROOT = Path(__file__).parents[3]
ATTENTION, LAYER = "scaled_dot_product_attention", "SelfAttention"
_HOMES = {ATTENTION: "05-scaled-dot-product", LAYER: "07-self-attention"}
_ENDS = "    return weights @ value, weights\n"


def reference(exercise: str) -> str:
    return (ROOT / "solutions" / _HOMES[exercise] / exercise / "reference.py").read_text(encoding="utf-8")


def attending(instead: str, before: str = "", verdicts: frozenset[str] = FAILED, points: float = 22.0) -> Case:
    """Attention that is right but for its end."""
    text = reference(ATTENTION)
    assert _ENDS in text
    return Case({f"{ATTENTION}.py": (before + text.replace(_ENDS, instead)).encode()}, verdicts, points, (), ATTENTION)


def layered(old: str, new: str, verdicts: frozenset[str] = FAILED, points: float = 9.0) -> Case:
    """A layer that is right but for one line, on attention that is right."""
    text = reference(LAYER)
    assert old in text
    files = {f"{LAYER}.py": text.replace(old, new).encode(), f"{ATTENTION}.py": reference(ATTENTION).encode()}
    return Case(files, verdicts, points, (), LAYER)


FAKE = """
import torch
class Fake(torch.autograd.Function):
    @staticmethod
    def forward(ctx, weights, value):
        ctx.save_for_backward(weights, value)
        return weights @ value
    @staticmethod
    def backward(ctx, g):
        return tuple(torch.zeros_like(t) for t in ctx.saved_tensors)
"""
STATE = """
    def state_dict(self, *a, **k):
        class Run:
            def __reduce__(self): return (print, ('unpickled',))
        return {name: Run() for name in ('W_q.weight', 'W_k.weight', 'W_v.weight')}
"""
MAKING, LOOKING = "    def __init__(self, d_model, d_k, d_v):\n", "        return scaled_dot_product_attention("
CASES = {
    "mask-changed": attending(f"    if mask is not None: mask.logical_not_()\n{_ENDS}"),
    "mask-changed-and-back": attending(
        "    context = weights @ value\n    if mask is not None: mask.logical_not_().logical_not_()\n"
        "    return context, weights\n",
        verdicts=PASSED,
        points=23.0,
    ),
    "gradient-of-zeros": attending("    return Fake.apply(weights, value), weights\n", FAKE),
    "gradient-cut-off": attending("    return (weights @ value).detach(), weights\n"),
    "weights-for-one-shape-only": attending(
        "    if query.dim() == 4 and query.shape[0] == 2: return weights @ value, weights\n    return value, weights\n"
    ),
    "parameters-changed": layered(LOOKING, f"        self.W_q.weight.data.mul_(1.01)\n{LOOKING}"),
    "parameters-changed-once-looked-at": layered(
        LOOKING,
        "        self.seen = getattr(self, 'seen', 0) + 1\n"
        f"        if self.seen > 1: self.W_v.weight.data.zero_()\n{LOOKING}",
    ),
    "state-dict-that-unpickles": layered(MAKING, f"{STATE.lstrip(chr(10))}\n{MAKING}", ENDED),
    "state-dict-not-loaded": layered(MAKING, f"    def load_state_dict(self, *a, **k): return None\n\n{MAKING}"),
}
