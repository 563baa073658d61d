"""Alike works on the terminal: which two, in which exercises, and what makes them so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from attnlab.cli.terminal import Terminal
from attnlab.pictures.labels import visible

if TYPE_CHECKING:
    from attnlab.classroom.similarity import Pair, Similar, Submitted

_SHOWN = 20


def similar_view(found: Sequence[Similar], books: Sequence[str], terminal: Terminal) -> list[str]:
    """The most alike people first, each with the exercises in which they are."""
    from attnlab.classroom.similarity.wording import evidence, of_class, who

    if not found:
        return ["nothing that could be compared was handed in"]
    together: dict[tuple[tuple[int, str], tuple[int, str]], list[Pair]] = {}
    for similar in found:
        for pair in similar.pairs:
            together.setdefault((_of(pair.first), _of(pair.second)), []).append(pair)
    # Who is alike again and again comes before who is once.
    ranked = sorted(together.values(), key=lambda pairs: -sum(pair.alike for pair in pairs))
    lines: list[str] = []
    for pairs in ranked[:_SHOWN]:
        names = f"{who(pairs[0].first, books)} and {who(pairs[0].second, books)}"
        lines += [terminal.paint(line, "bold") for line in terminal.wrap(names)]
        for pair in sorted(pairs, key=lambda pair: -pair.alike):
            lines.append(f"  {pair.alike:.2f}  {visible(pair.exercise)}")
            for told in evidence(pair):
                lines += terminal.wrap(told, " " * 8)
        lines.append("")
    if len(ranked) > _SHOWN:
        lines += [f"and {len(ranked) - _SHOWN} more pairs of students; --json has them all", ""]
    if not ranked:
        lines += terminal.wrap("no two works are strikingly alike; --least 0.3 shows those that are a little")
        lines.append("")
    wide = max(len(similar.exercise) for similar in found)
    for similar in found:
        lines += terminal.wrap(f"{similar.exercise:<{wide}}  {of_class(similar)}", "", " " * 4)
    if ranked:
        lines += ["", *terminal.wrap("That two works are alike is no proof of anything: look, and ask the two.")]
    return lines


def similar_as_json(found: Sequence[Similar], books: Sequence[str]) -> list[dict[str, Any]]:
    return [
        {
            "exercise": similar.exercise,
            "works": similar.works,
            "typical": round(similar.typical, 4),
            "unread": [work.student for work in similar.unread],
            "pairs": [
                {
                    "first": _work(pair.first, books),
                    "second": _work(pair.second, books),
                    "alike": round(pair.alike, 4),
                    "identical": pair.identical,
                    "others": pair.others,
                    "shared": pair.shared,
                    "of_first": pair.of_first,
                    "of_second": pair.of_second,
                    "alone": pair.alone,
                    "names": list(pair.names),
                    "comments": list(pair.comments),
                }
                for pair in similar.pairs
            ],
        }
        for similar in found
    ]


def _of(work: Submitted) -> tuple[int, str]:
    return work.book, work.student


def _work(work: Submitted, books: Sequence[str]) -> dict[str, str]:
    return {"student": work.student, "name": work.name, "gradebook": books[work.book]}
