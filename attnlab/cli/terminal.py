"""Where the words go: how wide, in colour or not, in Unicode or ASCII; colour never says anything alone."""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass

from attnlab.errors import AttnlabError

WIDEST = 88
NARROWEST = 30

_STYLES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}
_MARKS = {
    "passed": ("✓", "+", "green"),
    "failed": ("✗", "x", "red"),
    "tried": ("◐", "~", "yellow"),
    "revealed": ("◇", "?", "cyan"),
    "not started": ("·", ".", "dim"),
    "not reached": ("·", ".", "dim"),
    "not judged": ("?", "?", "yellow"),
}
_IN_ASCII = {
    "–": "-", "—": "-", "−": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "…": "...", "·": "*", "×": "x",
    "÷": "/", "→": "->", "←": "<-", "↑": "^", "↓": "v", "⇒": "=>", "≤": "<=", "≥": ">=", "≠": "!=", "≈": "~",
    "≡": "==", "∈": "in", "√": "sqrt ", "∑": "sum", "Σ": "sum", "∏": "prod", "∞": "inf", "∂": "d", "∇": "grad",
    "⊙": "*", "⊤": "^T", "ᵀ": "^T", "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "eps",
    "θ": "theta", "λ": "lambda", "μ": "mu", "π": "pi", "σ": "sigma", "τ": "tau", "φ": "phi", "│": "|", "─": "-",
    "┌": "+", "┐": "+", "└": "+", "┘": "+", "├": "+", "┤": "+", "┬": "+", "┴": "+", "┼": "+", "═": "=", "█": "#",
    "▓": "#", "▒": "+", "░": ".", "•": "*", "✓": "+", "✗": "x", "⁻": "^-", "ⁿ": "^n", "ⱼ": "_j", "ᵢ": "_i",
    "ₖ": "_k", "ₜ": "_t", "ₛ": "_s", "ₙ": "_n", "ₐ": "_a", "ₓ": "_x", "ᵗ": "^t", "ᵏ": "^k", "ʲ": "^j", "ⁱ": "^i",
    "∘": "o", "∥": "||", "‖": "||", "∝": "~", "∀": "for all", "½": "1/2",
    "╭": "+", "╮": "+", "╯": "+", "╰": "+", "╱": "/", "╲": "\\", "ω": "omega", "■": "#", "□": "o", "●": "*", "▪": "*",
    "⊕": "+", "∩": "and", "∪": "or", "⇔": "<=>", "╴": "-", "▁": "_", "≪": "<<", "≫": ">>", "⌊": "[", "⌋": "]",
    "\u0303": "~", "\u0304": "bar",
}  # fmt: skip


@dataclass(frozen=True)
class Terminal:
    """What the surroundings can show; `interactive` when a person can be asked by single keys."""

    width: int = 80
    height: int = 24
    colour: bool = False
    unicode: bool = False
    interactive: bool = False

    def show(self, *lines: str) -> None:
        """Results, to stdout."""
        self._print(lines, sys.stdout)

    def talk(self, *lines: str) -> None:
        """Everything that is not the result, to stderr."""
        sys.stdout.flush()
        self._print(lines, sys.stderr)

    def complain(self, error: AttnlabError) -> None:
        """A problem that does not end the command, and its remedy."""
        self.talk(*self.wrap(f"attnlab: {error.problem}"), *self.wrap(error.remedy, indent="  "))

    def paint(self, text: str, *styles: str) -> str:
        if not self.colour or not text:
            return text
        return f"\x1b[{';'.join(_STYLES[style] for style in styles)}m{text}\x1b[0m"

    def mark(self, kind: str) -> str:
        """A sign of one column for how something ended."""
        sign, plain, style = _MARKS.get(kind, _MARKS["failed"])
        return self.paint(sign if self.unicode else plain, style)

    def wrap(self, text: str, indent: str = "", hanging: str | None = None) -> list[str]:
        """Prose in lines that fit; words longer than a line, such as paths, stay whole so that they can be copied."""
        lines: list[str] = []
        for paragraph in text.splitlines() or [""]:
            lines += textwrap.wrap(
                self.words(paragraph),
                max(min(self.width, WIDEST), NARROWEST),
                initial_indent=indent,
                subsequent_indent=indent if hanging is None else hanging,
                break_long_words=False,
                break_on_hyphens=False,
            ) or [""]
        return lines

    def words(self, text: str) -> str:
        """The text as this terminal can show it."""
        return text if self.unicode or text.isascii() else in_ascii(text)

    def rule(self) -> str:
        return self.paint(("─" if self.unicode else "-") * min(self.width, WIDEST), "dim")

    @property
    def dot(self) -> str:
        """What stands between things told in one line."""
        return "·" if self.unicode else "-"

    def _print(self, lines: tuple[str, ...], stream: object) -> None:
        for line in lines:
            print(self.words(line), file=stream)  # type: ignore[call-overload]


def this_terminal(*, plain: bool, environment: Mapping[str, str] = os.environ) -> Terminal:
    """The terminal this process talks to."""
    on_terminal = sys.stdout.isatty()
    dumb = environment.get("TERM") == "dumb"
    size = shutil.get_terminal_size()
    colour = on_terminal and not plain and not dumb and not environment.get("NO_COLOR")
    return Terminal(
        width=max(size.columns, NARROWEST),
        height=max(size.lines, 8),
        colour=colour,
        unicode=not plain and _shows_unicode(sys.stdout),
        interactive=on_terminal and sys.stdin.isatty() and not dumb,
    )


def in_ascii(text: str) -> str:
    """The text in ASCII: mathematical signs by their names, letters without accents, '?' for what is left."""
    import unicodedata

    said: list[str] = []
    lifted = False
    for sign in text:
        if sign.isascii():
            said.append(sign)
            lifted = False
        elif sign in _IN_ASCII:
            name = _IN_ASCII[sign]
            said.append(name.removeprefix("^") if lifted else name)
            lifted = name.startswith("^")
        elif not unicodedata.combining(sign):
            apart = unicodedata.normalize("NFKD", sign).replace("\u2044", "/")
            plain = apart.encode("ascii", "ignore").decode()
            # An exponent keeps its sign: without it 3² would read as 32.
            raised = unicodedata.decomposition(sign).startswith("<super>")
            said.append(f"^{plain}" if plain and raised and not lifted else plain or "?")
            lifted = raised
    return "".join(said)


def _shows_unicode(stream: object) -> bool:
    encoding = getattr(stream, "encoding", None) or "ascii"
    try:
        "✓◐─→ᵀ√α".encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True
