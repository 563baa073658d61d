"""A download goes on where it broke off, and says in one sentence why it cannot."""

import os

import pytest

from attnlab.errors import CannotWrite
from attnlab.translation.fetching import NotFetched, download

CONTENT = bytes(range(256)) * 1024


@pytest.fixture
def pauses():
    return []


@pytest.fixture
def fetch(loopback, tmp_path, pauses):
    loopback.files["/file"] = CONTENT

    def fetch(path="/file", **options):
        download(loopback.url + path, tmp_path / "file", pause=pauses.append, **options)
        return (tmp_path / "file").read_bytes()

    return fetch


def test_a_file_arrives_whole_in_one_request(fetch, loopback):
    assert fetch() == CONTENT
    assert loopback.asked == [("/file", None)]


def test_an_answer_broken_off_in_the_middle_is_gone_on_with_by_itself(fetch, loopback, pauses):
    loopback.breaks = [100_000, 60_000]

    assert fetch() == CONTENT

    first, second, third = [0 if asked is None else int(asked[6:-1]) for _, asked in loopback.asked]
    assert first == 0
    assert 95_000 < second <= 100_000
    assert 150_000 < third <= 160_000
    assert len(pauses) == 2


def test_a_later_call_goes_on_where_the_first_gave_up(fetch, loopback, tmp_path):
    loopback.breaks = [100_000]
    with pytest.raises(NotFetched, match="broke off") as failed:
        fetch(attempts=1)
    assert "goes on where it stopped" in failed.value.remedy
    come = (tmp_path / "file").stat().st_size
    assert 95_000 < come <= 100_000

    assert fetch() == CONTENT

    assert loopback.asked[-1] == ("/file", f"bytes={come}-")


def test_progress_counts_what_was_there_already(fetch, loopback, tmp_path):
    (tmp_path / "file").write_bytes(CONTENT[:200_000])
    heard = []

    fetch(heard=lambda come, of: heard.append((come, of)))

    assert heard[0] == (200_000, len(CONTENT))
    assert heard[-1] == (len(CONTENT), len(CONTENT))


def test_a_file_that_is_complete_is_not_sent_again(fetch, loopback, tmp_path):
    (tmp_path / "file").write_bytes(CONTENT)

    assert fetch() == CONTENT
    assert loopback.asked == [("/file", f"bytes={len(CONTENT)}-")]


def test_what_is_longer_than_the_file_is_fetched_anew(fetch, loopback, tmp_path):
    (tmp_path / "file").write_bytes(CONTENT + b"more")

    assert fetch() == CONTENT


def test_a_server_that_heeds_no_ranges_sends_everything_anew(fetch, loopback, tmp_path):
    (tmp_path / "file").write_bytes(b"something else")
    loopback.heeds_ranges = False

    assert fetch() == CONTENT


def test_a_server_that_is_busy_is_asked_again(fetch, loopback, pauses):
    loopback.answers = [503, 429]

    assert fetch() == CONTENT
    assert pauses == [1.0, 2.0]


def test_a_server_that_stays_busy_is_given_up(fetch, loopback, pauses):
    loopback.answers = [503] * 9

    with pytest.raises(NotFetched, match="the server answers 503"):
        fetch(attempts=3)
    assert len(loopback.asked) == 3


def test_as_long_as_bytes_come_it_goes_on(fetch, loopback):
    loopback.breaks = [30_000] * 8

    assert fetch(attempts=2) == CONTENT


def test_a_file_the_server_does_not_have_is_asked_for_once(fetch, loopback):
    with pytest.raises(NotFetched, match="the server answers 404") as failed:
        fetch("/another")

    assert loopback.asked == [("/another", None)]
    assert "--from DIR" in failed.value.remedy


def test_without_a_connection_it_says_so_in_one_sentence(tmp_path, loopback, pauses):
    with pytest.raises(NotFetched) as failed:
        download("http://127.0.0.1:9/file", tmp_path / "file", attempts=2, pause=pauses.append)

    assert failed.value.problem == "http://127.0.0.1:9/file could not be fetched: there is no connection to the server"


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs a folder that cannot be written")
def test_a_folder_that_cannot_be_written_is_no_fault_of_the_connection(fetch, tmp_path):
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(CannotWrite):
            fetch()
    finally:
        tmp_path.chmod(0o700)


def test_a_file_in_the_place_of_the_folder_is_told(loopback, tmp_path):
    loopback.files["/file"] = CONTENT
    (tmp_path / "folder").write_text("no folder")

    with pytest.raises(CannotWrite, match="could not be written"):
        download(f"{loopback.url}/file", tmp_path / "folder" / "file")
