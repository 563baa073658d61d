"""One function's or class's source out of a whole notebook: its definition, and what that stands on, by name."""

from __future__ import annotations

import ast
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from attnlab.notebooks.statements import BUILTIN, Statement

_BLOCKS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)

# What is bound within these may also not be, and then keeps what it was.
_PERHAPS = (ast.If, ast.For, ast.While, ast.Try, ast.TryStar, ast.With, ast.Match)
_MOST_LISTED = 12
_MOST_ASKED = 20_000


@dataclass(frozen=True, slots=True)
class Slice:
    """The source of one name.

    Args:
        cells: the numbers of the cells it was taken from.
        others: cells that hold definitions of the name that were not taken.
        lacking: names that are needed and made nowhere in the notebook.
        is_open: whether it is still to be written.
    """

    source: str
    cells: tuple[int, ...]
    others: tuple[int, ...]
    lacking: frozenset[str]
    is_open: bool


class Slicer:
    """The statements of a notebook, ready to be asked for one name after the other.

    Args:
        statements: in the order in which the notebook has them.
        wanted: the names that will be asked for, by the file that each would have to itself.
        apart: let each source import the others' names from their files, as in a workspace; else all stand alone.
        as_run: of several definitions the last counts, whatever it says; else one that is still to be written counts
            only where there is no other.
    """

    def __init__(
        self, statements: Sequence[Statement], wanted: Mapping[str, str], *, apart: bool = False, as_run: bool = False
    ) -> None:
        self._statements = [statement for statement in statements if statement.stands_alone]
        self._files = {name: file for file, name in wanted.items()}
        self._modules = frozenset(wanted)
        self._apart, self._as_run = apart, as_run
        self._binding: dict[str, list[Statement]] = {}
        self._changing: dict[str, list[Statement]] = {}
        for statement in self._statements:
            for name in statement.binds:
                self._binding.setdefault(name, []).append(statement)
            for name in statement.changes:
                self._changing.setdefault(name, []).append(statement)

    def slice_of(self, name: str) -> Slice | None:
        """What `name` is at the end of the notebook; None where the notebook does not make it."""
        makers = [each for each in self._binding.get(name, ()) if name in each.makes | each.may_make]
        if not makers:
            return None

        def rank(statement: Statement) -> tuple[int, int, int]:
            gaps = self._gaps(statement, name)
            sure = 2 if name in statement.makes and not gaps else 1 if name not in statement.makes else 0
            return sure, -gaps, statement.order

        chosen = max(makers, key=rank)
        taken, lacking, elsewhere = self._standing_on(chosen, name)
        pieces = self._in_order(taken)
        others = {each.cell for each in makers if each not in taken}
        borrowed = [f"from {self._files[each]} import {each}" for each in sorted(elsewhere)]
        return Slice(
            source=_joined(name, borrowed, [*self._everywhere(), *pieces]),
            cells=tuple(sorted({piece.cell for piece in pieces})),
            others=tuple(sorted(others - {chosen.cell})),
            lacking=frozenset(lacking),
            is_open=self._gaps(chosen, name) > 0,
        )

    def _gaps(self, statement: Statement, name: str) -> int:
        return 0 if self._as_run else statement.gaps_of(name)

    def _last(self, name: str, user: Statement) -> Statement | None:
        """The statement that gives `name` what it is when `user` is called: at the end, or in its own cell.

        The two differ where several cells have a helper of the same name, each for itself.
        """
        found = self._binding.get(name, [])
        beside = [each for each in found if each.cell == user.cell and not self._is_borrowed(each)]

        def rank(statement: Statement) -> tuple[bool, bool, int, bool, int]:
            # A library's function of the same name is there to be compared with.
            answer = name in statement.makes and name in self._files and not self._as_run
            return (
                not self._is_borrowed(statement),
                name in statement.means or statement.is_import,
                -self._gaps(statement, name),
                answer,
                statement.order,
            )

        return max(beside or found, key=rank, default=None)

    def _is_borrowed(self, statement: Statement) -> bool:
        """Whether it imports another exercise from its file."""
        return isinstance(statement.node, ast.ImportFrom) and statement.node.module in self._modules

    def _has_a_file(self, name: str, found: Statement) -> bool:
        """Whether it is another exercise, or tries to import one."""
        return name in self._files and (name in found.means or isinstance(found.node, ast.Try))

    def _before(self, name: str, time: int, user: Statement) -> Statement | None:
        """The statement that gives `name` what it is at this place of the notebook."""
        found = self._binding.get(name, [])
        place = bisect_left(found, time, key=lambda each: each.order)
        if place:
            return found[place - 1]
        # Cells are also run out of order: what is made only later is better than nothing.
        return found[0] if found and found[0] is not user else None

    def _standing_on(self, chosen: Statement, name: str) -> tuple[set[Statement], set[str], set[str]]:
        """The statements that have to come along, the names that none makes, and those that other files have."""
        end = self._statements[-1].order + 1
        lacking: set[str] = set()
        elsewhere: set[str] = set()
        settled = {name}
        # Up to where the changes of what a statement makes have been followed.
        followed: dict[tuple[Statement, str], int] = {}
        # A function called on the way needs what its names were then, not what they are at the end.
        seen: set[tuple[Statement, int]] = set()
        asked: set[tuple[Statement, str, int]] = set()
        waiting: list[tuple[Statement, int]] = []

        def take(found: Statement | None, name: str, time: int) -> None:
            if found is None:
                lacking.update({name} - BUILTIN)
            elif self._apart and found is not chosen and self._has_a_file(name, found):
                elsewhere.add(name)
                return
            while found is not None and (found, name, time) not in asked and len(asked) < _MOST_ASKED:
                asked.add((found, name, time))
                after = followed.get((found, name), found.order)
                changing = [(each, each.order) for each in self._changes(name, found, after, time)]
                followed[found, name] = max(time, after)
                new = [each for each in [(found, time), *changing] if each not in seen]
                seen.update(new)
                waiting.extend(new)
                if not isinstance(found.node, _PERHAPS):
                    return
                time = found.order
                found = self._before(name, time, found)

        take(chosen, name, end)
        while waiting:
            user, time = waiting.pop()
            at_once, later = user.needs
            for needed in at_once:
                found = self._before(needed, user.order, user)
                take(found, needed, user.order)
                # It may be kept under another name, and be called or changed for as long as that is in use.
                take(found, needed, time)
            if time < end:
                for needed in later:
                    take(self._before(needed, time, user), needed, time)
                continue
            for needed in later - settled:
                settled.add(needed)
                take(self._last(needed, user), needed, end)
        return {statement for statement, _ in seen}, lacking, elsewhere

    def _changes(self, name: str, made: Statement, after: int, until: int) -> Iterator[Statement]:
        """What changes the thing that a statement made, without making it anew."""
        if made.is_import:
            return
        calls = () if made.defines(name) else self._changing.get(f"{name}.", ())
        for changing in (self._changing.get(name, ()), calls):
            place = bisect_right(changing, after, key=lambda each: each.order)
            while place < len(changing) and changing[place].order < until:
                yield changing[place]
                place += 1

    def _in_order(self, taken: set[Statement]) -> list[Statement]:
        """As the notebook has them, but what is needed at once never after what needs it."""
        ordered: list[Statement] = []
        done: set[Statement] = set()
        for first in sorted(taken, key=lambda each: each.order):
            waiting = [first]
            begun: set[Statement] = set()
            while waiting:
                each = waiting[-1]
                if each in done:
                    waiting.pop()
                elif each in begun:
                    waiting.pop()
                    done.add(each)
                    ordered.append(each)
                else:
                    begun.add(each)
                    earlier = {self._before(name, each.order, each) for name in each.needs[0]}
                    waiting += sorted(
                        (other for other in earlier if other in taken and other not in done | begun),
                        key=lambda other: -other.order,
                    )
        return ordered

    def _everywhere(self) -> list[Statement]:
        """What may matter to any line: imports of everything, and of the future."""
        return [each for each in self._statements if each.is_star or each.is_future]


def _joined(name: str, elsewhere: Sequence[str], pieces: Sequence[Statement]) -> str:
    future = list(dict.fromkeys(piece.text for piece in pieces if piece.is_future))
    imports = list(dict.fromkeys(_import_line(piece) for piece in pieces if piece.is_import and not piece.is_future))
    cells = sorted({piece.cell for piece in pieces})
    told = f"# {name}, from the notebook's {cells_listed(cells)}."
    text = "\n\n".join(part for part in (told, "\n".join([*future, *imports, *elsewhere])) if part) + "\n"
    block = True
    for piece in (piece for piece in pieces if not piece.is_import):
        # Plain lines stand together, definitions apart, as one would write them.
        was_block, block = block, isinstance(piece.node, _BLOCKS)
        text += ("\n\n" if was_block or block else "") + piece.text + "\n"
    return text


def _import_line(piece: Statement) -> str:
    # Names that come from nowhere by a star are lacked only where they are used.
    return f"try:\n    {piece.text}\nexcept ImportError:\n    pass" if piece.is_star else piece.text


def cells_listed(cells: Sequence[int]) -> str:
    """Cells by their numbers, as a person lists them; of many only the first are told."""
    shown = [str(cell) for cell in cells[:_MOST_LISTED]]
    if len(cells) > _MOST_LISTED:
        return f"cells {', '.join(shown)} and more"
    if len(shown) == 1:
        return f"cell {shown[0]}"
    return f"cells {', '.join(shown[:-1])} and {shown[-1]}"
