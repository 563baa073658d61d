"""Subwords by byte-pair encoding (Sennrich et al. 2016), learnt from both sides of a corpus and kept beside it."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

from attnlab.errors import WrongUsage
from attnlab.translation.shelf import FORMAT, read_record, write
from attnlab.translation.vocabulary import BOS, EOS, PAD, SPECIAL, UNK, Vocabulary

# What the library writes where a word begins.
_SPACE = "\u2581"


class Subwords:
    """One vocabulary for both languages; the numbers of its tokens are the library's own."""

    def __init__(self, model: bytes) -> None:
        from sentencepiece import SentencePieceProcessor

        self._pieces: Any = SentencePieceProcessor(model_proto=model)
        self.model = model
        self.sha256 = sha256(model).hexdigest()

    @cached_property
    def vocabulary(self) -> Vocabulary:
        return Vocabulary(tuple(self._pieces.id_to_piece(at) for at in range(self._pieces.get_piece_size())))

    def tokens(self, sentences: Sequence[str]) -> list[tuple[str, ...]]:
        """Every sentence as subwords; signs never seen in training become tokens that no vocabulary has."""
        return [tuple(pieces) for pieces in self._pieces.encode(list(sentences), out_type=str, num_threads=1)]


def joined(tokens: Iterable[str]) -> str:
    """Subwords as the text they came from."""
    return "".join(tokens).replace(_SPACE, " ").strip()


def learn(sentences: Sequence[str], size: int) -> bytes:
    """A model of at most `size` tokens, the same bytes for the same sentences in the same order.

    Raises:
        WrongUsage: there are more different signs than tokens wanted.
    """
    from sentencepiece import SentencePieceTrainer

    signs = len({sign for sentence in sentences for sign in sentence if not sign.isspace()} | {_SPACE})
    if size < signs + len(SPECIAL):
        raise WrongUsage(
            f"{size} subwords are too few: the corpus has {signs} different signs, and {len(SPECIAL)} more are needed",
            remedy=f"choose at least {signs + len(SPECIAL)}; some thousands are usual",
        )
    model = io.BytesIO()
    SentencePieceTrainer.train(
        sentence_iterator=iter(sentences),
        model_writer=model,
        model_type="bpe",
        vocab_size=size,
        # A small corpus has fewer merges than that.
        hard_vocab_limit=False,
        character_coverage=1.0,
        # Longer lines would be left out without a word.
        max_sentence_length=1 << 20,
        # Sentences stay as they are: quality is measured against the references as they were published.
        normalization_rule_name="identity",
        pad_id=PAD, bos_id=BOS, eos_id=EOS, unk_id=UNK,
        pad_piece=SPECIAL[PAD], bos_piece=SPECIAL[BOS], eos_piece=SPECIAL[EOS], unk_piece=SPECIAL[UNK],
        num_threads=1,
        minloglevel=2,
    )  # fmt: skip
    return model.getvalue()


def kept(folder: Path, label: str, size: int, trained_on: str, sentences: Callable[[], Sequence[str]]) -> Subwords:
    """The subwords kept in `folder` if they were learnt from the same text, else learnt now and kept.

    Args:
        label: tells them apart from others of the same corpus.
        trained_on: a checksum of the text.
        sentences: gives the text, if it is needed.

    Raises:
        NewerFormat: a later attnlab keeps them.
    """
    model_file, record_file = (folder / f"{label}-{size}{ending}" for ending in (".model", ".json"))
    record = read_record(record_file)
    if record and record.get("trained_on") == trained_on:
        try:
            model = model_file.read_bytes()
        except OSError:
            model = b""
        if sha256(model).hexdigest() == record.get("sha256"):
            return Subwords(model)
    model = learn(sentences(), size)
    write(model_file, model)
    told = {"format_version": FORMAT, "sha256": sha256(model).hexdigest(), "trained_on": trained_on, "size": size}
    write(record_file, (json.dumps(told, indent=2) + "\n").encode())
    return Subwords(model)
