"""A training as it is watched: lines for a pipe, a picture that fits the window, an end that waits for the step."""

import os
import re
import signal
from dataclasses import replace
from math import exp
from pathlib import Path

import pytest

from attnlab.cli.desk import Desk
from attnlab.cli.following import Lines, Live, stopping
from attnlab.cli.terminal import Terminal
from attnlab.cli.train import follow
from attnlab.cli.views_train import (
    clock,
    done_as_json,
    done_view,
    duration,
    live_view,
    parts_lines,
    started_view,
    stopped_view,
)
from attnlab.study.following import Story
from attnlab.study.training import Done, Planned
from attnlab.translation.corpora import GrammarCorpus
from attnlab.translation.kinds import Kind
from attnlab.translation.parts import Origin, Part
from attnlab.translation.plan import Plan, Step
from attnlab.translation.recipes import Recipe
from attnlab.translation.runs import RunSettings
from attnlab.translation.runs.events import Halved, Sampled, Started, Translation, Validated

ESCAPE = re.compile(r"\x1b\[[0-9;]*m")
SETTINGS = RunSettings(
    kind=Kind.TRANSFORMER, corpus="grammar", recipe=Recipe(), steps=1200, parts="fast", precision="bfloat16", threads=2
)
PLANNED = Planned(Path("runs/grammar-transformer"), SETTINGS, GrammarCorpus(), "auto")
STARTED = Started(PLANNED.folder, SETTINGS, "cpu", 412_672, 20_000, 318_442, 80, 2, 0, 0.0, 118.0, Plan(1200))
SAMPLED = Sampled(
    400,
    (
        Translation("the dog sleeps .", "le chien dort .", "le chien dort ."),
        Translation("we think that he hides our car .", "nous notre .", "nous pensons qu' il cache notre voiture ."),
        Translation("the heavy mouse takes her " * 5 + ".", "la souris " * 40, "la souris lourde la prend ."),
    ),
)


def events(steps=400):
    yield STARTED
    for number in range(1, steps + 1):
        yield Step(
            number, 1200, 0.2 + 6 * exp(-number / 150), 4000, 1e-3, 0.5,
            seconds=number / 10, tokens_per_second=6410.0, seconds_left=(1200 - number) / 10,
        )  # fmt: skip
        if number == 200:
            yield Sampled(200, tuple(replace(each, hypothesis="") for each in SAMPLED.translations))
            yield Validated(200, 31.25, 300)
    yield SAMPLED


def watched():
    story = Story()
    for event in events():
        story.hear(event)
    return story


def piped(happenings, **terminal):
    said = []
    lines = Lines(lambda *each: said.extend(each), Terminal(**terminal))
    story = Story()
    for event in happenings:
        story.hear(event)
        lines.show(event, story)
    return said


def test_the_first_line_says_what_where_and_how_long():
    lines = started_view(PLANNED, STARTED, Terminal(width=120))

    told = " ".join(line.strip() for line in lines)
    assert told.startswith(
        "training a Transformer on grammar (en to fr) on cpu, 2 threads, bfloat16: 1,200 steps, about 2 minutes "
    )
    assert any("412,672 parameters; 20,000 pairs, 318,442 target tokens" in line for line in lines)


def test_going_on_says_from_where():
    lines = started_view(PLANNED, replace(STARTED, step=300, expected=80.0), Terminal())

    assert "from step 300 to 1,200, about 80 seconds" in " ".join(line.strip() for line in lines)


def test_why_the_run_is_not_at_its_usual_place_is_told_in_one_line():
    elsewhere = replace(PLANNED, why_there="grammar-transformer is finished and stays as it is")

    told = " ".join(line.strip() for line in started_view(elsewhere, STARTED, Terminal()))
    assert told.endswith("kept in runs/grammar-transformer (grammar-transformer is finished and stays as it is)")


def test_parts_are_told_by_whose_they_are_and_why():
    parts = [
        Part("layer_norm", Origin.MINE, "layer_norm", b"", "a"),
        Part("causal_mask", Origin.REFERENCE, "causal_mask", b"", "b", "its gap is still open"),
        Part("padding_mask", Origin.REFERENCE, "padding_mask", b"", "c", "its gap is still open"),
        Part("greedy_decode", Origin.REFERENCE, "greedy_decode", b"", "d", "it does not pass: it stops at eos"),
    ]

    assert parts_lines(parts, Terminal()) == [
        "  1 of 4 parts is yours: layer_norm",
        "  the reference's (its gap is still open): causal_mask, padding_mask",
        "  the reference's (it does not pass: it stops at eos): greedy_decode",
    ]


def test_a_pipe_gets_a_line_for_every_twentieth_of_the_way():
    said = piped(events())

    steps = [line for line in said if line.startswith("step") and "BLEU" not in line]
    assert len(steps) == 7
    assert steps[0].startswith("step     1 of 1,200  loss 6.160  6,410 tokens/s  2:00 left")
    assert steps[-1].startswith("step   360 of 1,200")


def test_a_pipe_gets_the_fixed_sentences_once_and_their_translations_again_and_again():
    said = piped(events(), width=70)

    assert said.count("  1  the dog sleeps .") == 1
    assert said.count("  1  ...") == 1
    assert said.count("  1+ le chien dort .") == 1
    assert "step 200  BLEU on val 31.2" in said
    assert max(map(len, said)) <= 70


def test_memory_that_did_not_suffice_is_told():
    said = piped([STARTED, Halved(7, 2)], width=60)

    assert " ".join(line.strip() for line in said) == (
        "step 7  out of memory: from now on a batch is taken in 2 pieces; what it teaches stays the same"
    )


@pytest.mark.parametrize(("width", "height"), [(100, 40), (79, 24), (59, 20), (30, 12), (59, 8)])
@pytest.mark.parametrize("colour", [False, True])
@pytest.mark.parametrize("unicode", [False, True])
def test_the_picture_fits_the_window(width, height, colour, unicode):
    for story in (Story(), watched()):
        lines = live_view(PLANNED, story, Terminal(width, height, colour=colour, unicode=unicode))

        assert len(lines) < height
        plain = [ESCAPE.sub("", line) for line in lines]
        assert max(map(len, plain)) <= width
        assert unicode or "\n".join(plain).isascii()


def test_the_picture_of_a_usual_window_has_curve_numbers_and_sentences():
    picture = "\n".join(live_view(PLANNED, watched(), Terminal(79, 24, unicode=True)))

    assert "loss per token, in nats" in picture
    assert "step 400 of 1,200, 1:20 left" in picture
    assert "33%" in picture
    assert "6,410 tokens/s  BLEU on val 31.2" in picture
    assert "fr ✓ le chien dort ." in picture
    assert "fr   nous notre ." in picture


def test_the_axes_stay_as_they_are_while_the_curve_grows():
    def ticks(steps):
        story = Story()
        for event in list(events(steps))[: steps + 1]:
            story.hear(event)
        return [line for line in live_view(PLANNED, story, Terminal(79, 24)) if line.strip().startswith("0  ")]

    assert ticks(20) == ticks(150) != []


def test_the_end_says_what_became_of_it_and_what_to_type_next():
    lines = done_view(Done(PLANNED, watched()), Terminal(unicode=True))

    assert lines[0].startswith("✓ 1,200 steps in 0:40, loss 0.")
    assert lines[-2:] == ["next: attnlab translate --show 'the dog sleeps .'", "then: attnlab evaluate"]


def test_a_training_that_led_to_nothing_says_how_to_give_it_more_time():
    def said(bleu, **limit):
        story = watched()
        story.hear(Validated(1200, bleu, 300))
        lines = done_view(Done(replace(PLANNED, settings=replace(SETTINGS, **limit)), story), Terminal())
        return [line for line in lines if "only begun" in line]

    assert said(0.4, minutes=2.0, steps=None) == [
        "it has only begun to learn; '--minutes 10' begins anew and takes its time"
    ]
    assert said(0.4) == ["it has only begun to learn; '--steps 6000' begins anew and takes its time"]
    assert said(60.0) == []


def test_what_is_written_at_ctrl_c_has_a_line_of_its_own_where_nothing_is_drawn_yet():
    assert Live(PLANNED, Terminal()).stopping() == "stopping after this step; once more stops at once\n"


def test_a_run_elsewhere_is_named_in_what_to_type_next():
    lines = done_view(Done(replace(PLANNED, folder=Path("my runs"), is_elsewhere=True), watched()), Terminal())

    assert lines[-2:] == [
        "next: attnlab translate --show --run 'my runs' 'the dog sleeps .'",
        "then: attnlab evaluate 'my runs'",
    ]


def test_a_stopped_training_says_how_to_go_on():
    assert stopped_view(watched(), "runs/one", Terminal(width=60)) == [
        "stopped after step 400 of 1,200; it is kept",
        "next: attnlab train --run runs/one",
    ]


def test_the_result_as_json_has_plain_values_only():
    told = done_as_json(Done(PLANNED, watched()))

    assert told["parameters"] == 412_672
    assert told["bleu"] == [{"step": 200, "bleu": 31.25}]
    assert told["translations"][0]["hypothesis"] == "le chien dort ."
    assert (told["step"], told["steps"], told["finished"]) == (400, 1200, False)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.2, "1 second"), (1.4, "1 second"), (80, "80 seconds"), (118, "2 minutes"), (7200, "2.0 hours")],
)
def test_a_time_to_come_is_told_no_more_precisely_than_it_is_known(seconds, words):
    assert duration(seconds) == words


@pytest.mark.parametrize(("seconds", "told"), [(0, "0:00"), (59.6, "1:00"), (605, "10:05"), (3725, "1:02:05")])
def test_time_on_a_clock(seconds, told):
    assert clock(seconds) == told


@pytest.mark.skipif(os.name == "nt", reason="sends signals as a POSIX system does")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_the_first_request_to_end_waits_and_the_handlers_are_given_back(number, code, capfd):
    before = signal.getsignal(number)

    with stopping(lambda: "stopping\n") as stop:
        os.kill(os.getpid(), number)

    assert stop.asked
    assert stop.exit_code == code
    assert capfd.readouterr().err == "stopping\n"
    assert signal.getsignal(number) is before


@pytest.mark.skipif(os.name == "nt", reason="sends signals as a POSIX system does")
def test_the_second_ctrl_c_is_one_as_ever(capfd):
    with stopping(lambda: "stopping\n"):
        os.kill(os.getpid(), signal.SIGINT)

        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)


@pytest.mark.skipif(os.name == "nt", reason="sends signals as a POSIX system does")
def test_until_a_training_has_begun_ctrl_c_has_nothing_to_wait_for(monkeypatch, tmp_path, capsys):
    before, seen = signal.getsignal(signal.SIGINT), []

    def begin(planned):
        seen.append(signal.getsignal(signal.SIGINT))
        yield STARTED
        seen.append(signal.getsignal(signal.SIGINT))
        yield SAMPLED

    monkeypatch.setattr("attnlab.study.training.train", begin)

    follow(Desk(None, Terminal(), tmp_path), PLANNED)

    assert seen[0] is before
    assert seen[1] is not before
