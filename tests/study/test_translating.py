"""Translating with a run: the parts give what the fast search gives, and every look is drawn as asked."""

from types import SimpleNamespace

import pytest

from attnlab.content import read_course
from attnlab.errors import WrongUsage
from attnlab.paths import course_root
from attnlab.study.collecting import add
from attnlab.study.training import plan, settled, train
from attnlab.study.translating import interpreter, known_words, labels, languages_of, unknown_words
from attnlab.study.wishing import Wishes
from attnlab.translation.runs import open_run
from attnlab.translation.vocabulary import Vocabulary

SIZES = (
    ("layers", 2), ("heads", 2), ("d_model", 16), ("d_ff", 16), ("batch_tokens", 60), ("dropout", 0.0),
    ("learning_rate", 0.02),
)  # fmt: skip
_WHO = {"the dog": "le chien", "the cat": "le chat", "a king": "un roi"}
_DOES = {"sleeps": "dort", "eats": "mange", "laughs": "rit"}
PAIRS = [(f"{who} {does} now", f"{_WHO[who]} {_DOES[does]} maintenant") for who in _WHO for does in _DOES]


@pytest.fixture(scope="module")
def course():
    return read_course(course_root(None, {}))


@pytest.fixture(scope="module")
def opened(course, tmp_path_factory):
    """Opens a small run, as a function from whose parts and how many translations are wanted."""
    from attnlab.study.following import Story

    root = tmp_path_factory.mktemp("runs")
    for side in (0, 1):
        (root / f"{side}").write_text("".join(f"{pair[side]}\n" for pair in PAIRS))
    add("animals", root / "0", root / "1", root / "data", split="train")

    def of(kind):
        sizes = SIZES if kind == "transformer" else (("d_model", 16),)
        wishes = Wishes(kind=kind, corpus="animals", steps=60, sizes=sizes, data=root / "data", device="cpu")
        planned = plan(wishes, course=lambda: course, workspace=None, folder=root)
        story = Story()
        for event in train(planned):
            story.hear(event)
        settled(planned, story)
        return open_run(planned.folder)

    runs = {kind: of(kind) for kind in ("transformer", "rnn", "luong")}

    def opened(made_of=None, n_best=1, kind="transformer"):
        return interpreter(runs[kind], made_of=made_of, device="cpu", course=lambda: course, n_best=n_best)

    return opened


SENTENCES = ["the cat eats now", "", "a king sleeps now"]


@pytest.mark.parametrize("beam", [1, 3])
def test_the_parts_translate_as_the_fast_search_does(opened, beam):
    by_parts = opened("reference").translate(SENTENCES, beam=beam)
    fast = opened("fast").translate(SENTENCES, beam=beam)

    assert [each.renderings[0].text for each in by_parts] == [each.renderings[0].text for each in fast]
    assert fast[1].renderings[0].text == ""
    assert fast[0].renderings[0].score is not None
    assert by_parts[0].renderings[0].score is None


def test_several_translations_are_found_by_the_fast_search_whoever_trained(opened):
    (translated,) = opened(n_best=2).translate(["the cat eats now"], beam=2, n_best=2)

    assert len(translated.renderings) == 2
    with pytest.raises(WrongUsage, match="gives one translation"):
        opened("reference", n_best=2)


@pytest.mark.parametrize("made_of", ["fast", "reference"])
def test_every_head_of_a_layer_has_a_panel_of_its_own(opened, made_of):
    using = opened(made_of)
    (translated,) = using.translate(["the cat eats now"])

    looks = using.looks(translated, layer=2)

    assert [panel.name for panel in looks.panels] == ["layer 2, head 1", "layer 2, head 2"]
    for panel in looks.panels:
        assert panel.columns == labels(translated.tokens)
        assert [sum(row) for row in panel.values] == pytest.approx([1.0] * len(panel.rows), abs=1e-3)


def test_the_parts_look_where_the_fast_layers_look(opened):
    sentence = ["the cat eats now"]
    shown = []
    for made_of in ("fast", "reference"):
        using = opened(made_of)
        shown.append(using.looks(using.translate(sentence)[0]).panels[0])

    ours, theirs = shown
    assert ours.rows == theirs.rows
    for row, other in zip(ours.values, theirs.values, strict=True):
        assert row == pytest.approx(other, abs=1e-3)


def test_an_empty_translation_has_no_look(opened):
    using = opened()

    assert using.looks(using.translate([""])[0]).panels == ()


def test_a_recurrent_model_with_attention_looks_but_has_no_layers(opened):
    using = opened(kind="luong")
    (translated,) = using.translate(["the cat eats now"])

    assert len(using.looks(translated).panels) == 1
    with pytest.raises(WrongUsage, match="no layers and heads"):
        using.looks(translated, layer=1)


def test_a_model_without_attention_has_nothing_to_draw(opened):
    using = opened(kind="rnn")

    with pytest.raises(WrongUsage, match="does not look back"):
        using.looks(using.translate(["the cat eats now"])[0])


def test_a_model_made_of_no_parts_takes_none(opened):
    with pytest.raises(WrongUsage, match="made of no parts"):
        opened("reference", kind="rnn")


def test_subwords_are_labelled_by_whether_they_begin_a_word():
    assert labels(("\u2581the", "\u2581", "cat", "s")) == ("the", "_", "+cat", "+s")
    assert labels(("the", "cat")) == ("the", "cat")


@pytest.mark.parametrize(
    ("corpus", "names"),
    [("grammar", ("en", "fr")), ("multi30k-de-en", ("de", "en")), ("animals", ("source", "target"))],
)
def test_languages_are_known_without_the_corpus(corpus, names):
    assert languages_of(corpus) == names


def test_a_word_of_the_target_is_as_unknown_in_a_source_as_any_other():
    tokens = ("<pad>", "<s>", "</s>", "<unk>", "chat", "dort", ".", "the", "cat", "sleeps")
    run = SimpleNamespace(source=Vocabulary(tokens), settings=SimpleNamespace(corpus="grammar"))

    known = known_words(run)

    assert known == (".", "the", "cat", "sleeps")
    assert unknown_words(("the", "chat", "dort", "chat", "."), frozenset(known)) == ("chat", "dort")
