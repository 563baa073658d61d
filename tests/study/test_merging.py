"""Sources put together and taken apart."""

from __future__ import annotations

from attnlab.study.merging import defines, merged, part_for

SPLIT = '''\
"""split: pieces."""

import torch
from torch import nn


def split(x):
    """Cut.

    Shapes:
        x: (batch)
    """
    # Your code goes here.
    raise NotImplementedError("split is still to be written")
'''
LAYER = '''\
"""Layer: a layer."""

from __future__ import annotations

from split import split
from split import split as cut
from torch import Tensor, nn

SIZE = 3


# Says where.
class Layer(nn.Module):
    """A layer."""

    def forward(self, x: Tensor):
        # Your code goes here.
        raise NotImplementedError("Layer is still to be written")
'''


def test_starters_become_one_file_with_one_block_of_imports_and_every_gap():
    text = merged([SPLIT, LAYER], docstring="Both.", here={"split", "Layer"})

    assert text.startswith(
        '"""Both."""\n\nfrom __future__ import annotations\n\nimport torch\nfrom torch import Tensor, nn\n\n\ndef split'
    )
    assert text.count("# Your code goes here.") == 2
    assert text.count("import") == 3
    assert "    Shapes:\n        x: (batch)\n" in text
    assert "cut = split\n" in text
    assert "# Says where.\nclass Layer" in text
    compile(text, "merged", "exec")


def test_a_file_defines_what_it_writes_and_not_what_it_imports():
    source = b"from softmax import softmax\nlookup = softmax\ndef attend(): ...\n"

    assert [defines(source, name) for name in ("softmax", "lookup", "attend")] == [False, True, True]
    assert not defines(b"def f(:", "f")


def test_a_part_holds_what_a_name_needs_and_nothing_else():
    source = b'''"""Everything."""

import math

import numpy as np
from torch import Tensor, nn

SCALE = math.pi


# Why it is so.
@decorated
def helper(x):
    return x * SCALE


def decorated(function):
    return function


def other(x: Tensor):
    return np.exp(x)


class Layer(nn.Module):
    def forward(self, x):
        return helper(x)


if __name__ == "__main__":
    print(other(1))
'''

    part = part_for(source, "Layer").decode()

    assert "other" not in part
    assert "__main__" not in part
    assert "Tensor" not in part
    assert "import numpy" not in part
    assert part.startswith("import math\nfrom torch import nn\n\n\nSCALE = math.pi")
    assert "# Why it is so.\n@decorated\ndef helper(x):\n    return x * SCALE\n" in part
    assert part_for(part.encode(), "Layer") == part.encode()


def test_of_a_file_that_is_none_there_is_no_part():
    assert part_for(b"def f(:", "f") is None
    assert part_for("def f(): 'ü'".encode("latin-1"), "f") is None
    assert part_for(b"g = 1", "f") is None
