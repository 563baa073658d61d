"""A real browser without a window: opens a page, clicks and types in it, and tells what it made of it.

Spoken over a pipe, as Chromium does with `--remote-debugging-pipe`: no port, no library.
"""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_PATIENCE = 60
_OPTIONS = (
    "--headless=new", "--remote-debugging-pipe", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
    "--no-first-run", "--no-default-browser-check", "--disable-extensions", "--disable-background-networking",
    "--disable-sync", "--disable-component-update", "--mute-audio", "--hide-scrollbars", "--force-color-profile=srgb",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)  # fmt: skip


@contextmanager
def open_browser() -> Iterator[Browser]:
    """A browser of its own, which ends with the context; the test is skipped where there is none, except in CI."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        missing = f"no browser to try pages in: none of {', '.join(NAMES)} is installed"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    with tempfile.TemporaryDirectory(prefix="attnlab-browser-", ignore_cleanup_errors=True) as profile:
        theirs_in, ours_out = os.pipe()
        ours_in, theirs_out = os.pipe()
        # The shell puts the pipes' ends where the browser looks for them: at the numbers 3 and 4.
        line = f'exec "$0" "$@" 3<&{theirs_in} 4>&{theirs_out}'
        process = subprocess.Popen(
            ["bash", "-c", line, found, *_OPTIONS, f"--user-data-dir={profile}", "about:blank"],
            pass_fds=(theirs_in, theirs_out),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(theirs_in)
        os.close(theirs_out)
        try:
            yield Browser(ours_out, ours_in)
        finally:
            # Told to by the pipe's end, it takes its own processes with it.
            os.close(ours_out)
            try:
                process.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            os.close(ours_in)


class Browser:
    """What is asked of the browser, and what it answers."""

    def __init__(self, asking: int, answers: int) -> None:
        self._asking, self._answers = asking, answers
        self._read = bytearray()
        self._asked = 0
        self._heard: list[dict[str, Any]] = []

    def open(self, file: Path, *, width: int = 1000, height: int = 800) -> Page:
        """The page in `file`, loaded to its end."""
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = Page(self, target, session, file.resolve().as_uri())
        page.resize(width, height)
        page.load()
        return page

    def ask(self, method: str, session: str | None = None, **parameters: Any) -> dict[str, Any]:
        asked = self._send(method, session, parameters)
        while (reply := self._next()).get("id") != asked:
            self._heard.append(reply)
        if "error" in reply:
            raise AssertionError(f"{method}: {reply['error']['message']}")
        found: dict[str, Any] = reply["result"]
        return found

    def heard(self, session: str) -> list[dict[str, Any]]:
        """What it told unasked of one page, until now."""
        return [message for message in self._heard if message.get("sessionId") == session]

    def _send(self, method: str, session: str | None, parameters: dict[str, Any]) -> int:
        self._asked += 1
        message = {"id": self._asked, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        waiting = json.dumps(message).encode() + b"\0"
        while waiting:
            waiting = waiting[os.write(self._asking, waiting) :]
        return self._asked

    def _next(self) -> dict[str, Any]:
        while (end := self._read.find(b"\0")) < 0:
            if not select.select([self._answers], [], [], _PATIENCE)[0]:
                raise AssertionError(f"the browser has said nothing for {_PATIENCE} seconds")
            more = os.read(self._answers, 1 << 20)
            if not more:
                raise AssertionError("the browser has gone")
            self._read += more
        message: dict[str, Any] = json.loads(self._read[:end])
        del self._read[: end + 1]
        if message.get("method") == "Page.javascriptDialogOpening":
            # Until it is answered, the page answers nothing.
            self._send("Page.handleJavaScriptDialog", message["sessionId"], {"accept": False})
        return message


class Page:
    """One page as a reader meets it: by what is to be seen, clicked and typed."""

    def __init__(self, browser: Browser, target: str, session: str, address: str) -> None:
        self._browser, self._target, self._session, self.address = browser, target, session, address

    def load(self) -> None:
        for domain in ("Page", "Runtime", "Network", "Log"):
            self._ask(f"{domain}.enable")
        self._ask("Page.navigate", url=self.address)
        self.tells(
            "document.readyState === 'complete' || new Promise((go) => addEventListener('load', () => go(true)))"
        )

    def close(self) -> None:
        self._browser.ask("Target.closeTarget", targetId=self._target)

    def resize(self, width: int, height: int) -> None:
        self._ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def prefer(self, *, media: str = "", **features: str) -> None:
        """As on paper (`media="print"`), or as the reader's system asks for it (`prefers_color_scheme="dark"`)."""
        told = [{"name": name.replace("_", "-"), "value": value} for name, value in features.items()]
        self._ask("Emulation.setEmulatedMedia", media=media, features=told)

    def tells(self, script: str) -> Any:
        """What an expression of JavaScript comes to."""
        found = self._ask("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in found:
            raise AssertionError(found["exceptionDetails"]["exception"]["description"])
        return found["result"].get("value")

    def click(self, selector: str) -> None:
        """A click of the mouse on the middle of the first element that fits, brought into sight before."""
        place = self.tells(
            f"(() => {{ const e = document.querySelector({json.dumps(selector)});"
            "e.scrollIntoView({block: 'center', inline: 'center', behavior: 'instant'});"
            "const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; })()"
        )
        for kind in ("mousePressed", "mouseReleased"):
            self._ask("Input.dispatchMouseEvent", type=kind, x=place[0], y=place[1], button="left", clickCount=1)

    def press(self, key: str) -> None:
        """One key, such as 'Tab' or 'Enter', to whatever has the focus."""
        told = {"Enter": {"text": "\r", "windowsVirtualKeyCode": 13}, "Tab": {"windowsVirtualKeyCode": 9},
                " ": {"text": " ", "windowsVirtualKeyCode": 32}}[key]  # fmt: skip
        for kind in ("keyDown", "keyUp"):
            self._ask("Input.dispatchKeyEvent", type=kind, key=key, code=key.replace(" ", "Space"), **told)

    def texts(self, selector: str) -> list[str]:
        """The text of every element that fits, as it is shown."""
        found: list[str] = self.tells(
            f"[...document.querySelectorAll({json.dumps(selector)})].map((e) => e.textContent.trim())"
        )
        return found

    def print(self) -> bytes:
        """The page as a PDF."""
        return base64.b64decode(self._ask("Page.printToPDF")["data"])

    def picture(self) -> bytes:
        """The whole page as a PNG."""
        return base64.b64decode(self._ask("Page.captureScreenshot", captureBeyondViewport=True)["data"])

    @property
    def requested(self) -> list[str]:
        """Every address it asked for, besides its own."""
        self.tells("0")
        asked = [
            message["params"]["request"]["url"]
            for message in self._browser.heard(self._session)
            if message.get("method") == "Network.requestWillBeSent"
        ]
        return [url for url in asked if url != self.address]

    @property
    def complaints(self) -> list[str]:
        """What the browser complained of: errors of scripts, refused by the policy, and what asked to be confirmed."""
        self.tells("0")
        told = []
        for message in self._browser.heard(self._session):
            match message.get("method"):
                case "Runtime.exceptionThrown":
                    told.append(str(message["params"]["exceptionDetails"].get("text")))
                case "Log.entryAdded":
                    told.append(message["params"]["entry"]["text"])
                case "Page.javascriptDialogOpening":
                    told.append(message["params"]["message"])
        return told

    def _ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        return self._browser.ask(method, self._session, **parameters)
