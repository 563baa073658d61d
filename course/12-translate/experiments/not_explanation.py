"""Shuffles a trained translator's attention, and searches for other weights under which it predicts the same."""

import math
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

import torch
from torch import Tensor

from attnlab.content import Curve, Findings, Heatmap, Table, experiment
from attnlab.translation import Kind, Split, Trial, alignment_error_rate, draw, trained_on_grammar
from attnlab.translation.batching import collate, number
from attnlab.translation.vocabulary import PAD

SENTENCES = 60
LENGTHS = range(6, 13)
SHUFFLES = 20
STEPS = 400
RATE = 0.1
SAME = 0.01
STRICTNESS = 50.0
MOST = math.log(2)


@experiment(
    title="Is it an explanation?",
    claim="Attention weights quite different from the learned ones can yield the same prediction, so the learned ones "
    "are not the explanation of it",
    source="Jain and Wallace 2019, Attention is not explanation, arXiv 1902.10186, permutation and adversarial "
    "attention; against it Wiegreffe and Pinter 2019, Attention is not not explanation, arXiv 1908.04626",
    question="In a trained translator, every head of both layers gets other weights, as different from its own as a "
    "search can make them. For how many sentences can every word's prediction stay the same, within 0.01 of its "
    "probability?",
    choices=(
        "for next to none: other weights, other words",
        "for some, but less than half",
        "for more than half of them",
    ),
    seconds=80,
)
def not_explanation(lab):
    trial = Trial.of_transformer(lab.seed)
    trained = trained_on_grammar(
        Kind.TRANSFORMER,
        trial,
        folder=lab.folder,
        progress=lambda step: lab.progress(f"training, loss {step.loss:.2f}", 0.6 * step.number / step.of),
    )
    pairs = draw(Split.TEST, SENTENCES, seed=lab.seed, lengths=LENGTHS)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        stand = Stand.of(trained, pairs)
        generator = torch.Generator().manual_seed(lab.seed)
        lab.progress("shuffling the weights", 0.62)
        last, both = (stand.layers[-1:], stand.layers)
        rows = {"as learned": stand.outcome(both, stand.learned)}
        for name, layers in {"last layer": last, "both layers": both}.items():
            rows[f"equal, {name}"] = stand.outcome(layers, stand.equal)
            rows[f"shuffled, {name}"] = _shuffled(stand, layers, generator)
        searches = {}
        for at, (name, layers) in enumerate({"last layer": last, "both layers": both}.items()):
            begun = 0.65 + 0.16 * at
            lab.progress(f"searching other weights for the {name}", begun)
            searches[name] = Search(stand, layers)
            searches[name].run(generator, lambda share, begun=begun: lab.progress("searching", begun + 0.16 * share))
    finally:
        torch.set_num_threads(threads)
    lab.progress("done", 1.0)

    found, learned = searches["both layers"], rows["as learned"]
    shuffled = rows["shuffled, both layers"]
    shown, own, other = found.shown(pairs)
    error, error_found = (found.error(pairs, weights) for weights in (stand.learned, found.weights))
    return Findings(
        seen=f"Shuffle the weights of both layers, and {shuffled.right:.0%} of the words are still predicted right, of "
        f"{learned.right:.0%} before: the weights matter. Yet for {found.share:.0%} of {SENTENCES} sentences a search "
        f"finds other weights for every head, {found.far:.2f} away of at most {MOST:.2f}, under which no word's "
        f"probabilities move by more than {SAME}; their alignment error goes from {error:.2f} to {error_found:.2f}. So "
        "one prediction does not tell which weights it came from. Against it stands that the search knew the answer "
        f"and took {STEPS} steps for it; that a model could be trained to look like that is not shown by this "
        "(Wiegreffe and Pinter's objection).",
        choice=0 if found.share < 0.05 else 1 if found.share <= 0.5 else 2,
        numbers={
            "trial": trial.described(),
            "sentences": SENTENCES,
            "words": int(stand.words.sum()),
            "shuffles": SHUFFLES,
            "steps": STEPS,
            "same": SAME,
            "outcomes": {name: row.described() for name, row in rows.items()},
            "searches": {
                name: {"share": search.share, "far": search.far, "curve": search.curve}
                for name, search in searches.items()
            },
            "alignment_error": {"learned": error, "found": error_found},
            "sentence": {"source": shown.source, "target": shown.target, "learned": own, "found": other},
        },
        tables=[
            Table(
                ("weights", "how far from the learned", "how far the probabilities", "words right"),
                (
                    *((name, f"{row.far:.2f}", f"{row.moved:.3f}", f"{row.right:.1%}") for name, row in rows.items()),
                    *(
                        (f"searched, {name}", f"{search.far:.2f}", f"at most {SAME}", f"{search.right:.1%}")
                        for name, search in searches.items()
                    ),
                ),
            ),
            Table(
                ("searched in", "sentences found", "of", "alignment error before", "after"),
                tuple(
                    (
                        name,
                        str(int(search.found.sum())),
                        str(SENTENCES),
                        f"{search.error(pairs, stand.learned):.3f}",
                        f"{search.error(pairs, search.weights):.3f}",
                    )
                    for name, search in searches.items()
                ),
            ),
        ],
        curves=[
            Curve(
                f"How far the weights can go while every probability stays within {SAME}",
                "step of the search",
                "mean distance of the weights (Jensen-Shannon, nats)",
                {name: search.curve for name, search in searches.items()},
            )
        ],
        heatmaps=[
            Heatmap("The learned weights, all heads averaged", shown.target, shown.source, own),
            Heatmap("Other weights, the same translation", shown.target, shown.source, other),
        ],
    )


@dataclass(frozen=True)
class Outcome:
    """How far weights are from the learned ones, how far they move the probabilities, what is still predicted right."""

    far: float
    moved: float
    right: float

    def described(self):
        return {"far": self.far, "moved": self.moved, "right": self.right}


@dataclass(frozen=True)
class Stand:
    """A trained model in evaluation, sentences it is made to write, and what it looks at meanwhile.

    Shapes:
        labels:        (batch, time)
        words:         (batch, time), True where there is a word to predict
        visible:       (batch, 1, 1, keys), True where there is a source word
        learned:       (layers, batch, heads, time, keys)
        probabilities: (batch, time, vocabulary)
    """

    model: object
    memory: object
    target: Tensor
    labels: Tensor
    words: Tensor
    visible: Tensor
    learned: Tensor
    probabilities: Tensor

    @classmethod
    @torch.no_grad()
    def of(cls, trained, pairs):
        model = trained.model.eval().requires_grad_(False)
        batch = collate(number(pairs, trained.source, trained.target))
        memory = model.encode(batch.source, batch.source_lengths)
        target, labels = batch.target[:, :-1], batch.target[:, 1:]
        learned = model.cross_weights(memory, target)
        probabilities = model.teach(memory, target)[0].softmax(dim=-1)
        visible = memory.mask[:, None, None]
        return cls(model, memory, target, labels, labels != PAD, visible, learned, probabilities)

    @property
    def layers(self):
        return list(range(len(self.learned)))

    @property
    def equal(self):
        return (self.visible / self.visible.sum(dim=-1, keepdim=True)).expand_as(self.learned)

    def predict(self, layers, weights):
        """The probabilities when these layers' heads look with these weights, whatever they would look at."""
        with ExitStack() as stack:
            for layer in layers:
                stack.enter_context(_looking(self.model.decoder[layer].cross_attention, weights[layer]))
            return self.model.teach(self.memory, self.target)[0].softmax(dim=-1)

    def moved(self, probabilities):
        """Total variation from the model's own probabilities, for each place."""
        return (probabilities - self.probabilities).abs().sum(dim=-1) / 2

    def far(self, layers, weights):
        """Jensen-Shannon divergence of the weights from the learned ones, for each place, averaged over heads."""
        ours, learned = weights[layers], self.learned[layers]
        mixed = _entropy((ours + learned) / 2) - (_entropy(ours) + _entropy(learned)) / 2
        return mixed.mean(dim=(0, 2))

    @torch.no_grad()
    def outcome(self, layers, weights):
        probabilities = self.predict(layers, weights)
        right = probabilities.argmax(dim=-1) == self.labels
        far, moved = self.far(layers, weights), self.moved(probabilities)
        return Outcome(*(float(each[self.words].double().mean()) for each in (far, moved, right)))


@dataclass
class Search:
    """For each sentence the farthest weights yet under which none of its words' probabilities move.

    Weights count for a whole sentence at once, every word of it, or not at all.
    """

    stand: Stand
    layers: list
    weights: Tensor = None
    best: Tensor = None
    right: float = 0.0
    curve: list = field(default_factory=list)

    def run(self, generator, tell):
        stand = self.stand
        logits = torch.randn(stand.learned.shape, generator=generator).requires_grad_(True)
        optimiser = torch.optim.Adam([logits], lr=RATE)
        self.weights, self.best = stand.learned.clone(), torch.full((len(stand.words),), -1.0)
        for step in range(1, STEPS + 1):
            weights = logits.masked_fill(~stand.visible, -torch.inf).softmax(dim=-1)
            far, moved = stand.far(self.layers, weights), stand.moved(stand.predict(self.layers, weights))
            self._keep(weights.detach(), far.detach(), moved.detach())
            # Half of what is allowed, so that most sentences stay well within.
            excess = (moved - SAME / 2).clamp(min=0)
            loss = (STRICTNESS * excess - far)[stand.words].sum()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            if step % 20 == 0:
                tell(step / STEPS)
                self.curve.append((step, self.far))
        outcome = stand.predict(self.layers, self.weights).argmax(dim=-1) == stand.labels
        counted = stand.words & self.found[:, None]
        self.right = float(outcome[counted].double().mean()) if counted.any() else 0.0

    @property
    def found(self):
        return self.best >= 0

    @property
    def share(self):
        return float(self.found.double().mean())

    @property
    def far(self):
        """Averaged over the sentences for which weights were found."""
        return float(self.best[self.found].mean()) if self.found.any() else 0.0

    def error(self, pairs, weights):
        """The alignment error of these weights, over the sentences for which others were found."""
        averaged = weights[self.layers].mean(dim=(0, 2))
        kept = [at for at, found in enumerate(self.found.tolist()) if found]
        return alignment_error_rate([pairs[at] for at in kept], [_of_pair(pairs[at], averaged[at]) for at in kept])

    def shown(self, pairs):
        """The sentence whose weights went farthest, with both looks."""
        at = int(self.best.argmax())
        looks = (each[self.layers].mean(dim=(0, 2))[at].clamp(0, 1) for each in (self.stand.learned, self.weights))
        return pairs[at], *(_of_pair(pairs[at], look) for look in looks)

    def _keep(self, weights, far, moved):
        words = self.stand.words
        stays = ((moved <= SAME) | ~words).all(dim=1)
        distance = (far * words).sum(dim=1) / words.sum(dim=1)
        better = stays & (distance > self.best)
        self.best[better] = distance[better]
        self.weights[:, better] = weights[:, better]


@contextmanager
def _looking(attention, weights):
    """Make an attention look with these weights."""

    def instead(module, arguments, output):
        _, _, value, _ = arguments
        return module.W_o((weights @ value).transpose(1, 2).flatten(2)), weights

    hook = attention.register_forward_hook(instead)
    try:
        yield
    finally:
        hook.remove()


def _shuffled(stand, layers, generator):
    """The mean over shuffles; each head's weights at each place are shuffled by themselves, padding left out."""
    outcomes = [stand.outcome(layers, _permuted(stand, generator)) for _ in range(SHUFFLES)]
    parts = (sum(getattr(each, name) for each in outcomes) / SHUFFLES for name in ("far", "moved", "right"))
    return Outcome(*parts)


def _permuted(stand, generator):
    # Padding stands last and gets the largest keys, so that the order of the words alone is drawn.
    keys = torch.rand(stand.learned.shape, generator=generator).masked_fill(~stand.visible, 2.0)
    return stand.learned.gather(-1, keys.argsort(dim=-1))


def _entropy(shares):
    return -(shares * shares.clamp(min=1e-12).log()).sum(dim=-1)


def _of_pair(pair, rows):
    return rows[: len(pair.target), : len(pair.source)].tolist()
