"""Files are called after keys that may be anything: no name is refused, leaves its folder or is shared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attnlab.classroom.feedback.file_names import file_name

KEYS = st.text(st.characters(codec=None), max_size=80) | st.sampled_from(
    ["", ".", "..", "../../etc/passwd", "con", "NUL.txt", "a/b", "a\\b", "C:x", "=1+1", "-rf", "x" * 300, "ada\n", "é"]
)


@pytest.mark.parametrize("key", ["ada", "0042", "null", "1e5", "ada.lovelace@example.org", "jean-luc_p"])
def test_a_harmless_key_is_the_name(key):
    assert file_name(key) == key


@given(KEYS)
def test_a_name_is_safe_on_every_system(key):
    name = file_name(key)

    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789._-@+")
    assert 1 <= len(name) <= 80
    assert not name.startswith((".", "-"))
    assert not name.endswith((".", " "))
    assert name.partition(".")[0] not in ("con", "prn", "aux", "nul", "com1", "lpt9", "index")


@given(KEYS, KEYS)
def test_two_keys_never_share_a_name(one, other):
    assert (file_name(one).casefold() == file_name(other).casefold()) == (one == other)


def test_keys_that_differ_in_case_or_spelling_alone_have_names_of_their_own():
    keys = ["ada", "Ada", "ADA", "ada ", "ada.", "\u0061da\u0301", "ad\u00e1", "\uff41da"]

    assert len({file_name(key) for key in keys}) == len(keys)


def test_nobody_can_be_called_as_another_is_filed():
    filed = file_name("Ada")

    assert file_name(filed) != filed


def test_what_can_be_read_of_a_key_stays_readable():
    assert file_name("Zoë Müller").startswith("zoe_muller-")
