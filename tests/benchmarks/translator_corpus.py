"""Multi30k en-de, lower-cased, in a joint BPE of 10,000: the files from which every competitor takes its text."""

from __future__ import annotations

import json
from pathlib import Path

from measuring import BIN, ROOT, command_seconds

from attnlab.translation.corpora import TextCorpus, open_corpus

DATA = ROOT.parent / "shared" / "data" / "multi30k"
NAME = "multi30k-en-de"
SUBWORDS = 10_000
TEST = "test_2016_flickr"
# Sentences that are translated before the clock runs.
WARM_UP = 8


def opened(work: Path) -> TextCorpus:
    """The corpus that `prepare` has put below `work`."""
    corpus = open_corpus(NAME, work / "corpora", subwords=SUBWORDS, lower_case=True)
    assert isinstance(corpus, TextCorpus)
    return corpus


def prepare(work: Path, data: Path, sentences: int) -> list[tuple[int, int]]:
    """Write text, subwords, vocabulary and numbered pairs below `work`; the lengths of all training pairs come back.

    Args:
        data: a folder with the files of Multi30k, plain or gzipped.
        sentences: how many of the test set are to be translated.
    """
    shelf = work / "corpora"
    command_seconds([str(BIN / "attnlab"), "data", "get", "multi30k", "--from", str(data), "--data", str(shelf), "-y"])
    corpus = opened(work)
    for name, split, most in (("train", "train", None), ("warm_up", "val", WARM_UP), ("test", TEST, sentences)):
        texts = corpus.texts(split, most)
        _write(work / f"{name}.en", [pair.source.lower() for pair in texts])
        _write(work / f"{name}.de", [pair.target.lower() for pair in texts])
    source, target = corpus.vocabularies
    _write(work / "vocabulary.txt", source.tokens)
    _write(work / "target_types.txt", target.tokens)
    pairs = [(source.encode(pair.source), target.encode(pair.target)) for pair in corpus.pairs("train")]
    (work / "train.json").write_text(json.dumps({"vocabulary": len(source), "pairs": pairs}))
    (work / "subwords.model").write_bytes(corpus.subwords.model)
    # The end of sentence is predicted, too.
    return [(len(source), len(target) + 1) for source, target in pairs]


def _write(file: Path, lines: list[str] | tuple[str, ...]) -> None:
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
