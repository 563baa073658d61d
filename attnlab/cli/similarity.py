"""`attnlab similarity`: works of a class that are strikingly alike, and what makes them so."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from attnlab.cli.books import BookFile, course_of, target
from attnlab.cli.desk import desk_of
from attnlab.cli.names import AsJson
from attnlab.errors import WrongUsage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from attnlab.classroom.gradebook import Gradebook
    from attnlab.classroom.similarity import Similar
    from attnlab.content import Course


def similarity(
    context: typer.Context,
    file: BookFile,
    others: Annotated[
        list[Path] | None,
        typer.Option("--with", metavar="OTHER", help="Also against this gradebook, such as last year's; repeatable."),
    ] = None,
    exercises: Annotated[
        list[str] | None, typer.Option("--exercise", metavar="E", help="Only this exercise; repeatable.")
    ] = None,
    least: Annotated[
        float | None,
        typer.Option("--least", metavar="X", help="Only pairs alike by so much, from 0 to 1; 0.45 if not."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE.html", help="Write the sources side by side to a web page.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Find works that are strikingly alike, whatever was renamed, commented or ordered otherwise.

    What the course itself shows is left out, and what many have counts for little: a short exercise makes everybody
    alike. A pair is a reason to look, no proof. No grade is changed.
    """
    from attnlab.classroom.gradebook import open_gradebook
    from attnlab.classroom.similarity import LEAST
    from attnlab.cli.train import teller
    from attnlab.cli.views_similarity import similar_as_json, similar_view

    if least is not None and not 0 <= least <= 1:
        raise WrongUsage(f"--least {least:g} is not from 0 to 1", remedy=f"{LEAST:g} is taken if none is given")
    desk = desk_of(context)
    files = [file, *(others or [])]
    if len({(desk.folder / each).resolve() for each in files}) < len(files):
        raise WrongUsage("the same gradebook is named twice", remedy="each is compared within itself as it is")
    with ExitStack() as stack:
        books = [stack.enter_context(open_gradebook(desk.folder / each)) for each in files]
        course = course_of(books[0], desk)
        names = [each.name for each in files]
        chosen = _chosen(books[0], course, exercises)
        found = list(_found(books, course, chosen, LEAST if least is None else least, teller(desk)))
        if out:
            _write_page(target(out, desk), found, books, names)
    if as_json:
        desk.print_json(similar_as_json(found, names))
    else:
        desk.terminal.show(*similar_view(found, names, desk.terminal))
    if out:
        desk.terminal.talk(f"the sources are side by side in {out}")
    elif not as_json and any(similar.pairs for similar in found):
        desk.terminal.talk("--out FILE.html shows their sources side by side")


def _chosen(book: Gradebook, course: Course, typed: Sequence[str] | None) -> list[str]:
    """The exercises meant, in the order of the course; a package of them is compared file by file."""
    from attnlab.classroom.gradebook.naming import exercise_called
    from attnlab.classroom.records import CAPSTONE

    handed_in = [name for name in book.exercises() if name != CAPSTONE]
    wanted = [exercise_called(book, course, name) for name in typed] if typed else handed_in
    if CAPSTONE in wanted:
        raise WrongUsage(
            "packages are compared by the files within", remedy="name one of their exercises, or leave --exercise away"
        )
    places = {exercise.id: place for place, exercise in enumerate(course.exercises)}
    return sorted(dict.fromkeys(wanted), key=lambda name: (places.get(name, len(places)), name))


def _found(
    books: Sequence[Gradebook], course: Course, chosen: Sequence[str], least: float, tell: Callable[[str], None]
) -> Iterator[Similar]:
    from attnlab.classroom.similarity import given_by, similar, submitted_in

    known = {exercise.id: exercise for exercise in course.exercises}
    for name in chosen:
        tell(f"comparing {name}")
        given = given_by(course, known[name]) if name in known else frozenset()
        yield similar(name, submitted_in(books, name), given, least=least)


def _write_page(file: Path, found: Sequence[Similar], books: Sequence[Gradebook], names: Sequence[str]) -> None:
    from attnlab import files
    from attnlab.classroom.similarity import similarity_page

    page = similarity_page(found, lambda work, exercise: books[work.book].source(work.student, exercise) or b"", names)
    files.write(file, page)


similarity.example = "attnlab similarity class.gradebook --out alike.html"  # type: ignore[attr-defined]
