import json
import pickle
import struct
from dataclasses import replace

import numpy as np
import pytest
import torch

from attnlab.translation.examining import CorpusAway, answers_of, questions_for
from attnlab.translation.handed_in import Unfit, read_run, read_weights
from attnlab.translation.transformer import TransformerTranslator
from attnlab.translation.vocabulary import EOS, Vocabulary

SHAPES = {"a": (2, 3), "b": (4,)}


def packed(header, body=b""):
    told = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(told)) + told + body


def entry(shape, start, end, dtype="F32"):
    return {"dtype": dtype, "shape": list(shape), "data_offsets": [start, end]}


GOOD = {"a": entry((2, 3), 0, 24), "b": entry((4,), 24, 40)}
BODY = np.arange(10, dtype=np.float32).tobytes()


def changed(run, name, **keys):
    """The run with other keys in one of its JSON files; a dotted key is the recipe's."""
    table = json.loads(run[name])
    for key, value in keys.items():
        home = table["settings"]["recipe"] if key in table.get("settings", {}).get("recipe", {}) else table
        home = table["settings"] if key in table.get("settings", {}) else home
        home[key] = value
    return {**run, name: json.dumps(table).encode()}


def test_weights_come_back_as_they_were_written():
    weights = read_weights(packed(GOOD, BODY), SHAPES)

    np.testing.assert_array_equal(weights["a"], np.arange(6).reshape(2, 3))
    np.testing.assert_array_equal(weights["b"], np.arange(6, 10))


class Bomb:
    def __reduce__(self):
        return (pytest.fail, ("it was unpickled",))


LIES = {
    "a pickle": (pickle.dumps(Bomb()), "a pickle, which is never opened"),
    "a zip of pickles": (b"PK\x03\x04" + bytes(100), "a pickle, which is never opened"),
    "nothing": (b"", "no safetensors file"),
    "a header of ten gigabytes": (struct.pack("<Q", 10 << 30) + b"{}", "said to have 10,737,418,240 bytes"),
    "a header longer than the file": (struct.pack("<Q", 50) + b"{}", "no safetensors file"),
    "a header that is not JSON": (packed(b"{nonsense"), "not JSON"),
    "a header that is a list": (packed([1, 2]), "no table"),
    "a header as deep as a well": (packed(b"[" * 200_000), "not JSON"),
    "a tensor too few": (packed({"a": GOOD["a"]}, BODY), "lacks 'b'"),
    "a tensor too many": (packed({**GOOD, "c": entry((1,), 0, 4)}, BODY), "should not have 'c'"),
    "half precision": (packed({**GOOD, "a": entry((2, 3), 0, 12, "F16")}, BODY), "of type F16"),
    "another shape of the same size": (packed({**GOOD, "a": entry((3, 2), 0, 24)}, BODY), r"shape \[3, 2\], not"),
    "ten gigabytes claimed": (packed({**GOOD, "a": entry((2, 3), 0, 10 << 30)}, BODY), "lies about where"),
    "a shape of ten gigabytes": (packed({**GOOD, "a": entry((10 << 30,), 0, 24)}, BODY), "shape"),
    "a place before the beginning": (packed({**GOOD, "a": entry((2, 3), -24, 0)}, BODY), "lies about where"),
    "a place beyond the end": (packed({**GOOD, "b": entry((4,), 30, 46)}, BODY), "lies about where"),
    "text for a place": (packed({**GOOD, "a": {**GOOD["a"], "data_offsets": ["0", "24"]}}, BODY), "does not describe"),
    "nothing about a tensor": (packed({**GOOD, "a": None}, BODY), "does not describe"),
    "not a number": (packed(GOOD, np.full(10, np.nan, np.float32).tobytes()), "not finite"),
    "infinity": (packed(GOOD, np.full(10, np.inf, np.float32).tobytes()), "not finite"),
}


@pytest.mark.parametrize(("content", "told"), LIES.values(), ids=LIES.keys())
def test_weights_that_lie_are_refused_in_words(content, told):
    with pytest.raises(Unfit, match=told):
        read_weights(content, SHAPES)


def test_a_run_is_read_whole(tiny_run):
    run = read_run(tiny_run)

    assert run.settings.corpus == "grammar"
    assert run.sizes["d_model"] == 8
    model = TransformerTranslator(len(run.source), len(run.target), run.transformer)
    assert {name: tuple(weight.shape) for name, weight in run.weights.items()} == {
        name: tuple(weight.shape) for name, weight in model.state_dict().items()
    }


UNFIT = {
    "another kind": ({"kind": "rnn"}, "only a transformer is made of the course's parts"),
    "a million layers": ({"layers": 10**6}, "layers is 1000000"),
    "a width beyond any number": ({"d_model": 10**400}, "d_model is 1000"),
    "more subwords than there are signs": ({"subwords": 10**12}, "subwords is 1000000000000"),
    "no heads": ({"heads": 0}, "heads is 0"),
    "heads that do not divide": ({"heads": 3}, "3 heads do not divide"),
    "sizes that are not those of the weights": ({"d_ff": 16}, "is of shape"),
    "text for a number": ({"d_model": "128"}, "cannot be understood"),
    "a format to come": ({"format_version": 99}, "format 99"),
    "a format that is no number": ({"format_version": "1e999"}, "not what attnlab writes"),
    "tied weights without a joint vocabulary": ({"tied": True}, "no joint vocabulary"),
}


@pytest.mark.parametrize(("keys", "told"), UNFIT.values(), ids=UNFIT.keys())
def test_settings_that_cannot_be_meant_are_refused_in_words(tiny_run, keys, told):
    with pytest.raises(Unfit, match=told):
        read_run(changed(tiny_run, "run.json", **keys))


WORDS = {
    "no words": ([], "no list of"),
    "a bomb of words": ([str(number) for number in range(70_000)], "no list of"),
    "numbers": ([1, 2, 3, 4, 5], "something else than words"),
    "one word a megabyte long": (["<pad>", "<s>", "</s>", "<unk>", "a" * 10**6], "something else than words"),
    "the same word twice": (["<pad>", "<s>", "</s>", "<unk>", "a", "a"], "twice"),
    "words where the special ones are": (["a", "b", "c", "d", "e"], "others than"),
}


@pytest.mark.parametrize(("tokens", "told"), WORDS.values(), ids=WORDS.keys())
def test_vocabularies_that_cannot_be_meant_are_refused_in_words(tiny_run, tokens, told):
    with pytest.raises(Unfit, match=told):
        read_run(changed(tiny_run, "vocabulary.json", target=tokens))


@pytest.mark.parametrize("name", ["run.json", "vocabulary.json", "model.safetensors"])
def test_a_run_without_one_of_its_files_says_which(tiny_run, name):
    with pytest.raises(Unfit, match=f"no {name}"):
        read_run({other: content for other, content in tiny_run.items() if other != name})


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"[" * 100_000, b"null", b"[]", b"1" * 10_000])
def test_files_that_are_not_json_are_refused_in_words(tiny_run, content):
    for name in ("run.json", "vocabulary.json"):
        with pytest.raises(Unfit, match=name):
            read_run({**tiny_run, name: content})


def test_a_file_beyond_its_cap_is_not_even_looked_at(tiny_run):
    with pytest.raises(Unfit, match="48 MiB"):
        read_run({**tiny_run, "model.safetensors": bytes((48 << 20) + 1)})


def test_the_hidden_sentences_are_of_a_split_that_no_training_sees_and_the_same_for_a_seed(tiny_run):
    from attnlab.translation.corpus import Split, split_of

    run = read_run(tiny_run)

    one, again, other = (questions_for(run, count=20, seed=seed) for seed in (4, 4, 5))

    assert one.references == again.references != other.references
    assert all(split_of(pair.source.split()) is Split.TEST for pair in one.corpus.sample("test", 20, seed=4))


def test_what_the_weights_write_is_what_the_model_finds_most_likely(tiny_run):
    run = read_run(tiny_run)
    questions = questions_for(run, count=2, seed=4)

    written = answers_of(run, questions, beam=1)

    model = TransformerTranslator(len(run.source), len(run.target), run.transformer).eval()
    model.load_state_dict({name: torch.from_numpy(weight) for name, weight in run.weights.items()})
    source, prefix = questions.sources[0], [1]
    while len(prefix) <= questions.limits[0]:
        memory = model.encode(torch.tensor([source]), torch.tensor([len(source)]))
        token = int(model.teach(memory, torch.tensor([prefix]))[0][0, -1].argmax())
        if token == EOS:
            break
        prefix.append(token)
    assert written[0] == tuple(prefix[1:])


def test_right_answers_are_rated_best(tiny_run):
    run = read_run(tiny_run)
    questions = questions_for(run, count=5, seed=1)
    right = [run.target.encode(reference.split()) for reference in questions.references]

    known = [all(number != 3 for number in answer) for answer in right]

    bleu, exact = questions.rate(right)
    assert exact == 100 * sum(known) / len(known)
    assert bleu > 60


@pytest.mark.parametrize("corpus", ["multi30k-en-de", "../../etc", "nowhere", "", "a" * 5000, "grammar/.."])
def test_a_corpus_that_is_not_here_is_told_apart_from_a_bad_run(tiny_run, tmp_path, corpus):
    run = read_run(changed(tiny_run, "run.json", corpus=corpus))

    with pytest.raises(CorpusAway, match="cannot be opened here"):
        questions_for(run, count=3, seed=1, root=tmp_path)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    """A folder of corpora with one of text, which has a split for testing."""
    from attnlab.study.collecting import add

    folder = tmp_path_factory.mktemp("texts")
    for split, counts in (("train", range(30)), ("test", range(30, 40))):
        for side, words in (("en", "The dog sees {} birds."), ("fr", "Le chien voit {} oiseaux.")):
            (folder / f"{split}.{side}").write_text("\n".join(words.format(count) for count in counts))
        add("dogs", folder / f"{split}.en", folder / f"{split}.fr", folder / "data", split=split)
    return folder / "data"


def of_text(tiny_run, shelf, size=60):
    """The settings and vocabularies of a run on that text; its weights are not looked at."""
    from attnlab.translation.corpora import open_corpus

    run = read_run(changed(tiny_run, "run.json", corpus="dogs", subwords=size))
    source, target = open_corpus("dogs", shelf, subwords=size).vocabularies
    return replace(run, source=source, target=target)


def test_text_is_cut_as_the_corpus_here_cuts_it_and_rated_as_text(tiny_run, shelf):
    run = of_text(tiny_run, shelf)

    questions = questions_for(run, count=5, seed=1, root=shelf)

    assert all("oiseaux." in reference for reference in questions.references)
    right = [run.target.encode(questions.corpus.tokens(reference)) for reference in questions.references]
    assert questions.rate(right) == pytest.approx((100.0, 100.0))


def test_a_run_with_subwords_of_its_own_making_is_unfit(tiny_run, shelf):
    run = of_text(tiny_run, shelf)
    other = replace(run, source=run.target, target=run.target)

    with pytest.raises(Unfit, match="not the one that is learnt from its corpus"):
        questions_for(replace(other, target=Vocabulary(other.target.tokens[:-1])), count=5, seed=1, root=shelf)
