from random import Random

import pytest

from attnlab.translation.grammar import draw_pair


@pytest.fixture(scope="session")
def many_pairs():
    """Sentence pairs of all lengths."""
    random = Random("tests")
    return [draw_pair(random, 3 + at % 58) for at in range(4000)]
