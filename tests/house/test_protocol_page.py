"""docs/protocol.md says what the code speaks: every message, field, encoding, cap and verdict, and nothing else."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest

from attnlab.grading import Verdict
from attnlab.wire import decode, encode
from attnlab.wire.frames import DTYPES, MAGIC, PREFIX
from attnlab.wire.messages import FIELDS, KINDS
from attnlab.worker.confinement import LAYERS
from attnlab.worker.serving import READY

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "protocol.md").read_text(encoding="utf-8")
CAPPED = (
    "wire/frames.py",
    "wire/messages.py",
    "stage/crossing.py",
    "grading/actors.py",
    "grading/judge.py",
    "worker/zygote.py",
)
CAP = re.compile(r"_CAP$|^DATAGRAM$|^_DEPTH$|^_WIDTH$")


def section(title: str) -> str:
    """What stands below a heading, up to the next one of its rank or above."""
    lines = PAGE.splitlines()
    start = lines.index(title)
    rank = title.index(" ")
    ends = (at for at in range(start + 1, len(lines)) if re.match(rf"#{{1,{rank}}} ", lines[at]))
    return "\n".join(lines[start + 1 : next(ends, len(lines))])


def rows(text: str) -> list[list[str]]:
    """The cells of its tables' rows, without those of the headings."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    tables = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    headings = {at - 1 for at, cells in enumerate(tables) if set(cells[0]) == {"-"}}
    return [cells for at, cells in enumerate(tables) if at not in headings and set(cells[0]) != {"-"}]


def first_column(text: str) -> list[str]:
    return [cells[0].strip("`") for cells in rows(text)]


def literal_keys(file: str) -> set[str]:
    """The strings that a file uses as keys: in dictionaries it writes, and where it looks something up."""
    found: set[str] = set()
    for node in ast.walk(ast.parse((ROOT / "attnlab" / file).read_text(encoding="utf-8"))):
        match node:
            case ast.Dict(keys=keys):
                found |= {key.value for key in keys if isinstance(key, ast.Constant)}
            case ast.Subscript(slice=ast.Constant(value=str() as key)):
                found.add(key)
            case ast.Compare(left=ast.Constant(value=str() as key), comparators=[ast.Name(id="order")]):
                found.add(key)
    return found


def test_every_kind_of_message_has_a_section_and_no_other_has():
    described = re.findall(r"^### `(\w+)`$", PAGE, flags=re.MULTILINE)

    assert described == list(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_the_fields_of_a_message_are_those_of_its_record_in_order(kind):
    described = first_column(section(f"### `{kind}`"))

    assert described == list(FIELDS[KINDS[kind]])


def test_the_prefix_is_the_one_described():
    described = section("## Frames")

    assert f"`{MAGIC.decode()}`" in described
    assert sum(int(cells[0]) for cells in rows(described) if cells[0].isdigit()) == PREFIX.size


def test_the_first_byte_is_the_one_described():
    assert f"first byte, `{READY.decode()}`" in PAGE


def test_the_dtypes_that_cross_are_those_listed():
    sentence = PAGE[PAGE.index("The dtypes are") : PAGE.index("there are no others")]

    assert re.findall(r"`(\w+)`", sentence) == list(DTYPES)


def test_the_request_shown_in_full_is_what_the_code_writes_and_reads():
    shown = json.loads(re.search(r"```json\n(.*?)\n```", PAGE, flags=re.DOTALL)[1])
    body = bytes(16)

    frame = encode(decode(json.dumps(shown).encode(), body))

    assert json.loads(frame[PREFIX.size : -len(body)]) == shown


def test_every_encoding_shown_is_one_that_is_read_and_written_back():
    examples = first_column(section("## Values"))
    shown = json.loads(re.search(r"```json\n(.*?)\n```", PAGE, flags=re.DOTALL)[1])

    for example in examples:
        shown["fields"]["arguments"] = {"tuple": [json.loads(example)]}
        shown["arrays"] = [["float64", [2]]] if "array" in example else []
        body = bytes(16) if "array" in example else b""
        frame = encode(decode(json.dumps(shown).encode(), body))
        written = json.loads(frame[PREFIX.size : len(frame) - len(body)])
        assert written["fields"]["arguments"] == shown["fields"]["arguments"]


def test_every_encoding_the_reader_knows_is_shown():
    tree = ast.parse((ROOT / "attnlab/wire/frames.py").read_text(encoding="utf-8"))
    patterns = [node for node in ast.walk(tree) if isinstance(node, ast.MatchMapping)]
    known = [tuple(key.value for key in pattern.keys) for pattern in patterns]

    assert [tuple(json.loads(example)) for example in first_column(section("## Values"))] == known


def test_every_cap_stands_there_with_its_value_and_its_file():
    caps = {}
    for file in CAPPED:
        for node in ast.parse((ROOT / "attnlab" / file).read_text(encoding="utf-8")).body:
            if (
                isinstance(node, ast.Assign)
                and isinstance(node.targets[0], ast.Name)
                and CAP.search(node.targets[0].id)
            ):
                caps[node.targets[0].id] = (eval(compile(ast.Expression(node.value), file, "eval"), {}), file)

    described = {cells[0].strip("`"): (int(cells[1]), cells[2]) for cells in rows(section("## Caps"))}

    assert described == caps


def test_no_file_that_speaks_the_protocol_has_a_cap_elsewhere():
    places = [
        *(ROOT / "attnlab/wire").glob("*.py"),
        *(ROOT / "attnlab/stage").glob("*.py"),
        *(ROOT / "attnlab/worker").rglob("*.py"),
    ]
    naming = {
        file.relative_to(ROOT / "attnlab").as_posix()
        for file in places
        if re.search(r"^\w+_CAP = ", file.read_text(), re.M)
    }

    assert naming <= set(CAPPED)


def test_every_key_on_the_zygotes_socket_is_described():
    described = first_column(section("### The zygote"))

    assert set(described) == set(literal_keys("worker/zygote.py"))


def test_the_layers_are_applied_in_the_order_described():
    steps = re.findall(r"^\d\. `(\w+)`:", section("### How a child confines itself"), flags=re.MULTILINE)

    assert steps == list(LAYERS)


def test_every_verdict_is_explained():
    explained = [cells[1] for cells in rows(section("## When a conversation stops"))]

    assert set(explained) == {verdict.value for verdict in Verdict}
