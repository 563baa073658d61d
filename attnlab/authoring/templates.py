"""The files of a new lesson and a new exercise; words between « and » are filled in."""

from __future__ import annotations

from attnlab.content import Library

LESSON = """\
+++
title = "«words»"
summary = "TODO: the lesson in one line"
minutes = 15
exercises = []
experiments = ["first_look"]

[[sources]]
authors = "TODO: authors"
year = 2017
title = "TODO: title of the paper"
arxiv = "0000.00000"
where = "TODO: section and equation"
+++

# «words»

TODO: what cannot be done yet, shown rather than said.

---

TODO: the idea in the paper's equation, every symbol named below it.

    c = Σᵢ αᵢ vᵢ

    αᵢ   how much position i counts
    vᵢ   what stands there

---

TODO: predict first, then measure: [a first look](experiment:first_look).
"""

EXPERIMENT = '''\
"""TODO: what is measured, in one sentence."""

import numpy as np

from attnlab.content import Findings, Table, experiment


@experiment(
    title="A first look",
    claim="TODO: the claim, as the paper has it",
    source="TODO: authors, year, title, arXiv id, section",
    question="TODO: what will be larger?",
    choices=("TODO: the mean of the weights", "TODO: the largest of the weights"),
    seconds=1,
)
def first_look(lab) -> Findings:
    weights = np.random.default_rng(lab.seed).dirichlet(np.ones(6))
    mean, largest = float(weights.mean()), float(weights.max())
    return Findings(
        seen=f"The mean is {mean:.3f}, the largest {largest:.3f}.",
        choice=int(largest > mean),
        numbers={"mean": mean, "largest": largest},
        tables=[Table(("mean", "largest"), ((f"{mean:.3f}", f"{largest:.3f}"),))],
    )
'''

LINK = """
---

TODO: what leads to it, then write [«id»](exercise:«id»).
"""

EDITED = {
    "exercise.toml": """\
title = "TODO: «words»"
summary = "TODO: what it does, in one line"
library = "«library»"
points = 4
difficulty = 1
minutes = 10
prerequisites = []
hints = [
    "TODO: a nudge",
    "TODO: nearly the code, in words",
]
aliases = []
parts = []

[limits]
seconds = 5
""",
    "starter.py": '''\
"""«id»: TODO what it makes of what. The lesson: attnlab read «number»"""

«imports»


def «id»(scores):
    """TODO: say what the caller gets, in one sentence.

    Shapes:
        scores:  (batch, keys)
        returns: doubled (batch, keys)
    """
    # Your code goes here.
    raise NotImplementedError("«id» is still to be written")
''',
}

WITHHELD = {
    "reference.py": '''\
"""«id»: TODO what it makes of what. The lesson: attnlab read «number»"""

«imports»


def «id»(scores):
    """TODO: say what the caller gets, in one sentence.

    Shapes:
        scores:  (batch, keys)
        returns: doubled (batch, keys)
    """
    return «add»(scores, scores)
''',
    "why.md": "TODO: a few sentences on why the solution works.\n",
    "checks.py": '''\
"""TODO: what a right «id» shows."""

from attnlab.content import check


@check("there is one number for every score")
def shape(learner, draw):
    learner.«id»(draw.normal("batch", "keys")).has_right_shape()


@check("every score is doubled", points=2, after=shape)
def values(learner, draw):
    doubled = learner.«id»(draw.normal("batch", "keys"))
    doubled.agrees()
    doubled.leaves_inputs_alone()


@check("the same answer comes from a fresh start", after=values, fresh=True)
def fresh_values(learner, draw):
    learner.«id»(draw.normal("queries", "keys", scale=3.0)).agrees()
''',
    "misconceptions.py": '''\
"""TODO: the mistakes worth naming, each as somebody would write it."""

from attnlab.content import misconception


@misconception(
    tell="TODO: your code adds up the keys, so that one number is left for each row.",
    ask="TODO: how many numbers are wanted for each score?",
    hint=1,
)
def summed_over_keys(scores):
    return scores.sum(-1)


@misconception(
    tell="TODO: your code squares the scores.",
    ask="TODO: what is twice a negative score?",
    hint=2,
)
def squared(scores):
    return scores * scores
''',
    "variants.py": '''\
"""TODO: right answers written otherwise."""

from attnlab.content import variant


@variant("by a factor of two")
def by_a_factor(scores):
    return 2.0 * scores
''',
}

# Of an exercise whose name is a class's: what differs from the files above.
CLASS_EDITED = {
    **EDITED,
    "starter.py": '''\
"""«id»: TODO what it makes of what. The lesson: attnlab read «number»"""

from torch import nn


class «id»(nn.Module):
    """TODO: say what it does, in one sentence.

    Its matrix is the linear layer W, without a bias.
    """

    def __init__(self, d_in, d_out):
        super().__init__()
        self.W = nn.Linear(d_in, d_out, bias=False)

    def forward(self, x, mask=None):
        """TODO: say what the caller gets, in one sentence.

        Shapes:
            x:       (batch, time, d_in)
            mask:    (batch, time), True where a position counts
            returns: projected (batch, time, d_out)
        """
        # Your code goes here.
        raise NotImplementedError("«id» is still to be written")
''',
}

CLASS_WITHHELD = {
    **WITHHELD,
    "reference.py": '''\
"""«id»: TODO what it makes of what. The lesson: attnlab read «number»"""

from torch import nn


class «id»(nn.Module):
    """TODO: say what it does, in one sentence.

    Its matrix is the linear layer W, without a bias.
    """

    def __init__(self, d_in, d_out):
        super().__init__()
        self.W = nn.Linear(d_in, d_out, bias=False)

    def forward(self, x, mask=None):
        """TODO: say what the caller gets, in one sentence.

        Shapes:
            x:       (batch, time, d_in)
            mask:    (batch, time), True where a position counts
            returns: projected (batch, time, d_out)
        """
        projected = self.W(x)
        return projected if mask is None else projected * mask[..., None]
''',
    "checks.py": '''\
"""TODO: what a right «id» shows."""

from attnlab.content import check


def layer_of(learner, draw):
    # The judge sets the weights, by name: whatever else a layer may hold stays as it is.
    layer = learner.«id»(draw.size("d_in"), draw.size("d_out"))
    layer.double()
    layer.load_state_dict({"W.weight": draw.normal("d_out", "d_in")}, strict=False)
    return layer


@check("there is one vector for every position")
def shape(learner, draw):
    layer_of(learner, draw)(draw.normal("batch", "time", "d_in")).has_right_shape()


@check("every position is projected by W, and one that is masked is zero", points=2, after=shape)
def values(learner, draw):
    layer = layer_of(learner, draw)
    projected = layer(draw.normal("batch", "time", "d_in"), draw.mask("batch", "time"))
    projected.agrees()
    projected.leaves_inputs_alone()


@check("without a mask every position counts", after=values, fresh=True)
def without_mask(learner, draw):
    layer_of(learner, draw)(draw.normal("batch", "time", "d_in")).agrees()
''',
    "misconceptions.py": '''\
"""TODO: the mistakes worth naming, each as somebody would write it."""

from «id» import «id»

from attnlab.content import misconception


@misconception(
    tell="TODO: your layer projects every position, also those that the mask hides.",
    ask="TODO: what is to stand where the mask is False?",
    hint=1,
)
class MaskIgnored(«id»):
    def forward(self, x, mask=None):
        return self.W(x)


@misconception(
    tell="TODO: your layer reads the mask the other way around.",
    ask="TODO: what does True mean in a mask?",
    hint=2,
)
class MaskInverted(«id»):
    def forward(self, x, mask=None):
        return self.W(x) if mask is None else self.W(x) * ~mask[..., None]
''',
    "variants.py": '''\
"""TODO: right answers written otherwise."""

from torch import nn

from attnlab.content import variant


@variant("masked before the projection")
class MaskedFirst(nn.Module):
    def __init__(self, d_in, d_out):
        super().__init__()
        self.W = nn.Linear(d_in, d_out, bias=False)

    def forward(self, x, mask=None):
        return self.W(x if mask is None else x.masked_fill(~mask[..., None], 0.0))
''',
}

SPELLED = {
    Library.NUMPY: {"library": "numpy", "imports": "import numpy as np", "add": "np.add"},
    Library.TORCH: {"library": "torch", "imports": "import torch", "add": "torch.add"},
}
