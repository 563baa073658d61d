import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from attnlab.notebooks.opening import Cell
from attnlab.notebooks.reading import sources_of
from tests.notebooks.conftest import STARTER, WANTED


def test_a_definition_comes_with_all_that_it_stands_on_and_nothing_else(source):
    text = source(
        "import math\nimport matplotlib.pyplot as plt\nFACTOR = 2",
        "def by(factor, number):\n    return math.fsum([number] * factor)",
        "def unrelated():\n    return 1",
        "def double(numbers):\n    return by(FACTOR, numbers)",
        "plt.plot([double(1)])",
    )

    assert text == (
        "# double, from the notebook's cells 1, 2 and 4.\n\nimport math\n\n\nFACTOR = 2\n\n\n"
        "def by(factor, number):\n    return math.fsum([number] * factor)\n\n\n"
        "def double(numbers):\n    return by(FACTOR, numbers)\n"
    )


def test_of_several_definitions_the_last_counts(found, doubled):
    cells = ("def double(n):\n    return n", "def double(n):\n    return n + n")

    assert doubled(*cells) == 6
    assert "double is also in cell 1, which does not count" in found(*cells).ignored


@pytest.mark.parametrize("below", [STARTER, "def double(n): ...", "def double(n):\n    pass", "double = None"])
def test_a_starter_left_below_the_answer_does_not_count(doubled, below):
    assert doubled("def double(n):\n    return n + n", below) == 6


def test_a_class_with_one_method_still_to_be_written_goes_before_its_starter(source):
    starter = (
        "class double:\n    def a(self): raise NotImplementedError\n    def b(self): raise NotImplementedError('b')"
    )
    begun = "class double:\n    def a(self): return 1\n    def b(self): raise NotImplementedError('b')"

    assert "return 1" in source(begun, starter)


def test_what_is_raised_below_an_answer_makes_it_no_starter(doubled):
    answer = "def double(n):\n    return n + n\n    raise NotImplementedError('still to be written')"

    assert doubled("def double(n):\n    return n", answer) == 6


def test_only_the_starter_is_found_as_the_starter(source):
    assert source("x = 1", STARTER) == f"# double, from the notebook's cell 2.\n\n\n{STARTER}\n"


def test_an_exercise_that_is_only_used_is_not_found(found):
    assert found("from double import double", "double(3)", "for double in [1, 2]: print(double)").sources == {}


@pytest.mark.parametrize(
    "left", ["double = double(4)", "double = 3 + 4", "double = [1]", "double = build()", "double = 3"]
)
def test_what_a_trial_assigns_to_the_name_is_no_answer(doubled, left):
    assert doubled("def double(n):\n    return n + n", left) == 6


def test_a_function_wrapped_in_another_is_the_wrapped_one(doubled):
    cells = ("from functools import lru_cache", "def double(n):\n    return n + n", "double = lru_cache(double)")

    assert doubled(*cells) == 6


@pytest.mark.parametrize(
    "cells",
    [
        ["double = lambda n: n + n"],
        ["def other(n):\n    return n + n\ndouble = other"],
        ["def make(times):\n    def double(n):\n        return n * times\n    return double", "double = make(2)"],
        ["if True:\n    def double(n):\n        return n + n"],
        ["try:\n    import nothing_like_it as np\nexcept ImportError:\n    np = 2\ndef double(n):\n    return n * np"],
        ["double, other = (lambda n: n + n), 1"],
        ["class double:\n    def __new__(cls, n):\n        return cls.helper(n)", "double.helper = lambda n: n + n"],
        ["TABLE = {}", "TABLE[3] = 6", "def double(n):\n    return TABLE[n]"],
        ["rows = []", "rows.append(2)", "def double(n):\n    return n * rows[0]"],
        ["rows = [0]", "rows += [2]", "def double(n):\n    return n * rows[1]"],
        ["x = 1", "x = x + 1", "def double(n):\n    return n * x"],
        ["for _ in range(2):\n    pass\nTWO = _ + 1", "def double(n):\n    return n * TWO"],
        ["from math import *", "def double(n):\n    return floor(n) * 2"],
        ["from nothing_like_it import *", "def double(n):\n    return n * 2"],
        ["import os; TWO = 2; import math", "def double(n): return n * TWO; x = 1"],
        ["def double(n):\n    return even(n)\ndef even(n):\n    return n + odd(n)", "def odd(n):\n    return n"],
        ["def wrap(f):\n    return lambda n: f(n) * 2", "@wrap\ndef double(n):\n    return n"],
        ["@wrap\ndef double(n):\n    return n", "def wrap(f):\n    return lambda n: f(n) * 2"],
        ["def double(n, times=TIMES):\n    return n * times", "TIMES = 2"],
        ["from __future__ import annotations", "def double(n: Nothing) -> Like[It]:\n    return n * 2"],
        ["class Base:\n    def times(self):\n        return 2", "class Own(Base): pass",
         "def double(n):\n    return n * Own().times()"],
        ["from scipy.special import double", "def double(n):\n    return n * 2", "from scipy.special import double"],
        ["   def double(n):\n       return n * 2"],
    ],
)  # fmt: skip
def test_however_it_is_made_it_does_what_it_does_in_the_notebook(doubled, cells):
    assert doubled(*cells) == 6


def test_each_exercise_has_the_helper_of_its_own_cell(found):
    cells = [
        "def helper():\n    return 'first'\ndef double(n):\n    return helper()",
        "def helper():\n    return 'second'\ndef double_sum(n):\n    return helper()",
    ]

    sources = found(*cells).sources

    assert b"'first'" in sources["double"]
    assert b"'second'" in sources["double_sum"]


def test_a_helper_that_is_shadowed_inside_the_function_is_not_taken(source):
    assert "download" not in source("data = download()", "def double(n):\n    data = n + n\n    return data")


def test_an_exercise_that_another_one_uses_comes_along(source, found):
    cells = ("def double(n):\n    return n + n", "def double_sum(n):\n    return sum(double(n))")

    assert b"return n + n" in found(*cells).sources["double_sum"]
    assert b"from double import double" in found(*cells, apart=True).sources["double_sum"]
    assert b"return n + n" not in found(*cells, apart=True).sources["double_sum"]


def test_an_exercise_that_is_only_tried_to_be_imported_is_imported(found):
    given = "try:\n    from double import double\nexcept ModuleNotFoundError:\n    print('not here yet')"

    text = found(given, "def double_sum(n):\n    return sum(double(n))", apart=True).sources["double_sum"].decode()

    assert text.splitlines()[2] == "from double import double"
    assert "print" not in text


def test_an_answer_in_a_cell_that_python_cannot_read_is_handed_on_as_it_is(source, found):
    broken = "def double(n:\n    return n + n"

    assert source(broken).endswith(f"\n\n{broken}\n")
    assert source(STARTER, broken, STARTER).endswith(f"\n\n{broken}\n")
    assert found("def double(n):\n    return 2 * n", broken).ignored == (
        "cell 2 is not Python: line 1: '(' was never closed",
    )


def test_remarks_right_above_a_definition_stay_with_it(source):
    assert "# Twice.\n# Really.\ndef double" in source("x = '''\n# no'''\n# Twice.\n# Really.\ndef double(n): return 2")


def test_a_remark_that_claims_another_coding_is_not_believed(source):
    text = source("# -*- coding: utf-16 -*-\ndef double(n):\n    return 'é'")

    assert compile(text.encode(), "double.py", "exec")


@pytest.mark.parametrize("made", ["exec('def double(n):\\n    return n + n')", "globals()['double'] = lambda n: n + n"])
@pytest.mark.parametrize("starter", ["x = 1", STARTER])
def test_what_no_syntax_shows_is_made_by_running_all_cells_each_guarded(doubled, found, made, starter):
    cells = ("import sys", "1 / 0", made, "raise SystemExit", starter, "import nothing_like_it")

    told = found(*cells).ignored

    assert "how double is made does not show in the text, so all cells are run for it" in told
    assert doubled(*cells) == 6


def test_words_that_are_only_mentioned_make_no_exercise(found):
    assert found("exec('x = 1')", "'a'.double()", "print('double')").sources == {}


def test_a_cell_that_awaits_is_left_out(doubled):
    assert doubled("x = await something()", "def double(n):\n    return n + n") == 6


def test_cells_that_only_ask_our_judge_are_not_told_as_left_out(found):
    told = found("from attnlab import check_cell", "def double(n): return n", "check_cell('double')").ignored

    assert told == ()


def test_every_wanted_exercise_is_looked_for_by_what_it_asks_for(notebook):
    from attnlab.notebooks import sources_in

    content = notebook("class Attention:\n    pass")

    assert set(sources_in(content, {"self_attention": "Attention", **WANTED}).sources) == {"self_attention"}


NUMBERS = st.sampled_from(["1", "2", "a", "b", "a + b", "f(1)", "g(b)", "T[0]", "T[a % 3]", "h(a)"])
FUNCTIONS = st.sampled_from(["n + a", "n * b", "a - b", "n", "T[n % 3] + a"])
STATEMENTS = st.one_of(
    st.builds("{} = {}".format, st.sampled_from("ab"), NUMBERS),
    st.builds("{} += {}".format, st.sampled_from("ab"), NUMBERS),
    st.builds("def f(n):\n    return {}".format, FUNCTIONS),
    st.builds("def g(n):\n    return f(n) + {}".format, FUNCTIONS),
    st.builds("h = lambda n: {}".format, FUNCTIONS),
    st.builds("h = {}".format, st.sampled_from(["f", "g"])),
    st.builds("T = {{0: 1, 1: 2, 2: {}}}".format, NUMBERS),
    st.builds("T[{} % 3] = {}".format, NUMBERS, NUMBERS),
    st.builds("T.update({{1: {}}})".format, NUMBERS),
    st.builds("for k in [b, {}]: b = k".format, NUMBERS),
    st.builds("if {} > 1:\n    b = {}\nelse:\n    a = 3".format, NUMBERS, NUMBERS),
    st.builds("def double(n):\n    return ({}, {}, {})".format, NUMBERS, NUMBERS, FUNCTIONS),
)
BEGINNING = ["a = 1", "b = 2", "T = {0: 1, 1: 2, 2: 3}", "def f(n):\n    return n", "def g(n):\n    return n", "h = f"]
END = "def double(n):\n    return (a, b, f(n), g(n), h(n), T)"


@given(cells=st.lists(STATEMENTS, max_size=12), end=st.just(END) | STATEMENTS.filter(lambda text: "double" in text))
def test_a_source_does_what_its_notebook_does_from_top_to_bottom(cells, end):
    cells = [*BEGINNING, *cells, end]
    whole = _run("\n".join(cells))

    source = sources_of([Cell(number, True, text) for number, text in enumerate(cells, 1)], WANTED).sources["double"]

    assume(whole is not None)
    assert _run(source.decode()) == whole


def _run(text):
    names = {}
    try:
        exec(text, names)
        return names["double"](3)
    except (RecursionError, KeyError, ZeroDivisionError):
        return None
