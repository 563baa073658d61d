"""Tokens and their numbers."""

from attnlab.translation.vocabulary import spoken


def test_the_marks_a_model_writes_to_itself_are_no_words():
    assert spoken(["<s>", "<pad>", "le", "<unk>", "dort", "</s>"]) == ["le", "<unk>", "dort"]
