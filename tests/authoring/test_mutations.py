"""The mutants made of a reference."""

from __future__ import annotations

import ast

import pytest

from attnlab.authoring.mutations import mutate


def changes(body: str, parameters: str = "a, b") -> set[str]:
    source = f"import numpy as np\n\n\ndef f({parameters}):\n    {body}\n"
    return {mutant.name.partition(" -> ")[2] for mutant in mutate(source).made}


@pytest.mark.parametrize(
    ("body", "mistakes"),
    [
        ("return a + b", {"return a - b", "return a", "return b"}),
        ("return a - b", {"return a + b", "return b - a"}),
        ("return a @ b", {"return a * b", "return b @ a", "return a @ b.swapaxes(-1, -2)"}),
        ("return b @ a.T", {"return b @ a"}),
        ("return a ** b", {"return a * b"}),
        ("return a & b", {"return a | b"}),
        ("return a < b", {"return a <= b", "return a > b"}),
        ("return b and a", {"return b or a", "return b"}),
        ("return not b", {"return b"}),
        ("return -b", {"return b"}),
        ("return b + 1", {"return b + 2", "return b + 0"}),
        ("return b * 0.5", {"return b * 0.0", "return b * -0.5"}),
        ("return b.sum(axis=-1)", {"return b.sum(axis=0)", "return b.sum(axis=-2)", "return b.sum()", "return b"}),
        ("return b.sum(1, keepdims=True)", {"return b.sum(1, keepdims=False)", "return b.mean(1, keepdims=True)"}),
        ("return b.swapaxes(0, 1)", {"return b", "return b.swapaxes(-1, 1)"}),
        ("return np.abs(b)", {"return b"}),
        ("return np.clip(b, 0, a)", {"return b", "return np.clip(0, b, a)"}),
        ("return np.where(a, b, 0)", {"return b", "return 0", "return np.where(b, a, 0)"}),
        ("return b[1:]", {"return b[:]", "return b[2:]", "return b[0:]"}),
        ("return b[:a]", {"return b[:a + 1]", "return b[:a - 1]", "return b[:]"}),
        ("return b[:, None]", {"return b[None, :]"}),
        ("return [i for i in range(b)]", {"return [i for i in range(b - 1)]", "return [i for i in range(1, b)]"}),
        ("return [i for i in b if a]", {"return [i for i in b]"}),
        ("return (b, a)", {"return (a, b)", "return a"}),
        ("return b if a else 2", {"return b", "return 2"}),
    ],
)
def test_each_kind_of_mistake_is_made(body, mistakes):
    assert mistakes <= changes(body)


def test_statements_are_dropped_one_at_a_time():
    body = "a = a * 2\n    if b:\n        a += b\n    return a"

    assert {"pass", "if True:", "if False:", "a -= b", "a = b"} <= changes(body)


def test_a_loop_is_turned_round_only_where_it_looks_at_its_count():
    loop = "for {0} in range(3):\n        a = a * b + {1}\n    return a"

    assert "for i in reversed(range(3)):" in changes(loop.format("i", "i"))
    assert "for _ in reversed(range(3)):" not in changes(loop.format("_", "1"))


def test_a_default_is_mutated():
    assert "def f(a, axis=0):" in changes("return a.sum(axis)", "a, axis=-1")


def test_no_mutant_says_the_same_as_another_or_as_the_reference():
    source = "def f(a, axis=-1):\n    return a.sum(axis=axis, keepdims=True) / a.max(axis=axis)\n"

    sources = [mutant.source for mutant in mutate(source).made]

    assert len(set(sources)) == len(sources)
    assert ast.unparse(ast.parse(source)) not in sources


def test_every_mutant_has_a_name_of_its_own_and_its_line():
    source = "def f(a):\n    b = a + 1\n    return b\n\n\ndef g(a):\n    b = a + 1\n    return b\n"

    made = mutate(source).made

    assert len({mutant.name for mutant in made}) == len(made)
    assert {2, 7} <= {mutant.line for mutant in made}


def test_docstrings_imports_messages_and_annotations_are_left_alone():
    source = 'import math\n\n\ndef f(a: 1) -> 2:\n    """Docstring."""\n    raise ValueError("message" + str(1))\n'

    assert mutate(source).made == ()


def test_a_mutant_that_compiles_to_the_reference_is_counted_and_not_tried():
    mutants = mutate("def f(a):\n    return a * 2**1\n")

    assert mutants.same == 2
    assert "def f(a):\n    return a * (2 * 1)" not in {mutant.source for mutant in mutants.made}


def test_what_weights_start_with_is_left_alone():
    source = """
class Layer(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.gain = nn.Parameter(torch.ones(size))
        nn.init.zeros_(self.gain)
"""

    changed = {mutant.name for mutant in mutate(source).made}

    assert not [name for name in changed if "zeros" in name]
