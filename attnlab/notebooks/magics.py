"""What IPython understands and Python does not, taken out of a cell: `%magics`, `!commands`, `help?`, `%%cells`."""

from __future__ import annotations

import ast
import re
import warnings
from dataclasses import dataclass

# Their body is Python that runs in the notebook, or is written to a file of Python.
_PYTHON = {"time", "timeit", "capture", "prun", "check", "python", "python3", "py", "pypy", "ipytest"}
_FILES = {"writefile", "file"}
_OPENING = frozenset("%!?/,;")
# What a line is made of, as far as it matters to where a statement ends; a quote that nothing closes takes the rest.
# Possessive, so that no line takes long.
_PIECE = re.compile(
    r"#.*+|'''|\"\"\"|'(?:[^'\\\n]|\\.)*+'|\"(?:[^\"\\\n]|\\.)*+\"|['\"].*+|[(\[{]|[)\]}]|[^#'\"()\[\]{}]++"
)
_ENDS = {mark: re.compile(rf"(?:[^\\]|\\.)*?{mark}", re.DOTALL) for mark in ("'''", '"""')}
_ASSIGNED = re.compile(r"^[^\S\n]*[A-Za-z_][\w, \t]*=[ \t]*[%!](?!=)")


@dataclass(frozen=True, slots=True)
class Stripped:
    """A cell as Python, line for line; None for one that is in another language; and what was taken out."""

    text: str | None
    magics: tuple[str, ...] = ()


def stripped(text: str) -> Stripped:
    """The cell without what only IPython understands; the lines keep their numbers."""
    if parsed(text) is not None:
        return Stripped(text)
    text = _moved_left(text)
    before, magic, body = _cell_magic(text)
    if magic is None:
        return _without_lines(text)
    name, _, told = magic.partition(" ")
    is_python = name in _PYTHON or (name in _FILES and told.strip().strip("'\"").endswith(".py"))
    if not is_python:
        return Stripped(None, (f"%%{magic}",))
    rest = _without_lines(body)
    return Stripped("\n" * before + (rest.text or ""), (f"%%{magic}", *rest.magics))


def parsed(text: str) -> ast.Module | None:
    """The syntax tree, or None; a hostile text may be too deep or too large for the parser."""
    try:
        with warnings.catch_warnings():
            # A stray backslash in somebody else's string is none of our user's business.
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None


def what_is_wrong(text: str) -> str:
    """Why a text does not parse, as Python says it, in a few words."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text)
    except SyntaxError as error:
        return f"line {error.lineno or 1}: {error.msg}"
    except (MemoryError, RecursionError):
        return "it is nested too deeply"
    except ValueError as error:
        return str(error)
    return ""


def _cell_magic(text: str) -> tuple[int, str | None, str]:
    """How many lines go up to the body, the magic's line, and the body; a cell magic stands on the first line."""
    lines = text.split("\n")
    first = next((at for at, line in enumerate(lines) if line.strip()), 0)
    if not lines[first].startswith("%%"):
        return 0, None, text
    return first + 1, lines[first][2:].strip(), "\n".join(lines[first + 1 :])


def _moved_left(text: str) -> str:
    """A cell that is indented as a whole runs in Jupyter."""
    first = next((line for line in text.split("\n") if line.strip()), "")
    indent = first[: len(first) - len(first.lstrip())]
    return "\n".join(line.removeprefix(indent) for line in text.split("\n")) if indent else text


def _without_lines(text: str) -> Stripped:
    kept: list[str] = []
    taken: list[str] = []
    inside = ""
    depth = 0
    continued = ""
    for line in text.split("\n"):
        starting = not inside and depth == 0 and not continued
        if continued == "magic" or (starting and _is_magic(line)):
            indent = line[: len(line) - len(line.lstrip())]
            # Only the first line: what continues it is blank to Python.
            kept.append("" if continued else f"{indent}pass")
            taken += [] if continued else [line.strip()]
            continued = "magic" if line.endswith("\\") else ""
            continue
        kept.append(line)
        inside, depth = _after(line, inside, depth)
        continued = "line" if line.endswith("\\") and not inside and not line.lstrip().startswith("#") else ""
    return Stripped("\n".join(kept), tuple(taken))


def _is_magic(line: str) -> bool:
    bare = line.strip()
    if not bare or bare[0] == "#":
        return False
    if bare[0] in _OPENING:
        return True
    if bare.endswith("?") and "#" not in bare:
        return True
    return _ASSIGNED.match(line) is not None


def _after(line: str, inside: str, depth: int) -> tuple[str, int]:
    """Within which long string, and how many brackets deep, the next line begins."""
    at = 0
    while at < len(line):
        if inside:
            end = _ENDS[inside].match(line, at)
            if end is None:
                return inside, depth
            at, inside = end.end(), ""
            continue
        piece = _PIECE.match(line, at)
        if piece is None:
            break
        token = piece[0]
        at = piece.end()
        if token in _ENDS:
            inside = token
        elif token in "([{":
            depth += 1
        elif token in ")]}":
            depth = max(0, depth - 1)
    return inside, depth
