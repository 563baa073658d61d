"""Working on an exercise: check, hint, solution."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from attnlab.cli.desk import Desk, desk_of
from attnlab.cli.names import AsJson, ExerciseName
from attnlab.errors import NotThere, WrongUsage

if TYPE_CHECKING:
    from attnlab.content import Exercise
    from attnlab.grading import Report


def check(
    context: typer.Context,
    exercise: ExerciseName = None,
    everything: Annotated[bool, typer.Option("--all", help="Judge every exercise of the course.")] = False,
    seed: Annotated[
        int | None, typer.Option("--seed", metavar="N", min=0, help="Replay the inputs of an earlier report.")
    ] = None,
    show_input: Annotated[bool, typer.Option("--show-input", help="Print the inputs of the call that failed.")] = False,
    save_input: Annotated[
        Path | None, typer.Option("--save-input", metavar="FILE.npz", help="Save those inputs for numpy.load.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Judge your work and remember the result.

    Without a name: the exercise whose file you saved last. Exit code 0 when all that was judged passed, else 1.
    """
    from attnlab.cli.views_report import checked_as_json, checked_line, checked_view, summary_view
    from attnlab.grading import Judge
    from attnlab.study import check as judge_file
    from attnlab.study import current_exercise, save_inputs

    if everything and exercise:
        raise WrongUsage("--all and the name of one exercise cannot both be meant", remedy="leave one of them away")
    if everything and (show_input or save_input):
        raise WrongUsage("the inputs of one exercise can be had, not of all", remedy="leave --all away")
    desk = desk_of(context)
    exercises = list(desk.workspace.course.exercises) if everything else [_chosen(desk, exercise, say="checking")]
    # Of all that is judged at once, only what is being worked on has taken time.
    in_hand = current_exercise(desk.workspace, desk.progress) if everything else exercises[0]
    results = []
    unreadable = False
    with Judge(desk.workspace.course) as judge:
        for each in exercises:
            try:
                result = judge_file(desk.workspace, each, judge=judge, seed=seed, now=desk.now, timed=each == in_hand)
            except NotThere as error:
                if not everything:
                    raise
                # One file that is gone must not keep the others from being judged.
                unreadable = True
                desk.terminal.complain(error)
                continue
            results.append(result)
            if everything and not as_json:
                desk.terminal.show(checked_line(result, desk.terminal))
    if as_json:
        desk.print_json(checked_as_json(results))
    elif everything:
        desk.terminal.show(*summary_view(results, desk.terminal))
    else:
        desk.terminal.show(*checked_view(results[0], desk.workspace, desk.terminal, show_input=show_input))
    if forgotten := next((result.forgotten for result in results if result.forgotten), None):
        desk.terminal.complain(forgotten)
    if save_input and not results[0].report.passed:
        names = save_inputs(results[0].report, desk.folder / save_input)
        desk.terminal.talk(f"saved in {save_input}: {', '.join(names)}")
    raise typer.Exit(3 if forgotten else max(exit_code([result.report for result in results]), unreadable))


def hint(
    context: typer.Context,
    exercise: ExerciseName = None,
    tier: Annotated[int | None, typer.Option("--tier", metavar="N", help="This one, counted from 1.")] = None,
    as_json: AsJson = False,
) -> None:
    """Give one more hint.

    When the last check recognised your mistake, the hint that fits it comes first.
    """
    from attnlab.cli.views import hint_as_json, hint_view
    from attnlab.study import next_hint

    desk = desk_of(context)
    given = next_hint(desk.workspace, _chosen(desk, exercise), tier, now=desk.now)
    if as_json:
        desk.print_json(hint_as_json(given))
    else:
        desk.terminal.show(*hint_view(given, desk.terminal))


def solution(
    context: typer.Context,
    exercise: ExerciseName = None,
    give_up: Annotated[
        bool, typer.Option("--give-up", help="Show it before a pass; recorded as revealed, never as done.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show a solution, why it works, and how yours differs; once you have passed or given up."""
    from attnlab.cli.views import solution_as_json, solution_view
    from attnlab.study import solution as open_solution

    desk = desk_of(context)
    if exercise is None:
        raise WrongUsage("which solution is meant is not said", remedy="name the exercise: attnlab solution EXERCISE")
    opened = open_solution(desk.workspace, _chosen(desk, exercise), give_up=give_up, now=desk.now)
    if as_json:
        desk.print_json(solution_as_json(opened))
    else:
        desk.terminal.show(*solution_view(opened, desk.terminal))


def _chosen(desk: Desk, name: str | None, say: str = "") -> Exercise:
    from attnlab.study.browsing import named_exercise

    exercise = named_exercise(desk.workspace, name, desk.progress)
    if name is None and say:
        desk.terminal.talk(f"{say} {desk.workspace.relative(exercise)}")
    return exercise


def exit_code(reports: Sequence[Report]) -> int:
    """0 when all of them passed; 3 when one did not by the judge's own fault; else 1."""
    from attnlab.grading import Verdict

    if all(report.passed for report in reports):
        return 0
    own_fault = [
        report
        for report in reports
        if report.attempted
        and not report.passed
        and all(check.verdict is not Verdict.FAILED for check in report.checks)
        and any(check.verdict is Verdict.NOT_JUDGED for check in report.checks)
    ]
    return 3 if own_fault else 1
