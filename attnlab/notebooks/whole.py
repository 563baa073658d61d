"""A whole notebook as one module, for what no reading of its text can follow."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from attnlab.notebooks.statements import Statement


def whole(name: str, statements: Sequence[Statement]) -> str:
    """All statements in their order, each guarded, so that one which fails stops no other.

    Definitions of `name` that are still to be written are left away: they would undo what stands above them.
    """
    future = dict.fromkeys(statement.text for statement in statements if statement.is_future)
    parts = [f"# {name}, from the whole notebook: every statement guarded, so that none stops another.", *future]
    for statement in statements:
        if statement.is_future or not statement.stands_alone or statement.gaps_of(name):
            continue
        try:
            said = ast.unparse(_guarded(statement.node))
        except (RecursionError, ValueError):
            # What is nested so deeply would stop the whole file from being read.
            continue
        parts.append(said)
    return "\n".join(parts) + "\n"


def _guarded(node: ast.stmt) -> ast.stmt:
    leaving = ast.Tuple([ast.Name("Exception", ast.Load()), ast.Name("SystemExit", ast.Load())], ast.Load())
    handler = ast.ExceptHandler(leaving, None, [ast.Pass()])
    return ast.fix_missing_locations(ast.Try([node], [handler], [], []))
