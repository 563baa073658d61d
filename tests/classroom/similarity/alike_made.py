"""A class whose students write a longer exercise each in their own way, and disguises for those who do not."""

import ast
import random

from attnlab.classroom.similarity.alike import Submitted
from attnlab.classroom.similarity.pieces import texts_of

_STEPS = ("max", "sum", "mean", "std", "prod", "min", "var", "median", "cumsum", "ptp")
_NAMES = ("a", "b", "rest", "scaled", "acc", "val", "cur", "part", "mixed", "w", "h", "total")
_COMMENTS = ("subtract the largest", "avoid dividing by zero", "now the weights", "normalise the rows", "keep the axis")


def written(seed, steps=10):
    """A student's own way: each step one of several, one's own names, now and then a comment."""
    chance = random.Random(seed)
    lines = ["import numpy as np", "", "", "def softmax(scores, axis=-1):"]
    before = "scores"
    for step in range(steps):
        called = _STEPS[step % len(_STEPS)]
        name = f"{chance.choice(_NAMES)}{chance.choice(('', '_', '_new', '2'))}{step}"
        value = chance.choices(
            [
                f"np.{called}({before}, axis=axis, keepdims=True)",
                f"np.{called}({before}, -1)[..., None]",
                f"np.expand_dims({before}.{called}(axis=-1), -1)",
                f"np.{called}({before}.swapaxes(0, 1), axis=0, keepdims=True)",
            ],
            [6, 4, 2, 1],
        )[0]
        if chance.random() < 0.3:
            lines += [f"    {name}_of = {value}"]
            value = f"{name}_of"
        if chance.random() < 0.2:
            lines += [f"    # {chance.choice(_COMMENTS)}"]
        ways = [f"{before} - {value}", f"{before} * {value}", f"np.subtract({before}, {value})"]
        lines += [f"    {name} = {chance.choices(ways, [6, 2, 1])[0]}"]
        before = name
    return "\n".join([*lines, f"    return {before}", ""])


def renamed(source, salt=0):
    """The same work with other names, without comments, laid out otherwise."""
    tree = ast.parse(source)
    own = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in own:
            node.id = f"z{salt}{sum(map(ord, node.id))}_{len(node.id)}"
    return ast.unparse(tree)


def disguised(source):
    """Renamed, and with something added that nothing uses."""
    unused = "\n\ndef unused(thing):\n    print('hello', thing)\n    return thing\n"
    return renamed(source).replace("def softmax", f"{unused}\n\ndef softmax")


def work(student, source, *, book=0, email=""):
    raw = source if isinstance(source, bytes) else source.encode()
    return Submitted(student, student.title(), email, book, str(hash(raw)), texts_of(raw))


def works_of(count, first=0):
    return [work(f"s{number:03}", written(number)) for number in range(first, first + count)]
