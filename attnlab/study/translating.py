"""Translates with a run, by attnlab's fast search or by the learner's own parts, and shows where each word looked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attnlab import files
from attnlab.errors import UnknownName, WrongUsage
from attnlab.pictures import Panel, panels_png, picture_page, table_of
from attnlab.study.training import kept_selection
from attnlab.study.wishing import FAST, MADE_OF, MINE, REFERENCE, TRANSFORMER
from attnlab.translation.corpora import ADDED_SIDES, GRAMMAR, GrammarCorpus
from attnlab.translation.multi30k import PAIRINGS

if TYPE_CHECKING:
    from attnlab.content import Course
    from attnlab.translation.runs import Run

# What subwords write where a word begins.
WORD_BEGINS = "\u2581"
ROWS, COLUMNS = "target token", "source token"
Weights = tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class Rendering:
    """One translation; `score` is None where the search that found it tells none."""

    text: str
    tokens: tuple[str, ...]
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Translated:
    """One sentence with its translations, the best first; `unknown` are words the model has never seen."""

    source: str
    tokens: tuple[str, ...]
    unknown: tuple[str, ...]
    renderings: tuple[Rendering, ...]


@dataclass(frozen=True)
class Looks:
    """Where the words of a translation looked, as panels of the same labels."""

    title: str
    panels: tuple[Panel, ...]
    sentences: tuple[str, ...] = ()


@dataclass(frozen=True)
class Interpreter:
    """A run that is ready to translate.

    Args:
        made_of: whose parts translate: mine, reference or fast.
    """

    run: Run
    made_of: str
    _model: Any = field(repr=False)
    _device: Any = field(repr=False)

    @property
    def languages(self) -> tuple[str, str]:
        """The names of the source's and the target's language."""
        return languages_of(self.run.settings.corpus)

    def translate(self, sentences: Sequence[str], *, beam: int = 1, n_best: int = 1) -> list[Translated]:
        """One translation or several of each sentence, in the order given; an empty one has an empty one."""
        run = self.run
        tokens = [run.tokens(sentence) for sentence in sentences]
        if self.made_of == FAST:
            found = self._searched(tokens, beam, n_best)
        else:
            found = [[self._by_parts(each, beam)] for each in tokens]
        known = frozenset(known_words(run))
        return [
            Translated(sentence, each, unknown_words(each, known), tuple(renderings))
            for sentence, each, renderings in zip(sentences, tokens, found, strict=True)
        ]

    def looks(self, translated: Translated, *, layer: int | None = None, head: int | None = None) -> Looks:
        """Where the tokens of the best translation looked in the source.

        Args:
            layer: of the decoder, from 1; without it the mean that aligns best is shown.
            head: from 1, in that layer; without it each head of the layer has a panel.

        Raises:
            WrongUsage: the model does not look, or has no such layer or head.
        """
        from attnlab.translation.aligning import Alignment, heads_looked, looked

        if head is not None and layer is None:
            raise WrongUsage("--head needs --layer", remedy="heads are counted in each layer anew")
        run = self.run
        rows, columns = translated.renderings[0].tokens, translated.tokens
        told = f"{translated.source} → {translated.renderings[0].text}"
        if not rows or not columns:
            return Looks(told, ())
        if layer is None:
            alignment = Alignment.of(run.alignment)
            (weights,) = looked(
                self._model, [(columns, rows)], run.source, run.target, alignment, device=self._device
            )  # fmt: skip
            if not weights:
                raise WrongUsage(
                    f"a model of the kind '{run.settings.kind}' does not look back: there is nothing to draw",
                    remedy="'attnlab train --model additive' trains one that does",
                )
            return Looks(told, (Panel(_averaged(alignment), labels(rows), labels(columns), weights),))
        heads = heads_looked(self._model, columns, rows, run.source, run.target, device=self._device)
        chosen = _one_of("layer", layer, heads)
        numbered = list(enumerate(chosen, start=1))
        if head is not None:
            _one_of("head", head, chosen)
            numbered = [numbered[head - 1]]
        return Looks(
            told,
            tuple(
                Panel(f"layer {layer}, head {number}", labels(rows), labels(columns), weights)
                for number, weights in numbered
            ),
        )

    def _searched(self, tokens: Sequence[tuple[str, ...]], beam: int, n_best: int) -> list[list[Rendering]]:
        from attnlab.translation.searching import search

        run = self.run
        found = search(
            self._model, tokens, run.source, run.target, beam=beam, n_best=n_best, looking=False, device=self._device
        )
        return [[Rendering(run.text(each.tokens), each.tokens, each.score) for each in several] for several in found]

    def _by_parts(self, tokens: tuple[str, ...], beam: int) -> Rendering:
        run = self.run
        if not tokens:
            return Rendering("", ())
        written = self._model.translate(run.source.encode(tokens), beam=beam)
        words = run.target.decode(written)
        return Rendering(run.text(words), words)


def interpreter(
    run: Run,
    *,
    made_of: str | None,
    device: str,
    course: Callable[[], Course],
    n_best: int = 1,
) -> Interpreter:
    """The run made ready to translate.

    Args:
        made_of: whose parts; None for those it was trained with where they can do what is wanted.

    Raises:
        UnknownName: there is no such choice.
        WrongUsage: the run has no parts, or they cannot give several translations.
    """
    from attnlab.translation import machine

    if made_of is not None and made_of not in MADE_OF:
        raise UnknownName("choice of parts", made_of, MADE_OF, listing=f"there are: {', '.join(MADE_OF)}")
    if made_of in (MINE, REFERENCE) and n_best > 1:
        raise WrongUsage(
            "the part beam_search gives one translation, not several", remedy="'--parts fast' gives the --n-best"
        )
    trained = run.settings.parts if run.settings.kind == TRANSFORMER else FAST
    if made_of == MINE and trained != MINE:
        raise WrongUsage(
            f"{files.shown(run.folder)} was not trained with parts of yours",
            remedy="'attnlab train' trains one that is; '--parts reference' and '--parts fast' work here",
        )
    if made_of == REFERENCE and run.settings.kind != TRANSFORMER:
        raise WrongUsage(f"a model of the kind '{run.settings.kind}' is made of no parts", remedy="leave --parts away")
    wanted = made_of or (FAST if n_best > 1 else trained)
    chosen = machine.device_called(device)
    model: Any = run.translator(chosen)
    if wanted == FAST:
        return Interpreter(run, FAST, model, chosen)
    from attnlab.translation.assembled import AssembledTranslator
    from attnlab.translation.parts import assemble, select

    selection = kept_selection(run, course) if wanted == trained else select(course())
    assert selection is not None
    return Interpreter(run, wanted, AssembledTranslator.like(model, assemble(selection)).eval(), chosen)


def languages_of(corpus: str) -> tuple[str, str]:
    """What the source and the target of this corpus are called, whether or not it is there."""
    if corpus == GRAMMAR:
        grammar = GrammarCorpus()
        return grammar.source, grammar.target
    source, target = PAIRINGS.get(corpus, ADDED_SIDES)
    return source, target


def known_words(run: Run) -> tuple[str, ...]:
    """The tokens a source may have."""
    from attnlab.translation.vocabulary import SPECIAL

    known = run.source.tokens[len(SPECIAL) :]
    if run.settings.corpus != GRAMMAR:
        return tuple(known)
    from attnlab.translation.lexicon import SOURCE_WORDS

    # One table serves both languages; a word of the target in a source is as strange to the model as any other.
    return tuple(token for token in known if token in SOURCE_WORDS)


def unknown_words(tokens: Sequence[str], known: frozenset[str]) -> tuple[str, ...]:
    """The tokens that are not known, each once."""
    return tuple(dict.fromkeys(token for token in tokens if token not in known))


def labels(tokens: Sequence[str]) -> tuple[str, ...]:
    """Tokens as they stand in a picture: of subwords those that go on a word begin with a plus sign."""
    if not any(token.startswith(WORD_BEGINS) for token in tokens):
        return tuple(tokens)
    return tuple(
        token.removeprefix(WORD_BEGINS) or "_" if token.startswith(WORD_BEGINS) else f"+{token}" for token in tokens
    )


def save_png(looks: Looks, file: Path) -> None:
    """The panels in one PNG file.

    Raises:
        NotThere: matplotlib is missing or broken.
        CannotWrite: the file cannot be written.
    """
    files.write(file, panels_png(looks.title, looks.panels, rows=ROWS, columns=COLUMNS))


def save_html(looks: Looks, file: Path) -> None:
    """The panels as a web page that needs no other file.

    Raises:
        CannotWrite: the file cannot be written.
    """
    tables = [table_of(panel, rows=ROWS, columns=COLUMNS) for panel in looks.panels]
    files.write(file, picture_page(looks.title, tables, sentences=[f"One row per {ROWS}, one column per {COLUMNS}."]))


def _averaged(alignment: Any) -> str:
    if not alignment.heads:
        return "mean of all heads"
    named = ", ".join(f"{layer + 1}.{head + 1}" for layer, head in alignment.heads)
    return f"mean of the heads that align best, by layer and number: {named}"


def _one_of(kind: str, wanted: int, there: Sequence[Any]) -> Any:
    if not there:
        raise WrongUsage("this model has no layers and heads of attention", remedy="leave --layer and --head away")
    if not 1 <= wanted <= len(there):
        raise WrongUsage(
            f"there is no {kind} {wanted}: there are {len(there)}", remedy=f"--{kind} 1 is the first of them"
        )
    return there[wanted - 1]
