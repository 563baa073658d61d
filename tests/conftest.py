"""What tests of several rooms need: a server on this machine that breaks off, and the real corpus where present."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

MULTI30K = Path(__file__).parents[2] / "shared" / "data" / "multi30k"


class Loopback:
    """Serves `files` by their path; `breaks` says after how many bytes each of the next answers is cut off.

    `asked` records every request: its path and the range it wanted. `heeds_ranges` can be turned off,
    and `answers` holds status codes to be given instead, one a request. While `released` is not set, an
    answer that is to be cut off stays open.
    """

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.breaks: list[int] = []
        self.answers: list[int] = []
        self.asked: list[tuple[str, str | None]] = []
        self.heeds_ranges = True
        self.released = threading.Event()
        self.released.set()
        self.url = ""


class _Answering(BaseHTTPRequestHandler):
    server: "_Server"

    def do_GET(self) -> None:
        loopback = self.server.loopback
        wanted = self.headers.get("Range")
        loopback.asked.append((self.path, wanted))
        if loopback.answers:
            self._refuse(loopback.answers.pop(0))
        elif self.path not in loopback.files:
            self._refuse(404)
        else:
            self._send(loopback.files[self.path], wanted if loopback.heeds_ranges else None)

    def log_message(self, *args: object) -> None:
        pass

    def _send(self, content: bytes, wanted: str | None) -> None:
        first = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted else 0
        if first >= len(content) and wanted:
            self._refuse(416, {"Content-Range": f"bytes */{len(content)}"})
            return
        self.send_response(206 if wanted else 200)
        self.send_header("Content-Length", str(len(content) - first))
        if wanted:
            self.send_header("Content-Range", f"bytes {first}-{len(content) - 1}/{len(content)}")
        self.end_headers()
        breaks = self.server.loopback.breaks
        if not breaks:
            self.wfile.write(content[first:])
        else:
            self.wfile.write(content[first:][: breaks.pop(0)])
            self.wfile.flush()
            self.server.loopback.released.wait(30)
        self.close_connection = True

    def _refuse(self, status: int, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": "0", **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    loopback: Loopback


@pytest.fixture
def loopback(monkeypatch: pytest.MonkeyPatch) -> Iterator[Loopback]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with _Server(("127.0.0.1", 0), _Answering) as server:
        server.loopback = Loopback()
        server.loopback.url = f"http://127.0.0.1:{server.server_address[1]}"
        serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        serving.start()
        yield server.loopback
        server.loopback.released.set()
        server.shutdown()
        serving.join()


@pytest.fixture
def multi30k_folder() -> Path:
    """The published files, gzipped; where they are not present there is nothing to test."""
    if not (MULTI30K / "train.en.gz").is_file():
        pytest.skip(f"{MULTI30K} is not present")
    return MULTI30K


@pytest.fixture(scope="session")
def tiny_run() -> dict[str, bytes]:
    """The files of a run whose weights were never trained: the smallest Transformer over some words of the grammar."""
    import json

    import torch
    from safetensors.torch import save

    from attnlab.translation.corpus import Split, draw
    from attnlab.translation.recipes import Recipe
    from attnlab.translation.runs.records import plain
    from attnlab.translation.runs.settings import RunSettings
    from attnlab.translation.transformer import TransformerSettings, TransformerTranslator
    from attnlab.translation.vocabulary import EOS, Vocabulary

    pairs = draw(Split.TEST, 60, seed=1)
    source, target = Vocabulary.of(pair.source for pair in pairs), Vocabulary.of(pair.target for pair in pairs)
    sizes = {"layers": 1, "heads": 2, "d_model": 8, "d_ff": 12}
    settings = RunSettings(kind="transformer", corpus="grammar", recipe=Recipe(**sizes, tied=False), steps=1)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(3)
        model = TransformerTranslator(len(source), len(target), TransformerSettings(**sizes))
    # An untrained model seldom ends a sentence.
    model.vocabulary.bias.data[EOS] += 1.5
    told = {"format_version": 1, "settings": plain(settings), "alignment": None}
    vocabulary = {"format_version": 1, "source": list(source.tokens), "target": list(target.tokens)}
    return {
        "run.json": json.dumps(told).encode(),
        "vocabulary.json": json.dumps(vocabulary).encode(),
        "model.safetensors": save(dict(model.state_dict())),
    }
