"""Lines of JSON that are cut back to where a training goes on."""

import json

import pytest

from attnlab.errors import CannotWrite
from attnlab.translation.runs.metrics import Metrics, read_metrics


def opened(file, step=0):
    metrics = Metrics(file, remedy="make room")
    metrics.cut_back(step)
    return metrics


def steps(file):
    return [line.get("number", line.get("step")) for line in read_metrics(file)]


@pytest.fixture
def file(tmp_path):
    """Five steps, and a sample between the third and the fourth."""
    metrics = opened(tmp_path / "metrics.jsonl")
    for number in (1, 2, 3):
        metrics.add({"event": "step", "number": number})
    metrics.flush()
    metrics.add({"event": "sampled", "step": 3})
    metrics.add({"event": "step", "number": 4})
    metrics.add({"event": "step", "number": 5})
    metrics.flush(durably=True)
    metrics.close()
    return tmp_path / "metrics.jsonl"


def test_lines_are_read_as_they_were_told(file):
    assert steps(file) == [1, 2, 3, 3, 4, 5]


def test_what_was_told_of_later_steps_is_cut_back_and_more_is_added_after_it(file):
    metrics = opened(file, step=3)
    metrics.add({"event": "step", "number": 4, "again": "é"})
    metrics.flush()
    metrics.close()

    assert steps(file) == [1, 2, 3, 3, 4]
    assert "again" in file.read_text(encoding="utf-8").splitlines()[-1]


@pytest.mark.parametrize("torn", ['{"event": "step", "num', "\n", "[1]\n", "\x00\x00", '{"number": 6}'])
def test_a_line_that_is_not_whole_is_cut_off(file, torn):
    with file.open("a") as appended:
        appended.write(torn)

    opened(file, step=9).close()

    assert steps(file) == [1, 2, 3, 3, 4, 5]
    assert file.read_text().endswith("}\n")


def test_a_line_that_is_not_whole_is_left_out_in_reading(file):
    with file.open("a") as appended:
        appended.write('{"event": "st')

    assert steps(file) == [1, 2, 3, 3, 4, 5]


def test_where_nothing_was_told_nothing_is_read(tmp_path):
    assert list(read_metrics(tmp_path / "metrics.jsonl")) == []


def test_a_disk_that_fills_up_costs_no_line_that_was_there(file, monkeypatch):
    resource = pytest.importorskip("resource")
    metrics = opened(file, step=5)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    size = file.stat().st_size
    metrics.add({"event": "step", "number": 6, "words": "a" * 100})

    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 20, before[1]))
    try:
        with pytest.raises(CannotWrite, match=r"metrics\.jsonl could not be written: file too large"):
            metrics.flush()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)

    assert file.stat().st_size == size
    metrics.flush()
    assert json.loads(file.read_text().splitlines()[-1])["number"] == 6
