"""A training before, while and after it goes on: as lines for a terminal and as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from shlex import quote
from typing import TYPE_CHECKING, Any

from attnlab.cli.terminal import Terminal

if TYPE_CHECKING:
    from attnlab.study.following import Story
    from attnlab.study.training import Done, Planned
    from attnlab.translation.parts import Part
    from attnlab.translation.runs.events import Halved, Sampled, Started, Translation, Validated

# Rows of a curve; what stands around it: its label, axis, ticks and what they count; and around all of that.
_LOWEST, _HIGHEST, _AROUND, _FRAME = 3, 12, 4, 5
_NOT_YET = "..."
# Below this BLEU a translation is not worth being looked at.
_HARDLY = 10.0


def started_view(planned: Planned, started: Started, terminal: Terminal) -> list[str]:
    """What is going to happen, before it does."""
    corpus, steps = planned.corpus, started.plan.steps
    model = f"{_named(planned.settings.kind)} on {corpus.name} ({corpus.source} to {corpus.target})"
    time = f"about {duration(started.expected)}"
    how = f"from step {started.step:,} to {steps:,}, {time}" if started.step else f"{steps:,} steps, {time}"
    first, *rest = terminal.wrap(f"training {model} on {_device(started)}: {how}", "", "  ")
    return [
        terminal.paint(first, "bold"),
        *rest,
        *terminal.wrap(
            f"{started.parameters:,} parameters; {started.pairs:,} pairs, {started.tokens_per_epoch:,} target tokens",
            "  ",
            "    ",
        ),
        *_parts(planned, terminal),
        *terminal.wrap(f"kept in {planned.shown_folder}{_why_there(planned)}", "  ", "    "),
    ]


def watched_view(translations: Sequence[Translation], terminal: Terminal) -> list[str]:
    """The fixed sentences, numbered, as they stand in the corpus."""
    return [
        line
        for number, each in enumerate(translations, start=1)
        for line in terminal.wrap(f"{number}  {each.source}", "  ", "     ")
    ]


def sampled_view(sampled: Sampled, terminal: Terminal) -> list[str]:
    """What has become of them by now, beneath the numbers of their sources; what is too long for a line is cut."""
    from attnlab.pictures.labels import cut

    room = terminal.width - 5
    return [
        f"  {number}{_right(each, terminal)} {cut(terminal.words(each.hypothesis or _NOT_YET), room)}"
        for number, each in enumerate(sampled.translations, start=1)
    ]


def step_line(story: Story) -> str:
    """Where a training stands, in one line."""
    told = [f"step {story.step:>{len(f'{story.of:,}')},} of {story.of:,}", *_pace(story)]
    if story.latest and story.latest.seconds_left is not None and story.step < story.of:
        told.append(f"{clock(story.latest.seconds_left)} left")
    return "  ".join(told)


def quality_line(validated: Validated) -> str:
    return f"step {validated.step:,}  BLEU on val {validated.bleu:.1f}"


def halved_view(halved: Halved, terminal: Terminal) -> list[str]:
    """That the memory did not suffice, and what was done about it."""
    return terminal.wrap(
        f"step {halved.step:,}  out of memory: from now on a batch is taken in {halved.pieces} pieces; "
        "what it teaches stays the same",
        "",
        "  ",
    )


def live_view(planned: Planned, story: Story, terminal: Terminal) -> list[str]:
    """The whole picture, no higher than the terminal: curve, numbers, and the fixed sentences."""
    from attnlab.pictures.labels import cut

    head = f"{planned.settings.kind} on {planned.corpus.name} {terminal.dot} {planned.shown_folder}"
    foot = "Ctrl-C stops and keeps it; the same command goes on"
    numbers, sentences = _numbers(story, terminal), _sentences(planned, story, terminal)
    room = terminal.height - len(numbers) - len(sentences) - _FRAME - _AROUND
    curve = _curve(story, terminal, min(room, _HIGHEST)) if room >= _LOWEST else []
    lines = [
        terminal.paint(cut(terminal.words(head), terminal.width), "bold"),
        *curve,
        *numbers,
        "",
        *sentences,
        "",
        # Room for what a terminal writes itself when Ctrl-C is pressed.
        terminal.paint(cut(foot, terminal.width - 3), "dim"),
    ]
    return lines[: terminal.height - 1]


def came_to_view(done: Done, terminal: Terminal) -> list[str]:
    """What became of the loss and of the fixed sentences."""
    story = done.story
    steps = f"{story.of:,} step{'' if story.of == 1 else 's'}"
    told = ", ".join([f"{steps} in {clock(story.seconds)}", *_figures(story)])
    return [
        *terminal.wrap(f"{terminal.mark('passed')} {told}", "", "  "),
        "",
        *_sentences(done.planned, story, terminal, whole=True),
        "",
    ]


def done_view(done: Done, terminal: Terminal) -> list[str]:
    """What a training led to, where it is, and what to type next."""
    story, planned = done.story, done.planned
    lines = [*came_to_view(done, terminal), *terminal.wrap(f"the run is in {planned.shown_folder}", "", "  ")]
    if story.bleu and story.bleu[-1][1] < _HARDLY:
        minutes = planned.settings.minutes
        more = f"--minutes {5 * minutes:g}" if minutes else f"--steps {5 * story.of}"
        lines += terminal.wrap(f"it has only begun to learn; '{more}' begins anew and takes its time", "", "  ")
    if done.pictures:
        from attnlab.files import shown

        lines += terminal.wrap(f"its curves: {', '.join(shown(file) for file in done.pictures)}", "", "  ")
    run = quote(planned.shown_folder) if planned.is_elsewhere else ""
    sentence = quote(story.translations[0].source) if story.translations else ""
    first = " ".join(part for part in ("attnlab translate --show", run and f"--run {run}", sentence) if part)
    return [
        *lines,
        f"next: {terminal.paint(first, 'bold')}",
        f"then: {terminal.paint(f'attnlab evaluate {run}'.rstrip(), 'bold')}",
    ]


def done_as_json(done: Done) -> dict[str, Any]:
    story, planned = done.story, done.planned
    started, settings = story.started, planned.settings
    return {
        "run": str(planned.folder),
        "finished": story.finished,
        "model": settings.kind,
        "corpus": settings.corpus,
        "made_of": settings.parts,
        "parts": planned.selection.told() if planned.selection else [],
        "seed": settings.seed,
        "device": started.device if started else None,
        "parameters": started.parameters if started else None,
        "step": story.step,
        "steps": story.of,
        "seconds": round(story.seconds, 2),
        "tokens": story.tokens,
        "tokens_per_second": story.latest.tokens_per_second if story.latest else None,
        "loss": story.loss,
        "bleu": [{"step": int(step), "bleu": bleu} for step, bleu in story.bleu],
        "translations": [
            {"source": each.source, "hypothesis": each.hypothesis, "reference": each.reference}
            for each in story.translations
        ],
        "pictures": [str(file) for file in done.pictures],
    }


def stopped_view(story: Story, folder: str, terminal: Terminal) -> list[str]:
    """That everything is kept, and how to go on."""
    return [
        *terminal.wrap(f"stopped after step {story.step:,} of {story.of:,}; it is kept", "", "  "),
        f"next: {terminal.paint(f'attnlab train --run {quote(folder)}', 'bold')}",
    ]


def duration(seconds: float) -> str:
    """Some time to come, as precisely as one can know it."""
    if seconds < 90:
        whole = max(round(seconds), 1)
        return f"{whole} second{'' if whole == 1 else 's'}"
    return f"{round(seconds / 60)} minutes" if seconds < 5400 else f"{seconds / 3600:.1f} hours"


def clock(seconds: float) -> str:
    """Minutes and seconds, or hours, minutes and seconds."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def parts_lines(parts: Sequence[Part], terminal: Terminal) -> list[str]:
    """Which parts are the learner's, and which the reference's and why."""
    mine = [part.name for part in parts if part.origin == "mine"]
    told = f"{len(mine)} of {len(parts)} parts {'is' if len(mine) == 1 else 'are'} yours"
    lines = terminal.wrap(f"{told}: {', '.join(mine)}" if mine else told, "  ", "    ")
    reasons: dict[str, list[str]] = {}
    for part in parts:
        if part.origin != "mine":
            reasons.setdefault(part.note, []).append(part.name)
    for note, names in reasons.items():
        why = f" ({note})" if note else ""
        lines += terminal.wrap(f"the reference's{why}: {', '.join(names)}", "  ", "    ")
    return lines


def _parts(planned: Planned, terminal: Terminal) -> list[str]:
    if planned.selection and planned.settings.parts == "mine":
        return parts_lines(planned.selection.parts, terminal)
    told = {
        "fast": "no part is yours: attnlab's own fast ones compute the same",
        "reference": "no part is yours: all are the course's reference",
    }
    return terminal.wrap(told[planned.settings.parts], "  ", "    ") if planned.settings.kind == "transformer" else []


def _device(started: Started) -> str:
    threads = f", {started.threads} thread{'' if started.threads == 1 else 's'}" if "cpu" in started.device else ""
    precision = started.settings.precision
    return f"{started.device}{threads}{f', {precision}' if precision else ''}"


def _pace(story: Story) -> list[str]:
    told = [f"loss {story.loss:.3f}"] if story.loss is not None else []
    if story.latest and story.latest.tokens_per_second:
        told.append(f"{story.latest.tokens_per_second:,.0f} tokens/s")
    return told


def _figures(story: Story) -> list[str]:
    return [*_pace(story), *([f"BLEU on val {story.bleu[-1][1]:.1f}"] if story.bleu else [])]


def _numbers(story: Story, terminal: Terminal) -> list[str]:
    share = story.step / story.of if story.of else 0.0
    place = f"step {story.step:,} of {story.of:,}"
    if story.latest and story.latest.seconds_left is not None:
        place += f", {clock(story.latest.seconds_left)} left"
    told = f"{share:4.0%}  {place}"
    lines = terminal.wrap("  ".join(_figures(story)))
    width = min(terminal.width - len(told) - 1, 30)
    if width < 4:
        return [*terminal.wrap(told.strip()), *lines]
    full = round(width * share)
    sign, rest = ("█", "░") if terminal.unicode else ("#", ".")
    bar = terminal.paint(sign * full, "green") + terminal.paint(rest * (width - full), "dim")
    return [f"{bar} {told}", *lines]


def _sentences(planned: Planned, story: Story, terminal: Terminal, *, whole: bool = False) -> list[str]:
    """The fixed sentences and their translations; a line each, or `whole`."""
    from attnlab.pictures.labels import cut

    source, target = planned.corpus.source, planned.corpus.target
    width = max(len(source), len(target))
    lines: list[str] = []
    for each in story.translations:
        for label, mark, text in (
            (source, " ", each.source),
            (target, _right(each, terminal), each.hypothesis or _NOT_YET),
        ):
            head = f"  {label:<{width}} {mark} "
            if whole:
                lines += terminal.wrap(f"{head}{text}", "", " " * (width + 5))
            else:
                lines.append(head + cut(terminal.words(text), terminal.width - width - 5))
    return lines


def _right(translation: Translation, terminal: Terminal) -> str:
    """A sign of one column: whether it is the very translation of the corpus."""
    return terminal.mark("passed") if translation.hypothesis == translation.reference else " "


def _curve(story: Story, terminal: Terminal, height: int) -> list[str]:
    from attnlab.pictures import curve

    points = story.losses.thinned(max((terminal.width - 8) // 2, 8))
    highest = max((loss for _, loss in points), default=1.0)
    drawn = curve(
        "",
        "step",
        "loss per token, in nats",
        {"loss": points},
        height=height,
        plain=not terminal.unicode,
        reach=((0.0, 0.0), (float(max(story.of, 1)), highest)),
        bare=True,
    )
    return drawn.text(terminal.width, colour=terminal.colour).splitlines()


def _why_there(planned: Planned) -> str:
    return f" ({planned.why_there})" if planned.why_there else ""


def _named(kind: str) -> str:
    names = {
        "rnn": "an RNN without attention",
        "additive": "an RNN with additive attention",
        "luong": "an RNN with Luong's attention",
    }
    return names.get(kind, "a Transformer")
