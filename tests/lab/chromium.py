"""A real Chromium, told what to do over a pipe (Chrome DevTools protocol); where there is none, tests say so."""

import base64
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest

_QUIET = (
    "--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage --disable-quic --no-first-run"
    " --disable-background-networking --disable-component-update --disable-sync --remote-debugging-pipe"
).split()


class Chromium:
    """One page of a running browser."""

    def __init__(self, folder: Path, program: str) -> None:
        from_here, to_it = os.pipe()
        from_it, to_here = os.pipe()

        def as_three_and_four() -> None:
            os.dup2(from_here, 3)
            os.dup2(to_here, 4)

        self._process = subprocess.Popen(
            [program, *_QUIET, f"--user-data-dir={folder}", "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=as_three_and_four,  # the pipe has to be descriptors 3 and 4
            pass_fds=(3, 4, from_here, to_here),
        )
        os.close(from_here)
        os.close(to_here)
        self._write, self._read = to_it, from_it
        self._numbers, self._rest, self._events = count(1), b"", list[dict[str, Any]]()
        target = self._ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.ask(f"{domain}.enable")

    def ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Tell the page something and return what it says."""
        return self._ask(method, session=self._session, **parameters)

    def width(self, pixels: int, *, dark: bool = False) -> None:
        """Make the page as wide as a screen."""
        self.ask(
            "Emulation.setDeviceMetricsOverride",
            width=pixels,
            height=800,
            deviceScaleFactor=1,
            mobile=pixels < 500,
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.ask("Emulation.setEmulatedMedia", features=[scheme])

    def go(self, url: str) -> None:
        """Open a page and wait until it is there."""
        self._events.clear()
        self.ask("Page.navigate", url=url)
        self._wait("Page.loadEventFired")

    def click(self, selector: str) -> None:
        """Click what leads to another page, as a person does, and wait until that is there."""
        place = self.run(
            f"(() => {{ const e = document.querySelector({json.dumps(selector)}); e.scrollIntoView();"
            " const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; })()"
        )
        self._events.clear()
        for kind in ("mousePressed", "mouseReleased"):
            self.ask("Input.dispatchMouseEvent", type=kind, x=place[0], y=place[1], button="left", clickCount=1)
        self._wait("Page.loadEventFired")

    def type(self, selector: str, text: str) -> None:
        """Type into a field."""
        self.run(f"document.querySelector({json.dumps(selector)}).focus()")
        self.ask("Input.insertText", text=text)

    def run(self, script: str) -> Any:
        """Return what an expression is in the page."""
        told = self.ask("Runtime.evaluate", expression=script, returnByValue=True)
        assert "exceptionDetails" not in told, told
        return told["result"].get("value")

    def complaints(self) -> list[str]:
        """Return what the browser refused since the last page was asked for: a style that the policy forbids, say."""
        entries = [one["params"]["entry"] for one in self._events if one["method"] == "Log.entryAdded"]
        return [one["text"] for one in entries if one["source"] not in ("network", "other")]

    def picture(self, path: Path) -> None:
        """Take a picture of the whole page."""
        told = self.ask("Page.captureScreenshot", captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(told["data"]))

    def close(self) -> None:
        """End the browser."""
        self._ask("Browser.close")
        self._process.wait(30)
        os.close(self._write)
        os.close(self._read)

    def _wait(self, event: str) -> None:
        while not any(one["method"] == event for one in self._events):
            self._hear()

    def _ask(self, method: str, session: str = "", **parameters: Any) -> dict[str, Any]:
        number = next(self._numbers)
        told: dict[str, Any] = {"id": number, "method": method, "params": parameters}
        if session:
            told["sessionId"] = session
        os.write(self._write, json.dumps(told).encode() + b"\0")
        while True:
            heard = self._hear()
            if heard.get("id") == number:
                assert "error" not in heard, heard
                return dict(heard["result"])

    def _hear(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            data = os.read(self._read, 1_000_000)
            assert data, "Chromium ended"
            self._rest += data
        line, _, self._rest = self._rest.partition(b"\0")
        heard: dict[str, Any] = json.loads(line)
        if "method" in heard:
            self._events.append(heard)
        return heard


@contextmanager
def running_chromium() -> Iterator[Chromium]:
    """Run a browser for as long as the block lasts."""
    program = shutil.which("chromium")
    if program is None:
        why = "no chromium here; `apt-get install chromium`"
        pytest.fail(why) if os.environ.get("CI") == "true" else pytest.skip(why)
    with tempfile.TemporaryDirectory(prefix="guardian-chromium-", ignore_cleanup_errors=True) as folder:
        browser = Chromium(Path(folder), program)
        try:
            yield browser
        finally:
            browser.close()
