"""A student's notebook becomes one source for each exercise it answers."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from attnlab.notebooks.magics import parsed, stripped, what_is_wrong
from attnlab.notebooks.opening import BadNotebook, Cell, open_notebook
from attnlab.notebooks.slicing import Slicer, cells_listed
from attnlab.notebooks.statements import Statement, made_out_of_sight, statements_of
from attnlab.notebooks.whole import whole

__all__ = ["BadNotebook", "Found", "sources_in"]

# A notebook of a whole course has a tenth of either.
_MOST_STATEMENTS = 4_000
_MOST_CODE = 1 << 20
_MOST_TOLD = 5
_JUDGE = "check_cell"
_LONGEST_MAGIC = 40


@dataclass(frozen=True, slots=True)
class Found:
    """What a notebook answers.

    Args:
        sources: Python by exercise id; only exercises that the notebook has something for.
        ignored: what was there and was not taken into account, a clause each.
    """

    sources: Mapping[str, bytes]
    ignored: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Code:
    """A code cell as Python; without a tree where it does not parse."""

    cell: Cell
    text: str
    tree: ast.Module | None
    magics: tuple[str, ...]
    wrong: str = ""


def sources_in(content: bytes, wanted: Mapping[str, str], *, apart: bool = False) -> Found:
    """What a notebook holds of each wanted exercise, found by syntax: no cell is run.

    An exercise that is still to be written is found too, as its starter.

    Args:
        wanted: the name that each exercise asks for, by its id.
        apart: let the sources import each other, as the files of a workspace do; else each stands alone.

    Raises:
        BadNotebook: the bytes are no notebook; the message says why.
    """
    opened = open_notebook(content)
    found = sources_of(opened.cells, wanted, apart=apart)
    return Found(found.sources, (*opened.odd, *found.ignored))


def sources_of(cells: Sequence[Cell], wanted: Mapping[str, str], *, apart: bool = False, as_run: bool = False) -> Found:
    """The same of cells that are in hand already.

    Args:
        as_run: the cells stand in the order in which they were run, so that the last definition counts.
    """
    codes, statements, told = _read(cells)
    slicer = Slicer(statements, wanted, apart=apart, as_run=as_run)
    hidden = frozenset().union(*(made_out_of_sight(code.tree) for code in codes if code.tree))
    sources: dict[str, bytes] = {}
    used: set[int] = set()
    for exercise, name in wanted.items():
        found = slicer.slice_of(name)
        unseen = name in hidden if found is None or found.is_open else bool(hidden & found.lacking)
        broken = _last_attempt(codes, name) if found is None or found.is_open else None
        if found is not None and not unseen and not broken:
            sources[exercise] = _encoded(found.source)
            used.update(found.cells)
            if found.others:
                told.append(f"{name} is also in {cells_listed(found.others)}, which does not count")
        elif broken:
            # Python says best what is wrong with it.
            sources[exercise] = _encoded(f"# {name}, from the notebook's cell {broken.cell.number}.\n\n{broken.text}\n")
            used.add(broken.cell.number)
        elif unseen:
            sources[exercise] = _encoded(whole(name, statements))
            used.update(statement.cell for statement in statements)
            told.append(f"how {name} is made does not show in the text, so all cells are run for it")
    return Found(sources, (*_left_out(codes, used), *told))


def _read(cells: Sequence[Cell]) -> tuple[list[_Code], list[Statement], list[str]]:
    """The code cells, their statements, and what was too much."""
    codes: list[_Code] = []
    statements: list[Statement] = []
    length = 0
    for cell in cells:
        if not cell.code or not cell.text.strip():
            continue
        length += len(cell.text)
        code = _as_python(cell) if length <= _MOST_CODE else None
        tree = code.tree if code else None
        if code is None or (tree and len(statements) + len(tree.body) > _MOST_STATEMENTS):
            return codes, statements, [f"there is too much code: cell {cell.number} and what follows it was not read"]
        codes.append(code)
        if tree:
            statements += statements_of(cell.number, code.text, tree, len(statements))
    return codes, statements, []


def _as_python(cell: Cell) -> _Code:
    python = stripped(cell.text)
    if python.text is None:
        return _Code(cell, "", None, python.magics)
    tree = parsed(python.text)
    return _Code(cell, python.text, tree, python.magics, "" if tree else what_is_wrong(python.text))


def _last_attempt(codes: Sequence[_Code], name: str) -> _Code | None:
    """The last cell that would define the name if Python could read it."""
    begins = re.compile(rf"^\s*(?:async\s+def|def|class)\s+{re.escape(name)}\b", re.MULTILINE)
    return next((code for code in reversed(codes) if code.wrong and begins.search(code.text)), None)


def _left_out(codes: Sequence[_Code], used: set[int]) -> list[str]:
    broken = [code for code in codes if code.wrong and code.cell.number not in used]
    told = [f"cell {code.cell.number} is not Python: {_printable(code.wrong)}" for code in broken[:_MOST_TOLD]]
    if len(broken) > _MOST_TOLD:
        told.append(f"{len(broken) - _MOST_TOLD} more cells are not Python")
    magics = list(dict.fromkeys(_shortened(magic) for code in codes for magic in code.magics))
    if magics:
        more = " and more" if len(magics) > _MOST_TOLD else ""
        told.append(f"only Jupyter understands {', '.join(magics[:_MOST_TOLD])}{more}")
    trials = {code.cell.number for code in codes if code.tree and not all(map(_only_prepares, code.tree.body))}
    spare = sorted(trials - used)
    if spare:
        told.append(f"{cells_listed(spare)}: no exercise needs what is there")
    return told


def _only_prepares(node: ast.stmt) -> bool:
    """Whether it imports, or asks for the judge as our own notebooks do: nobody misses that."""
    if isinstance(node, ast.Try):
        return all(_only_prepares(part) for part in node.body)
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        return isinstance(node.value.func, ast.Name) and node.value.func.id == _JUDGE
    return isinstance(node, ast.Import | ast.ImportFrom)


def _shortened(magic: str) -> str:
    line = _printable(magic)
    return f"'{line}'" if len(line) <= _LONGEST_MAGIC else f"'{line[:_LONGEST_MAGIC]}...'"


def _printable(text: str) -> str:
    return "".join(sign if sign.isprintable() else "?" for sign in text[: 4 * _LONGEST_MAGIC])


def _encoded(source: str) -> bytes:
    return source.encode("utf-8", "replace")
