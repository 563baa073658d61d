"""What a handed-in model is asked, what its own weights write, and how good that is: all of it on the trusted side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import torch

from attnlab.errors import AttnlabError
from attnlab.translation import stacks
from attnlab.translation.corpora import GRAMMAR, Corpus, open_corpus
from attnlab.translation.handed_in import HandedIn, Unfit
from attnlab.translation.quality import corpus_bleu
from attnlab.translation.searching import max_tokens, search
from attnlab.translation.shelf import checked_name
from attnlab.translation.transformer import TransformerTranslator
from attnlab.translation.vocabulary import BOS, EOS

# The parts that the model is made of, by which greedy translations come about; beam_search is asked for besides.
NEEDED = (
    "scaled_dot_product_attention",
    "padding_mask",
    "causal_mask",
    "sinusoidal_positions",
    "MultiHeadAttention",
    "layer_norm",
    "EncoderLayer",
    "DecoderLayer",
    "greedy_decode",
)
SEARCHING = "beam_search"
OPTIONS = {"bos": BOS, "eos": EOS}
_TEST, _VAL = "test", "val"

Numbered = tuple[tuple[int, ...], ...]


class CorpusAway(Exception):
    """The corpus of the run is not on this machine, or not the same; the message says which."""


@dataclass(frozen=True, slots=True, eq=False)
class Questions:
    """Sentences the model has not seen, and their translations, which stay here."""

    corpus: Corpus = field(repr=False)
    run: HandedIn = field(repr=False)
    sources: Numbered = field(repr=False)
    limits: tuple[int, ...] = field(repr=False)
    references: tuple[str, ...] = field(repr=False)

    def rate(self, answers: Sequence[Sequence[int]]) -> tuple[float, float]:
        """BLEU, and how many of a hundred are exactly the reference."""
        written = [self.corpus.text([self.run.target.tokens[token] for token in answer]) for answer in answers]
        exact = sum(ours == theirs for ours, theirs in zip(written, self.references, strict=True))
        return self._bleu(written), 100.0 * exact / len(written)

    def _bleu(self, written: list[str]) -> float:
        if self.corpus.name == GRAMMAR:
            return corpus_bleu([text.split() for text in written], [text.split() for text in self.references])
        import sacrebleu

        return float(sacrebleu.corpus_bleu(written, [list(self.references)]).score)


def program() -> bytes:
    """The source of the model made of parts, as it is sent to a worker."""
    return Path(stacks.__file__).read_bytes()


def questions_for(run: HandedIn, *, count: int, seed: int, root: Path | None = None) -> Questions:
    """Sentences of a split that no training sees.

    Raises:
        CorpusAway: the run was trained on something that is not here.
        Unfit: it says that it cuts this corpus into other tokens than anybody would get.
    """
    settings, recipe = run.settings, run.settings.recipe
    try:
        name = checked_name(settings.corpus, "corpus")
        corpus = open_corpus(name, root, subwords=recipe.subwords, lower_case=recipe.lower_case)
        split = next((each for each in corpus.splits if each.startswith(_TEST)), _VAL)
        pairs = corpus.sample(split, count, seed=seed)
        cut = corpus.vocabularies if corpus.name != GRAMMAR else (run.source, run.target)
    except AttnlabError as error:
        raise CorpusAway(f"the run's corpus cannot be opened here: {error.problem}") from error
    if (run.source, run.target) != cut:
        raise Unfit("the run's vocabulary is not the one that is learnt from its corpus")
    sources = tuple(tuple(run.source.encode(corpus.tokens(pair.source))) for pair in pairs)
    return Questions(
        corpus,
        run,
        sources,
        tuple(max_tokens(len(source)) for source in sources),
        tuple(corpus.cased(pair.target) for pair in pairs),
    )


def answers_of(run: HandedIn, questions: Questions, *, beam: int, count: int | None = None) -> Numbered:
    """What the run's weights write when the canonical model holds them."""
    model = TransformerTranslator(len(run.source), len(run.target), run.transformer)
    model.load_state_dict({name: torch.from_numpy(weight) for name, weight in run.weights.items()})
    # Every token stands for itself here: numbers in, numbers out.
    numbers = {token: number for number, token in enumerate(run.target.tokens)}
    asked = [[run.source.tokens[number] for number in source] for source in questions.sources[:count]]
    found = search(model.eval(), asked, run.source, run.target, beam=beam, looking=False)
    return tuple(tuple(numbers[token] for token in best.tokens) for best, *_ in found)
