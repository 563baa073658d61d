"""Names a learner types: what the argument is called, and what the shell completes it to."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer


def complete_exercise(context: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    return [
        (exercise.id, exercise.title) for exercise in _course(context, "exercises") if _fits(exercise.id, incomplete)
    ]


def complete_lesson(context: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    return [(lesson.id, lesson.title) for lesson in _course(context, "lessons") if _fits(lesson.id, incomplete)]


def complete_experiment(context: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    names = [(name, lesson.title) for lesson in _course(context, "lessons") for name in lesson.experiments]
    return [(name, title) for name, title in names if _fits(name, incomplete)]


def complete_run(context: typer.Context, incomplete: str) -> list[str]:
    from attnlab.errors import AttnlabError
    from attnlab.study.trained import names_below

    try:
        return [name for name in names_below(Path.cwd()) if _fits(name, incomplete)]
    except (AttnlabError, OSError):
        return []


ExerciseName = Annotated[
    str | None,
    typer.Argument(metavar="EXERCISE", help="Which exercise; without it the one in hand.", show_default=False,
                   autocompletion=complete_exercise),
]  # fmt: skip
LessonName = Annotated[
    str | None,
    typer.Argument(metavar="LESSON", help="Which lesson, as 02-lookup, 02 or lookup.", show_default=False,
                   autocompletion=complete_lesson),
]  # fmt: skip
RunFolder = Annotated[
    Path | None,
    typer.Argument(metavar="RUN", help="Which run; without it the newest that is finished.", show_default=False,
                   autocompletion=complete_run),
]  # fmt: skip
RunFolders = Annotated[
    list[Path] | None,
    typer.Argument(metavar="RUN", help="Which run, or several; without it the newest that is finished.",
                   show_default=False, autocompletion=complete_run),
]  # fmt: skip
AsJson = Annotated[bool, typer.Option("--json", help="The result as JSON on stdout.")]


def _course(context: typer.Context, part: str) -> list[Any]:
    from attnlab.content import read_course
    from attnlab.errors import AttnlabError
    from attnlab.paths import course_root

    option = context.find_root().params.get("course")
    try:
        return list(getattr(read_course(course_root(Path(option) if option else None)), part))
    except AttnlabError:
        return []  # the shell is no place for an error message


def _fits(name: str, incomplete: str) -> bool:
    return name.startswith(incomplete)
