"""Two works are alike by what they share and others do not."""

from pathlib import Path

import pytest
from alike_made import disguised, renamed, work, works_of, written
from hypothesis import given, settings
from hypothesis import strategies as st

from attnlab.classroom.similarity import given_by, similar
from attnlab.classroom.similarity.alike import Submitted
from attnlab.content import read_course

NOTHING = frozenset()
COURSE = read_course(Path(__file__).parents[2] / "mini_course")
DOUBLE = COURSE.exercise("double")


def names(found):
    return {(pair.first.student, pair.second.student) for pair in found.pairs}


@pytest.mark.parametrize("count", [12, 40, 150])
@pytest.mark.parametrize("disguise", [disguised, lambda source: source], ids=["disguised", "as it was"])
def test_a_copy_is_found_and_nobody_else_is(count, disguise):
    works = [*works_of(count), work("copy", disguise(written(3)))]

    found = similar("softmax", works, NOTHING)

    assert names(found) == {("copy", "s003")}


def test_who_works_alone_is_alike_to_nobody():
    assert similar("softmax", works_of(150, first=500), NOTHING).pairs == ()


def test_all_of_a_ring_are_found():
    ring = [work(f"ring{number}", disguised(written(3)) + f"# {number}\n") for number in range(4)]

    found = similar("softmax", [*works_of(40), *ring], NOTHING)

    assert len(names(found)) == 10
    assert {student for pair in names(found) for student in pair} == {"s003", *(each.student for each in ring)}


def test_what_half_of_the_class_writes_makes_nobody_alike():
    canonical = "def double(numbers):\n    out = numbers.copy()\n    out += numbers\n    return out * 1.0\n"
    works = [work(f"c{number}", canonical) for number in range(20)]

    found = similar("double", [*works, *works_of(20)], NOTHING)

    assert found.pairs == ()


def test_one_common_way_to_write_it_makes_nobody_alike():
    """Each of its pieces is rare enough, but they come together in six works of thirty."""
    works = [work(f"c{number}", renamed(written(3, steps=5), salt=number)) for number in range(6)]

    by_chance = similar("softmax", [*works, *works_of(24, first=100)], NOTHING)
    of_two = similar("softmax", [*works[:2], *works_of(28, first=100)], NOTHING)

    assert by_chance.pairs == ()
    assert names(of_two) == {("c0", "c1")}


def test_what_the_course_itself_shows_makes_nobody_alike():
    own = given_by(COURSE, DOUBLE)
    sources = [DOUBLE.starter.read_bytes(), (DOUBLE.answers / "reference.py").read_bytes()]
    works = [work(f"{number}{copy}", source) for number, source in enumerate(sources) for copy in "ab"]

    found = similar("double", [*works, *works_of(6)], own, least=0.01)

    assert not {each.student for each in works} & {student for pair in names(found) for student in pair}


def test_a_pair_tells_what_it_shares_in_numbers_and_words():
    works = [*works_of(40), work("copy", written(3))]

    ((pair),) = similar("softmax", works, NOTHING).pairs

    assert pair.identical
    assert pair.others == 0
    assert pair.shared == pair.of_first == pair.of_second > 20
    assert len(pair.names) > 0
    assert set(pair.names) <= {text.removeprefix("name:") for text in pair.few | pair.many}


def test_a_work_of_a_line_or_two_proves_nothing():
    works = [work("a", "def f(x):\n    return x ** 3\n"), work("b", "def f(y):\n    return y ** 3\n")]

    assert similar("f", [*works, *works_of(30)], NOTHING).pairs == ()


def test_copies_from_another_gradebook_are_found_and_pairs_within_it_are_not():
    last_year = [work("old", written(3), book=1), work("older", disguised(written(3)), book=1)]

    found = similar("softmax", [*works_of(30), *last_year], NOTHING)

    assert names(found) == {("s003", "old"), ("s003", "older")}


@pytest.mark.parametrize("again", [work("S003", written(3), book=1), work("x", written(3), book=1, email="A@b.org")])
def test_who_repeats_the_course_may_hand_in_their_own_again(again):
    works = [each if each.student != "s003" else work("s003", written(3), email="a@B.org") for each in works_of(30)]

    assert similar("softmax", [*works, again], NOTHING).pairs == ()


def test_a_work_that_cannot_be_read_is_told_and_not_compared():
    unread = Submitted("huge", "Huge", "", 0, "d", None)

    found = similar("softmax", [*works_of(5), unread], NOTHING)

    assert (found.works, found.unread) == (5, (unread,))


def test_pairs_come_in_order_and_above_the_least_asked_for():
    works = [*works_of(40), work("copy", written(3)), work("half", disguised(written(5, steps=6)))]

    found = similar("softmax", works, NOTHING, least=0.2)

    told = [pair.alike for pair in found.pairs]
    assert told == sorted(told, reverse=True)
    assert min(told) >= 0.2
    assert ("half", "s005") in names(found)
    assert found.typical < 0.2


@settings(deadline=None)
@given(st.lists(st.frozensets(st.sampled_from("abcdefgh"), max_size=8), max_size=12), st.randoms())
def test_the_order_of_works_changes_nothing_and_alike_lies_between_none_and_all(sets, chance):
    works = [
        Submitted(f"s{number:02}", "", "", 0, str(number), frozenset(f"code:{text}" for text in texts))
        for number, texts in enumerate(sets)
    ]
    shuffled = list(works)
    chance.shuffle(shuffled)

    found, again = (similar("f", each, NOTHING, least=0.0) for each in (works, shuffled))

    def told(similar):
        return {frozenset((pair.first.student, pair.second.student)): pair.alike for pair in similar.pairs}

    assert told(found) == pytest.approx(told(again))
    assert all(0 <= alike <= 1 for alike in told(found).values())
