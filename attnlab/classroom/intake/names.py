"""Names that strangers chose: made safe to show, and compared as people mean them."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from hashlib import sha256

_LONGEST = 255
# Persian, Indic scripts and emoji need the joiners.
_JOINERS = "\u200c\u200d"


@dataclass(frozen=True, slots=True)
class Word:
    """A run of letters or of digits in a name, folded, and where it lies."""

    first: int
    after: int
    text: str


def printable(text: str) -> str:
    """The text on one line, with everything that could move a cursor or turn the reading round written out.

    What is shown stays as it is when it is shown again. What is longer than a file's name can be is cut, with a
    checksum of the whole.
    """
    shown = text if text.isprintable() else "".join(_shown(character) for character in text)
    if len(shown) <= _LONGEST:
        return shown
    digest = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{shown[: _LONGEST - 9]}…{digest}"


def unmistakable(text: str) -> str:
    """The text made printable, as nobody else's is: a line break written out is not what was spelt so.

    Kinds of blanks are not told apart.
    """
    shown = printable(text)
    if shown == text or "\\" not in shown:
        return shown
    return f"{shown}~{sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:6]}"


def folded(text: str) -> str:
    """The text with what people do not tell names apart by taken out: case, width, accents' encoding, outer blanks."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).strip()


def squashed(text: str) -> str:
    """The letters and digits alone, folded: 'Self-Attention' and 'self_attention' are the same."""
    return "".join(character for character in folded(text) if character.isalnum())


def words_in(text: str) -> list[Word]:
    """The words of a name: 'maskedSoftmax_final (2)' has masked, softmax, final and 2.

    Where they lie is told of the text in its compatible form (NFKC).
    """
    text = unicodedata.normalize("NFKC", text)
    kinds = [_kind(character) for character in text]
    begins: list[int] = []
    for at, kind in enumerate(kinds):
        before, following = kinds[at - 1] if at else "", kinds[at + 1] if at + 1 < len(kinds) else ""
        # 'RNNStep' is RNN and Step: the last of several capitals begins the word that follows.
        goes_on = kind == before or (before, kind) == ("upper", "lower")
        if kind and (not goes_on or (before == kind == "upper" and following == "lower")):
            begins.append(at)
    return [_word(text, kinds, at, after) for at, after in zip(begins, [*begins[1:], len(text)], strict=False)]


def _word(text: str, kinds: list[str], first: int, after: int) -> Word:
    while not kinds[after - 1]:
        after -= 1
    return Word(first, after, folded(text[first:after]))


def _kind(character: str) -> str:
    if character.isdigit():
        return "digit"
    if not character.isalnum():
        return ""
    return "upper" if character.isupper() else "lower"


def _shown(character: str) -> str:
    if character.isprintable() or character in _JOINERS:
        return character
    if unicodedata.category(character) == "Zs":
        return " "
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")
